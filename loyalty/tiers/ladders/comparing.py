"""Comparing: what a draft of the ladder says otherwise than the live one, and whether that can move anybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from loyalty.programs.models import Program
from loyalty.tiers.ladders.drafting import defined
from loyalty.tiers.models import LadderRevision, Standing, TierDay

# What is only told: changed alone, nobody moves and nothing costs more.
WORDS: Final = {"name", "perks"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place of the ladder, such as `gold/reach`; what is not there is None."""

    where: str
    before: Any
    after: Any

    @property
    def is_of_words(self) -> bool:
        return bool(WORDS & {*self.where.split("/")})


def differences_of(before: LadderRevision | None, after: LadderRevision) -> list[Difference]:
    """Every place in which two revisions differ, tiers by their slugs, in the order of the newer one."""
    was = dict(_flat(_told(before))) if before is not None else {}
    is_now = dict(_flat(_told(after)))
    places = [*is_now, *(place for place in was if place not in is_now)]
    told = (
        Difference(where=place, before=was.get(place), after=is_now.get(place)) for place in places
    )
    return [each for each in told if each.before != each.after]


def moves_people(*, program: Program, before: LadderRevision | None, after: LadderRevision) -> bool:
    """Whether publishing may move somebody or cost more: more than words changed, and somebody was counted."""
    if all(each.is_of_words for each in differences_of(before, after)):
        return False
    return is_counted(program)


def is_counted(program: Program) -> bool:
    """Whether anybody was counted or placed yet."""
    return (
        Standing.objects.filter(program=program).exists()
        or TierDay.objects.filter(program=program).exists()
    )


def _told(revision: LadderRevision) -> dict[str, Any]:
    told = defined(revision)
    tiers = told.pop("tiers")
    order = " < ".join(tier["slug"] for tier in tiers)
    return {**told, "order": order, **{tier.pop("slug"): tier for tier in tiers}}


def _flat(told: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in told.items():
        place = f"{path}{key}"
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{place}/")
        elif value not in ({}, []):
            yield place, value
