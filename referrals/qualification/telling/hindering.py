"""Hindering: what stands between a referral and its rewards, under the codes that refusals have (R-45, section 13)."""

from collections.abc import Sequence
from fractions import Fraction

from loyalty.earning.telling.words import money
from loyalty.events.kept.orders import PaidOrder
from loyalty.foundation.refusals import DomainError
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.guard.refusals import NotCounted, UnderReview
from referrals.plans.terms import Terms
from referrals.qualification.joining import refusal_of
from referrals.qualification.qualifying import amount_of
from referrals.qualification.refusals import MinimumNotMet, OrderExcluded
from referrals.rewards.kinds import BUDGET, GrantState
from referrals.rewards.models import ReferralGrant
from referrals.rewards.refusals import BudgetSpent, RewardCappedOut


def hindrances_of(
    row: Referral,
    terms: Terms,
    *,
    orders: Sequence[PaidOrder],
    grants: Sequence[ReferralGrant],
    program: Program,
    may_inspect: bool,
) -> list[DomainError]:
    """Why there is no reward, or not every one: what the order lacks, who looks, what was capped.

    Whoever may not inspect hears of a rejection only that it was not counted.
    """
    if row.state in {ReferralState.JOINED, ReferralState.EXPIRED}:
        return [_of_orders(terms, orders, program=program)]
    if row.state == ReferralState.REVIEW:
        return [UnderReview()]
    if row.state == ReferralState.REJECTED:
        return [refusal_of(row) if may_inspect else NotCounted()]
    if row.state == ReferralState.REVERSED:
        return [NotCounted()]
    return [_of_grant(grant) for grant in grants if grant.state == GrantState.CAPPED]


def _of_orders(terms: Terms, orders: Sequence[PaidOrder], *, program: Program) -> DomainError:
    worth = [sum((line.worth for line in order.lines), Fraction(0)) for order in orders]
    best = max((amount_of(order, terms) for order in orders), default=0)
    if best == 0 and any(worth):
        return OrderExcluded()
    return MinimumNotMet(
        minimum=money(terms.min_order, program.currency),
        lacking=money(max(terms.min_order - best, 0), program.currency),
    )


def _of_grant(grant: ReferralGrant) -> DomainError:
    return BudgetSpent() if grant.why == BUDGET else RewardCappedOut(period=grant.why)
