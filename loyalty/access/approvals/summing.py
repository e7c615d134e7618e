"""Summing: what one person gave one member by hand within a day, whatever room did it, so that slicing does not help (S-26)."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id

SUMMED_OVER: Final = timedelta(hours=24)


class ByHand(Protocol):
    """How much this person gave each of these members alone since then, in points."""

    def __call__(
        self, *, member_ids: Collection[Id], actor: Actor, since: datetime
    ) -> Mapping[Id, int]: ...


_rules: list[ByHand] = []


def counts_by_hand(rule: ByHand) -> ByHand:
    """Let what this room hands out by hand count, for every room that asks."""
    _rules.append(rule)
    return rule


def given_by_hand(*, member_ids: Collection[Id], actor: Actor, at: datetime) -> int:
    """The most that this person gave one of these members alone within a day, in all rooms together."""
    given: Counter[Id] = Counter()
    for rule in _rules:
        given.update(rule(member_ids=member_ids, actor=actor, since=at - SUMMED_OVER))
    return max(given.values(), default=0)
