"""Showing: what a key, an advocate and a friend may see of referrals; never more (R-45, R-49)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from loyalty.foundation.ids import Id, shown
from loyalty.members.consenting import consents_of
from loyalty.members.persons import persons_of
from loyalty.members.showing import exported_with_member
from loyalty.programs.calendar import local_day
from loyalty.programs.tenants import Program
from loyalty.programs.times.jalali import jalali
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral, Touch
from referrals.codes.sharing import NAME_PURPOSE
from referrals.guard.refusals import NotCounted
from referrals.rewards.models import ReferralGrant

FRIENDS_SHOWN_MAX: Final = 100
# Four words for seven states: whoever looks learns neither an order nor a reason.
SEEN_AS: Final = {
    ReferralState.JOINED: "joined",
    ReferralState.PENDING: "waiting",
    ReferralState.REVIEW: "waiting",
    ReferralState.APPROVED: "rewarded",
    ReferralState.REJECTED: "not_counted",
    ReferralState.EXPIRED: "not_counted",
    ReferralState.REVERSED: "not_counted",
}
WORDS: Final = {
    "joined": gettext_lazy("joined"),
    "waiting": gettext_lazy("waiting"),
    "rewarded": gettext_lazy("rewarded"),
    "not_counted": gettext_lazy("not counted"),
}


def show_referrals(rows: Sequence[Referral], *, may_inspect: bool) -> list[dict[str, Any]]:
    """These referrals as a key sees them; the reason only if it may inspect."""
    grants: dict[Id, list[ReferralGrant]] = {row.pk: [] for row in rows}
    for grant in ReferralGrant.objects.filter(referral__in=rows).order_by("side"):
        grants[grant.referral_id].append(grant)
    return [_shown(row, grants[row.pk], may_inspect=may_inspect) for row in rows]


def show_rewards(grants: Sequence[ReferralGrant], *, may_inspect: bool) -> list[dict[str, Any]]:
    """What each side gets, and how it stands."""
    return [
        {
            "side": grant.side,
            "kind": grant.kind,
            "amount": grant.amount,
            "unit": grant.unit,
            "state": grant.state,
            "why": (grant.why or None) if may_inspect else None,
            "recovered": grant.recovered,
        }
        for grant in grants
    ]


@exported_with_member("referrals")
def exported_referrals(
    program: Program, member_ids: Collection[Id], at: datetime
) -> Mapping[Id, object]:
    """What is kept about a member here: friends as numbers, how they came, what they were given, their touches (R-50)."""
    told: dict[Id, dict[str, Any]] = {
        member_id: {"friends": [], "brought_by": None, "rewards": [], "touches": []}
        for member_id in member_ids
    }
    brought = Referral.objects.filter(program=program, advocate_member_id__in=member_ids)
    for row in brought.order_by("number"):
        assert row.advocate_member_id, "it was asked for"
        told[row.advocate_member_id]["friends"].append(show_friend(row, zone=program.zone))
    for row in Referral.objects.filter(program=program, friend_id__in=member_ids).order_by("id"):
        told[row.friend_id]["brought_by"] = {
            "state": SEEN_AS[ReferralState(row.state)],
            "joined_at": row.joined_at,
        }
    grants = ReferralGrant.objects.filter(referral__program=program).select_related("referral")
    for grant in grants.filter(side="friend", referral__friend_id__in=member_ids):
        told[grant.referral.friend_id]["rewards"].append(_exported(grant))
    for grant in grants.filter(side="advocate", referral__advocate_member_id__in=member_ids):
        assert grant.referral.advocate_member_id, "it was asked for"
        told[grant.referral.advocate_member_id]["rewards"].append(_exported(grant))
    for touch in Touch.objects.filter(friend_id__in=member_ids).order_by("id"):
        assert touch.friend_id, "it was asked for"
        told[touch.friend_id]["touches"].append(
            {
                "kind": touch.kind,
                "occurred_at": touch.occurred_at,
                "source_site": touch.source_site or None,
                "landing": touch.landing or None,
            }
        )
    return told


def _exported(grant: ReferralGrant) -> dict[str, Any]:
    return {
        "side": grant.side,
        "kind": grant.kind,
        "amount": grant.amount,
        "unit": grant.unit,
        "state": grant.state,
        "decided_at": grant.decided_at,
    }


def _shown(row: Referral, grants: Sequence[ReferralGrant], *, may_inspect: bool) -> dict[str, Any]:
    neutral = NotCounted.code if row.state in {"rejected", "reversed", "expired"} else None
    return {
        "id": row.shown_id,
        "state": row.state,
        "reason": row.why if may_inspect else neutral,
        "plan": row.plan.slug,
        "advocate": shown("adv", row.advocate_id),
        "advocate_member": (
            shown("mem", row.advocate_member_id) if row.advocate_member_id else None
        ),
        "friend": shown("mem", row.friend_id),
        "came_by": row.via,
        "number": row.number,
        "joined_at": row.joined_at,
        "qualify_until": row.qualify_until,
        "qualified_at": row.qualified_at,
        "release_at": row.release_at,
        "approved_at": row.approved_at,
        "rewards": show_rewards(grants, may_inspect=may_inspect),
    }


def show_friend(row: Referral, *, zone: str) -> dict[str, Any]:
    day = local_day(row.joined_at, zone)
    state = SEEN_AS[ReferralState(row.state)]
    label = _("Friend {number} · {month} · {state}").format(
        number=row.number, month=_month_of(day), state=WORDS[state]
    )
    return {
        "number": row.number,
        "month": f"{day.year}-{day.month:02}",
        "state": state,
        "label": label,
    }


def _month_of(day: date) -> str:
    """The month's name; for Persian readers that of their calendar (U-66)."""
    is_jalali = (get_language() or "").startswith("fa")
    return jalali(day).month if is_jalali else str(MONTHS[day.month])


def first_names(member_ids: Sequence[Id]) -> dict[Id, str]:
    """First names of those who have agreed to be named (R-12)."""
    agreed = {
        member_id
        for member_id, consents in consents_of(member_ids=member_ids).items()
        if any(each.purpose == NAME_PURPOSE and each.is_given for each in consents)
    }
    persons = persons_of(agreed) if agreed else {}
    return {each.id: each.first_name for each in persons.values() if each.first_name}
