"""What happened to redemptions and gifts. Ids, kind, points and origin; never a code."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RewardFact(Fact):
    """What all facts about a redemption say: which, of what, how many pieces, and why."""

    redemption_id: Id
    reward_id: Id
    reward: str
    kind: str
    quantity: int
    origin: str


@dataclass(frozen=True, kw_only=True)
class RewardRedeemed(RewardFact):
    """A member paid points for a reward."""

    name: ClassVar[str] = "reward.redeemed"
    points: int
    currency_id: Id
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RewardGiven(RewardFact):
    """A member got a reward free."""

    name: ClassVar[str] = "reward.given"
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RewardFulfilled(RewardFact):
    """What was handed out was used, or handed over."""

    name: ClassVar[str] = "reward.fulfilled"


@dataclass(frozen=True, kw_only=True)
class RewardCancelled(RewardFact):
    """A redemption was cancelled; `points` came back to the lots they came from, `usable` of them can be spent."""

    name: ClassVar[str] = "reward.cancelled"
    points: int
    usable: int
