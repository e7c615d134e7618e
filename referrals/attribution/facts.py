"""What becomes of referrals. `member_id` is the advocate's, none for an affiliate; ids and instants only (R-53)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact
from referrals.attribution.kinds import ReferralState


@dataclass(frozen=True, kw_only=True)
class ReferralFact(Fact):
    """What all facts about a referral say."""

    referral_id: Id
    plan_id: Id
    advocate_id: Id
    friend_id: Id
    joined_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReferralJoined(ReferralFact):
    """A friend joined through an advocate."""

    name: ClassVar[str] = "referral.joined"


@dataclass(frozen=True, kw_only=True)
class ReferralQualified(ReferralFact):
    """The friend's order reached the minimum; the rewards are promised, and the hold runs."""

    name: ClassVar[str] = "referral.qualified"


@dataclass(frozen=True, kw_only=True)
class ReferralReviewOpened(ReferralFact):
    """Something about a referral is for people to look at."""

    name: ClassVar[str] = "referral.review_opened"


@dataclass(frozen=True, kw_only=True)
class ReferralApproved(ReferralFact):
    """The hold is over and the order stayed: both sides were decided. Counts in boards at this instant."""

    name: ClassVar[str] = "referral.approved"
    approved_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReferralRejected(ReferralFact):
    """A referral does not count; it can be appealed against."""

    name: ClassVar[str] = "referral.rejected"


@dataclass(frozen=True, kw_only=True)
class ReferralExpired(ReferralFact):
    """No qualifying order came in time."""

    name: ClassVar[str] = "referral.expired"


@dataclass(frozen=True, kw_only=True)
class ReferralReversed(ReferralFact):
    """An approved referral was taken back after a return, or for proven fraud; corrects exactly its approval."""

    name: ClassVar[str] = "referral.reversed"
    approved_at: datetime


FACT_OF: Final[dict[str, type[ReferralFact]]] = {
    ReferralState.JOINED: ReferralJoined,
    ReferralState.PENDING: ReferralQualified,
    ReferralState.REVIEW: ReferralReviewOpened,
    ReferralState.APPROVED: ReferralApproved,
    ReferralState.REJECTED: ReferralRejected,
    ReferralState.EXPIRED: ReferralExpired,
    ReferralState.REVERSED: ReferralReversed,
}
