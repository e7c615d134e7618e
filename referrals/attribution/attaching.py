"""Attaching: the record that binds advocate and friend, written once when the friend joins."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.finding import survivors_of
from loyalty.programs.tenants import Program
from referrals.attribution.choosing import Candidate, Choice
from referrals.attribution.kinds import ReferralState, TouchKind
from referrals.attribution.models import Referral, Touch
from referrals.attribution.moving import Step, begin
from referrals.codes.models import Advocate
from referrals.plans.kinds import PlanState
from referrals.plans.models import PlanVersion
from referrals.plans.terms import terms_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Bond:
    """A friend, the touch that brought them, when they joined, and what was promised then."""

    friend_id: Id
    touch: Touch
    version: PlanVersion
    joined_at: datetime
    considered: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def advocate(self) -> Advocate:
        return self.touch.code.advocate


@inside_unit_of_work
def draft(bonds: Sequence[Bond], *, program: Program) -> list[Referral]:
    """The referrals of these bonds, one per friend, not written yet; the advocates are held, so that numbers count up."""
    if not bonds:
        return []
    numbers = _numbers({bond.advocate.pk for bond in bonds})
    members = survivors_of({bond.advocate.member_id for bond in bonds if bond.advocate.member_id})
    rows = []
    for bond in bonds:
        numbers[bond.advocate.pk] += 1
        rows.append(_row(bond, members, program=program, number=numbers[bond.advocate.pk]))
    return rows


@inside_unit_of_work
def attach(
    rows: Sequence[Referral],
    *,
    blocked: Mapping[Id, str],
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Write drafted referrals; what a block rule stopped is kept as rejected, with that rule's name (R-37)."""
    steps = []
    for row in rows:
        why = blocked.get(row.pk, "")
        to = ReferralState.REJECTED if why else ReferralState.JOINED
        row.state, row.why = to, why or row.via
        steps.append(Step(referral=row, to=to, why=row.why, actor=actor, reason=reason[:200]))
    if rows:
        begin(rows, steps=steps, at=at)


def candidate_of(touch: Touch, *, versions: Mapping[Id, PlanVersion]) -> Candidate | None:
    """The touch as choosing sees it; `versions` are the live ones by plan."""
    plan, advocate = touch.code.plan, touch.code.advocate
    version = versions.get(plan.pk)
    if version is None:
        return None
    return Candidate(
        touch_id=touch.pk,
        kind=TouchKind(touch.kind),
        occurred_at=touch.occurred_at,
        priority=plan.priority,
        window=terms_of(version).touch_window,
        is_plan_live=plan.state == PlanState.LIVE,
        is_advocate_active=advocate.suspended_at is None,
    )


def considered_in(choice: Choice, touches: Mapping[Id, Touch]) -> list[dict[str, Any]]:
    """What was looked at, as it is kept: ids, kinds, times, and why each won or not."""
    return [
        {
            "touch": touches[touch_id].shown_id,
            "kind": touches[touch_id].kind,
            "advocate": touches[touch_id].code.advocate.shown_id,
            "occurred_at": touches[touch_id].occurred_at.isoformat(),
            "why": why,
        }
        for touch_id, why in choice.why.items()
    ]


def referrals_of_friends(*, program: Program, friend_ids: Collection[Id]) -> dict[Id, Referral]:
    """The referral that counts, or the last rejected one, of each of these friends."""
    rows = Referral.objects.filter(program=program, friend_id__in=friend_ids).select_related(
        "plan", "version", "advocate"
    )
    mine: dict[Id, list[Referral]] = {}
    for row in rows.order_by("id"):
        mine.setdefault(row.friend_id, []).append(row)
    standing = {friend_id: standing_among(own) for friend_id, own in mine.items()}
    return {friend_id: row for friend_id, row in standing.items() if row is not None}


def standing_among(rows: Sequence[Referral]) -> Referral | None:
    """Of one friend's referrals, the oldest first: the one that counts, or the last rejected one."""
    found: Referral | None = None
    for row in rows:
        if found is None or found.state == ReferralState.REJECTED:
            found = row
    return found


def _numbers(advocate_ids: Collection[Id]) -> dict[Id, int]:
    """The highest number among each advocate's friends; the advocates are held, so that numbers count up."""
    held = Advocate.objects.select_for_update(no_key=True).filter(pk__in=advocate_ids)
    numbers = dict.fromkeys((row.pk for row in held.order_by("pk")), 0)
    highest = (
        Referral.objects.filter(advocate_id__in=advocate_ids)
        .values_list("advocate_id")
        .annotate(Max("number"))
        .order_by()
    )
    return numbers | dict(highest)


def _row(bond: Bond, members: Mapping[Id, Id], *, program: Program, number: int) -> Referral:
    member_id = bond.advocate.member_id
    return Referral(
        program=program,
        plan_id=bond.version.plan_id,
        version=bond.version,
        advocate=bond.advocate,
        advocate_member_id=members[member_id] if member_id else None,
        friend_id=bond.friend_id,
        touch=bond.touch,
        via=bond.touch.kind,
        considered=list(bond.considered),
        state=ReferralState.JOINED,
        joined_at=bond.joined_at,
        qualify_until=bond.joined_at + terms_of(bond.version).qualify_window,
        number=number,
        moves=1,
    )
