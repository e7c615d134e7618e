"""What this room announces. Slugs and days, no personal data."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class TierFact(Fact):
    """What all facts about the tier in force say: from where to where, why, since when and until when."""

    from_tier: str
    to_tier: str
    cause: str
    since: datetime
    until: datetime | None = None
    missing: int = 0
    metric: str = ""


@dataclass(frozen=True, kw_only=True)
class TierUpgraded(TierFact):
    """A member's tier in force went up, straight to the one named."""

    name: ClassVar[str] = "tier.upgraded"
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True)
class TierDowngraded(TierFact):
    """A member's tier in force went down."""

    name: ClassVar[str] = "tier.downgraded"


@dataclass(frozen=True, kw_only=True)
class TierRenewed(TierFact):
    """A member kept the tier in force at its review, or in its grace."""

    name: ClassVar[str] = "tier.renewed"


@dataclass(frozen=True, kw_only=True)
class TierWillDowngrade(TierFact):
    """A member's tier in force is going to end: `missing` until the end of `keep_by` would keep it. Told once per drop."""

    name: ClassVar[str] = "tier.will_downgrade"
    keep_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class TierGranted(Fact):
    """A member was given a tier by hand, by payment, by a partner, or by import."""

    name: ClassVar[str] = "tier.granted"
    grant_id: Id
    tier: str
    source: str
    begins_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TierGrantEnded(Fact):
    """A given tier ended, by time or by hand."""

    name: ClassVar[str] = "tier.grant_ended"
    grant_id: Id
    tier: str
    source: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LadderChanged(Fact):
    """A revision of the ladder went live."""

    name: ClassVar[str] = "ladder.changed"
    revision_id: Id
    number: int
