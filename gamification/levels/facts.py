"""What the room announces. Ids and plain values only (S-56)."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class LevelFact(Fact):
    """A member came to a level: the highest of those that one batch brought; `levels` is how many it brought."""

    curve_id: Id
    slug: str
    version: int
    occasion: str
    level: int
    levels: int
    reached_at: str


@dataclass(frozen=True, kw_only=True)
class LevelReached(LevelFact):
    """A member climbed."""

    name: ClassVar[str] = "level.reached"


@dataclass(frozen=True, kw_only=True)
class LevelBackfilled(LevelFact):
    """A member had climbed before the curve was there: other definitions hear of it, messages do not (G-25)."""

    name: ClassVar[str] = "level.backfilled"
