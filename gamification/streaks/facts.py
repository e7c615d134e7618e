"""What this room announces. Ids and plain values only."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class StreakExtended(Fact):
    """A period was done; `is_silent` where only imported history was caught up."""

    name: ClassVar[str] = "streak.extended"
    streak_id: Id
    version_id: Id
    occasion: str
    length: int
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True)
class StreakFrozen(Fact):
    """A period in which nothing was done was bridged by a freeze."""

    name: ClassVar[str] = "streak.frozen"
    streak_id: Id
    version_id: Id
    occasion: str
    freezes: int


@dataclass(frozen=True, kw_only=True)
class StreakLost(Fact):
    """A period was missed and ended a run of this length."""

    name: ClassVar[str] = "streak.lost"
    streak_id: Id
    version_id: Id
    occasion: str
    length: int


@dataclass(frozen=True, kw_only=True)
class StreakRepaired(Fact):
    """Staff made a loss good; the streak has this length again."""

    name: ClassVar[str] = "streak.repaired"
    streak_id: Id
    version_id: Id
    occasion: str
    length: int
