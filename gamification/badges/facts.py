"""What becomes of awards. Ids and plain values only."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AwardFact(Fact):
    """What all facts about an award say."""

    award_id: Id
    badge_id: Id
    version_id: Id
    tier: str
    tier_rank: int
    occasion: str


@dataclass(frozen=True, kw_only=True)
class BadgeAwarded(AwardFact):
    """A member has a badge; of several tiers at once the highest alone is told (G-37)."""

    name: ClassVar[str] = "badge.awarded"


@dataclass(frozen=True, kw_only=True)
class BadgeBackfilled(AwardFact):
    """The same, without a word to anybody outside: given for what was before, or below a higher tier (G-25)."""

    name: ClassVar[str] = "badge.backfilled"


@dataclass(frozen=True, kw_only=True)
class BadgeRevoked(AwardFact):
    """An award was taken back, ended or suspended; `state` is where it stands now."""

    name: ClassVar[str] = "badge.revoked"
    state: str


@dataclass(frozen=True, kw_only=True)
class BadgeReinstated(AwardFact):
    """An award stands again."""

    name: ClassVar[str] = "badge.reinstated"
