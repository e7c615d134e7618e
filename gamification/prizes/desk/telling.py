"""Telling: a prize as a phrase, in the active language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gamification.criteria.telling.sentences import Names
from gamification.prizes.kinds import PrizeKind
from loyalty.earning.telling import words
from loyalty.rewards.catalogue.offers import all_on_offer


def prize_phrase(told: Mapping[str, Any] | None, *, names: Names) -> str:
    """What is given: `20 Stars`, `the reward Free coffee`; empty without a prize."""
    if not told:
        return ""
    kind = told["kind"]
    if kind == PrizeKind.POINTS:
        name = names.of("currency", told["currency"])
        return _("{count} {currency}").format(count=words.number(told["points"]), currency=name)
    if kind == PrizeKind.BADGE:
        return _("the badge {name}").format(name=names.of("badge", told["badge"]))
    if kind == PrizeKind.STAMPS:
        count, card = words.number(told["stamps"]), names.of("stamp_card", told["card"])
        return _("stamps on {card}: {count}").format(card=card, count=count)
    offers = all_on_offer
    names.add(
        "reward",
        lambda: {
            each.slug: each.offer.name for each in offers(program=names.program) if each.offer
        },
    )
    return _("the reward {name}").format(name=names.of("reward", told["reward"]))
