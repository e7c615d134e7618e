"""Welcoming: a voucher for the friend at joining, the motive for the first order; unused, it goes with the referral (R-30)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from loyalty.foundation.database.updating import update_rows
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program
from loyalty.rewards.afterwards.withdrawing import take_gifts_back
from loyalty.rewards.kinds import Origin
from referrals.attribution.models import Referral
from referrals.plans.kinds import RewardKind
from referrals.plans.terms import terms_of
from referrals.rewards.capping import give_back, hold_budgets, write_purses
from referrals.rewards.facts import RewardReversed
from referrals.rewards.handing_out import GRANTER, facts_of, fields_of, hand_out
from referrals.rewards.kinds import BUDGET, GrantState, Side
from referrals.rewards.models import ReferralGrant
from referrals.rewards.promising import grant_of

WITHDRAWN: Final = "referral_ended"


@inside_unit_of_work
def welcome(referrals: Sequence[Referral], *, program: Program, at: datetime) -> None:
    """Give the friends of these joined referrals their welcome, where the plan has one; the members are locked.

    It counts in the budget like everything that a plan gives. No more statements where no plan has one.
    """
    told = {row.pk: terms_of(row.version).welcome for row in referrals}
    rows = {row.pk: row for row in referrals if told[row.pk] is not None}
    if not rows:
        return
    purses = hold_budgets({row.plan_id for row in rows.values()})
    grants = []
    for row in sorted(rows.values(), key=lambda row: row.pk):
        reward = told[row.pk]
        assert reward is not None, "left out above"
        grant = grant_of(row, Side.WELCOME, reward, state=GrantState.GRANTED)
        grant.decided_at = at
        if not purses.take_budget(row.plan_id, grant.cost):
            grant.state, grant.why = GrantState.CAPPED, BUDGET
        grants.append(grant)
    hand_out(grants, rows, program=program, purses=purses, at=at)
    ReferralGrant.objects.bulk_create(grants)
    announce(facts_of(grants, rows, at=at))
    write_purses(purses, program=program, at=at)


@inside_unit_of_work
def withdraw_welcome(referrals: Sequence[Referral], *, program: Program, at: datetime) -> None:
    """Take the unused welcomes of referrals that were rejected or have expired back; what was used stays given."""
    rows = {row.pk: row for row in referrals}
    if not rows:
        return
    grants = {
        grant.shown_id: grant
        for grant in ReferralGrant.objects.filter(
            referral_id__in=rows, side=Side.WELCOME, state=GrantState.GRANTED
        ).order_by("pk")
    }
    if not grants:
        return
    taken = recovered_vouchers(list(grants.values()), program=program, at=at)
    gone = [grant for grant in grants.values() if taken.get(grant.pk) == grant.amount]
    costs: dict[Id, int] = {}
    for grant in gone:
        grant.state, grant.recovered = GrantState.REVERSED, grant.amount
        plan_id = rows[grant.referral_id].plan_id
        costs[plan_id] = costs.get(plan_id, 0) + grant.cost
    update_rows(gone, ["state", "recovered"])
    give_back(costs)
    announce(
        [
            RewardReversed(
                **fields_of(grant, rows[grant.referral_id], at=at), recovered=grant.recovered
            )
            for grant in gone
        ]
    )


@inside_unit_of_work
def recovered_vouchers(
    grants: Sequence[ReferralGrant], *, program: Program, at: datetime
) -> dict[Id, int]:
    """Take what is unused of these vouchers back; how many pieces came back, by grant."""
    by_key = {grant.shown_id: grant.pk for grant in grants if grant.kind == RewardKind.VOUCHER}
    if not by_key:
        return {}
    taken = take_gifts_back(
        program=program,
        origin=Origin.REFERRAL,
        origin_keys=list(by_key),
        reason=WITHDRAWN,
        actor=GRANTER,
        at=at,
    )
    return {by_key[key]: pieces for key, pieces in taken.items()}
