"""Telling: a badge in sentences, in the active language."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gamification.badges.kinds import Repeat, Revocation
from gamification.criteria.telling.sentences import Names, condition_phrase
from gamification.prizes.desk.telling import prize_phrase
from loyalty.earning.telling import words
from loyalty.programs.texts import in_words

Json = Mapping[str, Any]


def badge_lines(told: Json, names: Names) -> list[str]:
    """One sentence for each tier and what it brings, and what holds for all."""
    return [*_tiers(told, names), *_terms(told)]


def _tiers(told: Json, names: Names) -> Iterator[str]:
    for tier in told["tiers"]:
        name = in_words(tier.get("name", {})) or tier["slug"]
        phrase = condition_phrase(told["condition"], target=tier["target"], names=names)
        line = _("{name}: {phrase}").format(name=name, phrase=phrase)
        prize = prize_phrase(tier.get("prize"), names=names)
        yield words.ended(line)
        if prize:
            yield words.ended(_("It brings: {prize}").format(prize=prize))
        if "edition" in tier:
            count = words.number(tier["edition"])
            yield words.ended(_("Only so many are given: {count}").format(count=count))


def _terms(told: Json) -> Iterator[str]:
    repeat = Repeat(told.get("repeat", Repeat.ONCE)).label
    yield words.ended(_("How often: {how}").format(how=repeat))
    revocation = Revocation(told.get("revocation", Revocation.IF_EVIDENCE_VOID)).label
    yield words.ended(_("Taken back: {when}").format(when=revocation))
    if "valid_for" in told:
        lasting = words.duration(told["valid_for"])
        yield words.ended(_("Held for {duration}").format(duration=lasting))
    if told.get("secret"):
        yield _("Nothing is shown of it until it is held.")
