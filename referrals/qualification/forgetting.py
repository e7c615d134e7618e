"""Forgetting: of an erased person marks stay as tombstones, states and amounts stay, and nothing that can be read (R-48)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program
from referrals.attribution.models import Referral, ReferralMove, Touch
from referrals.codes.forgetting import forget_codes
from referrals.guard.models import ReferralAppeal, ReferralReview
from referrals.guard.remembering import bury
from referrals.rewards.models import ReferralGrant

# Where a decision stands there has been a reason (review_is_decided_with_a_reason).
FORGOTTEN: Final = "-"


@inside_unit_of_work
def forget(program: Program, member_ids: Collection[Id], *, at: datetime) -> None:
    """Empty what people have written and what browsers have left; codes of these members work no more."""
    if not member_ids:
        return
    bury(program, member_ids, at=at)
    about = Q(friend_id__in=member_ids) | Q(advocate_member_id__in=member_ids)
    rows = list(Referral.objects.filter(about, program=program).values_list("pk", "touch__visitor"))
    ids = [row_id for row_id, _visitor in rows]
    ReferralAppeal.objects.filter(referral_id__in=ids).update(words="", reason="")
    ReferralReview.objects.filter(referral_id__in=ids).exclude(reason="").update(reason=FORGOTTEN)
    ReferralMove.objects.filter(referral_id__in=ids).exclude(reason="").update(reason="")
    by_hand = ReferralGrant.objects.filter(referral_id__in=ids, state__in=("granted", "reversed"))
    by_hand.exclude(why="").update(why="")
    Referral.objects.filter(friend_id__in=member_ids).update(household=None)
    visitors = {bytes(visitor) for _row_id, visitor in rows if visitor}
    seen = Touch.objects.filter(Q(friend_id__in=member_ids) | Q(visitor__in=visitors))
    seen.update(network=None, network_prefix=None, agent=None, source_site="", landing="")
    forget_codes(program, member_ids, at=at)
