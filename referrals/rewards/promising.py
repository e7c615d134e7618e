"""Promising: what both sides will get if the order stays; nothing touches the ledger yet (R-29)."""

from collections.abc import Collection, Mapping, Sequence

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from referrals.attribution.models import Referral
from referrals.plans.terms import Reward, terms_of
from referrals.rewards.kinds import GrantState, Side
from referrals.rewards.models import ReferralGrant


@inside_unit_of_work
def promise(referrals: Sequence[Referral]) -> None:
    """Promise both sides what the version of each referral says; a cancelled promise is made again."""
    if not referrals:
        return
    ids = [row.pk for row in referrals]
    known = {
        (grant.referral_id, grant.side)
        for grant in ReferralGrant.objects.filter(referral_id__in=ids)
    }
    again = ReferralGrant.objects.filter(referral_id__in=ids, state=GrantState.CANCELLED)
    again.exclude(side=Side.WELCOME).update(state=GrantState.PROMISED, why="")
    fresh = [
        grant_of(row, side, reward, state=GrantState.PROMISED)
        for row in sorted(referrals, key=lambda row: row.pk)
        for side, reward in rewards_of(row).items()
        if (row.pk, side.value) not in known
    ]
    ReferralGrant.objects.bulk_create(fresh)


@inside_unit_of_work
def cancel(referral_ids: Collection[Id], *, why: str) -> None:
    """Take promises back that were not kept yet; a later order may make them again."""
    rows = ReferralGrant.objects.filter(referral_id__in=referral_ids, state=GrantState.PROMISED)
    rows.update(state=GrantState.CANCELLED, why=why)


def rewards_of(referral: Referral) -> Mapping[Side, Reward]:
    """What each side of this referral gets, the friend first (R-33)."""
    terms = terms_of(referral.version)
    told = {Side.FRIEND: terms.friend_reward, Side.ADVOCATE: terms.advocate_reward}
    return {side: reward for side, reward in told.items() if reward is not None}


def grant_of(referral: Referral, side: Side, reward: Reward, *, state: GrantState) -> ReferralGrant:
    """The row of what this side gets, not written yet."""
    return ReferralGrant(
        referral=referral,
        side=side,
        kind=reward.kind,
        amount=reward.amount,
        unit=reward.unit,
        state=state,
        cost=reward.cost,
    )
