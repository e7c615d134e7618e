"""Paying out: what affiliates are owed is paid outside; here it is written down that it was (R-4)."""

from collections.abc import Collection
from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.programs.tenants import Program
from referrals.plans.kinds import RewardKind
from referrals.rewards.kinds import GrantState
from referrals.rewards.models import ReferralGrant


@unit_of_work
def note_paid(*, program: Program, grant_ids: Collection[Id], actor: Actor, at: datetime) -> int:
    """Note that these payables were paid outside, each once; answers how many."""
    rows = ReferralGrant.objects.filter(
        pk__in=grant_ids,
        referral__program=program,
        kind=RewardKind.PAYABLE,
        state=GrantState.GRANTED,
        paid_out_at=None,
    )
    return rows.update(paid_out_at=at, paid_out_by=actor.shown[:120])
