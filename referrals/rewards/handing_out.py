"""Handing out: vouchers of the catalogue, free and each once, and what is told of every grant (R-30, W-26)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.facts import Fact
from loyalty.programs.tenants import Program
from loyalty.rewards.giving.gifts import Gift, give
from loyalty.rewards.kinds import Origin
from referrals.attribution.models import Referral
from referrals.plans.kinds import RewardKind
from referrals.rewards.capping import Purses, caps_of
from referrals.rewards.facts import RewardCapped, RewardGranted
from referrals.rewards.kinds import GrantState, Side
from referrals.rewards.models import ReferralGrant

GRANTER: Final[Actor] = job("referrals")
REASON: Final = "referral"


@inside_unit_of_work
def hand_out(
    grants: Sequence[ReferralGrant],
    rows: Mapping[Id, Referral],
    *,
    program: Program,
    purses: Purses,
    at: datetime,
) -> list[DomainError]:
    """Give the vouchers among these grants, under the grant's own key; the members are locked.

    What the catalogue refuses (out of stock, paused) is capped by that name and gives its place and money back; staff
    may give it later. Answers what was refused.
    """
    wanted = [
        grant
        for grant in grants
        if grant.state == GrantState.GRANTED and grant.kind == RewardKind.VOUCHER
    ]
    if not wanted:
        return []
    handed = give(
        program=program,
        gifts=[_gift(grant, rows[grant.referral_id]) for grant in wanted],
        actor=GRANTER,
        at=at,
        partial=True,
    )
    refusals = []
    for grant, each in zip(wanted, handed, strict=True):
        if each.redemption is not None:
            grant.given_id = each.redemption.pk
            continue
        assert each.refusal is not None, "handed out, or refused"
        refusals.append(each.refusal)
        grant.state, grant.why = GrantState.CAPPED, each.refusal.code[:60]
        row = rows[grant.referral_id]
        purses.give_budget_back(row.plan_id, grant.cost)
        if grant.side == Side.ADVOCATE:
            purses.leave_cap(caps_of(row, program=program, at=at))
    return refusals


def beneficiary_of(grant: ReferralGrant, row: Referral) -> Id | None:
    """Whose grant it is; None for an affiliate."""
    return row.advocate_member_id if grant.side == Side.ADVOCATE else row.friend_id


def fields_of(grant: ReferralGrant, row: Referral, *, at: datetime) -> dict[str, Any]:
    """What every fact about a grant says."""
    return {
        "program_id": row.program_id,
        "member_id": beneficiary_of(grant, row),
        "at": at,
        "referral_id": row.pk,
        "grant_id": grant.pk,
        "plan_id": row.plan_id,
        "side": str(grant.side),
        "kind": str(grant.kind),
        "amount": grant.amount,
        "unit": grant.unit,
    }


def facts_of(
    grants: Sequence[ReferralGrant], rows: Mapping[Id, Referral], *, at: datetime
) -> list[Fact]:
    """What is told of these grants: given, or capped and by what."""
    told: list[Fact] = []
    for grant in grants:
        fields = fields_of(grant, rows[grant.referral_id], at=at)
        if grant.state == GrantState.GRANTED:
            told.append(RewardGranted(**fields))
        elif grant.state == GrantState.CAPPED:
            told.append(RewardCapped(**fields, why=grant.why))
    return told


def _gift(grant: ReferralGrant, row: Referral) -> Gift:
    member_id = beneficiary_of(grant, row)
    assert member_id is not None, "an affiliate is paid money"
    return Gift(
        member_id=member_id,
        reward=grant.unit,
        origin=Origin.REFERRAL,
        origin_key=grant.shown_id,
        quantity=grant.amount,
        reason=REASON,
    )
