"""Prizes in words: what a game gives, as its player reads it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from django.utils.translation import ngettext

from gamification.criteria.life.catalogue import book_of
from gamification.prizes.kinds import PrizeKind
from loyalty.programs.tenants import Program, currencies_of
from loyalty.programs.texts import in_words
from loyalty.rewards.catalogue.offers import on_offer
from portal.words.numbers import number, signed
from portal.words.styles import Style

Prize: TypeAlias = Mapping[str, Any]


def words_for(
    *, program: Program, prizes: Iterable[Prize | None], style: Style
) -> Callable[[Prize | None], str]:
    """How to say these prizes; one statement where rewards are among them."""
    slugs = {prize["reward"] for prize in prizes if prize and "reward" in prize}
    rewards = {
        each.slug: in_words(each.offer.name) or each.slug
        for each in (on_offer(program=program, slugs=slugs) if slugs else ())
        if each.offer
    }
    names = {each.slug: each.name for each in book_of(program).definitions}

    def words(prize: Prize | None) -> str:
        if not prize:
            return ""
        if prize["kind"] == PrizeKind.POINTS:
            currency = currencies_of(program).get(prize["currency"])
            unit = currency.unit(prize["points"]) if currency else prize["currency"]
            return f"{signed(prize['points'], style=style)} {unit}"
        if prize["kind"] == PrizeKind.STAMPS:
            told = number(prize["stamps"], style=style)

            text = ngettext(
                "%(stamps)s stamp: %(card)s", "%(stamps)s stamps: %(card)s", prize["stamps"]
            )
            return text % {"stamps": told, "card": names.get(prize["card"], prize["card"])}
        if prize["kind"] == PrizeKind.BADGE:
            return names.get(prize["badge"], str(prize["badge"]))
        return rewards.get(prize["reward"], str(prize["reward"]))

    return words
