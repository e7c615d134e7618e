"""What becomes of rewards. `member_id` is whose it is, none for an affiliate; ids and amounts only (R-53)."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RewardFact(Fact):
    """What all facts about a side's reward say."""

    referral_id: Id
    grant_id: Id
    plan_id: Id
    side: str
    kind: str
    amount: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class RewardGranted(RewardFact):
    """A side got its reward."""

    name: ClassVar[str] = "referral.reward_granted"


@dataclass(frozen=True, kw_only=True)
class RewardCapped(RewardFact):
    """A side got nothing because a cap or the budget was reached; `why` names it."""

    name: ClassVar[str] = "referral.reward_capped"
    why: str


@dataclass(frozen=True, kw_only=True)
class RewardReversed(RewardFact):
    """A side's reward was taken back, as far as it could be."""

    name: ClassVar[str] = "referral.reward_reversed"
    recovered: int


@dataclass(frozen=True, kw_only=True)
class BudgetLow(Fact):
    """A plan has used 80 percent of its budget."""

    name: ClassVar[str] = "referral_plan.budget_low"
    plan_id: Id
    spent: int
    limit: int
