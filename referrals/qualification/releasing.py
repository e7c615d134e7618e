"""Releasing: when the hold is over and the order stayed, both sides are decided in one unit; and what never came expires (R-25 to R-29)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Min, OuterRef, QuerySet, Subquery

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.attribution.moving import Step, move
from referrals.guard.judging import Judgement
from referrals.guard.kinds import Verdict
from referrals.guard.reviewing import open_reviews
from referrals.plans.terms import LATE_ORDERS
from referrals.qualification.guarding import guard_release, watch_blocked
from referrals.qualification.qualifying import FOLLOWER, Page, follow, follow_rows
from referrals.rewards.granting import decide
from referrals.rewards.promising import cancel
from referrals.rewards.welcoming import withdraw_welcome

PAGE: Final = 500
RELEASED: Final = "hold_over"
_STATUS: Final = Subquery(
    Member.objects.filter(pk=OuterRef("advocate_member_id")).values("status")[:1]
)


@unit_of_work
def release_due(*, program: Program, at: datetime) -> bool:
    """Approve a page of referrals whose hold is over, the earliest first; True if there may be more (R-57)."""
    waiting = _to_release(until=at).filter(program=program).annotate(advocate_status=_STATUS)
    due = list(waiting.select_related("friend").order_by("release_at", "id")[:PAGE])
    # Of members who were merged a moment ago the fact of it comes first.
    still = [row for row in due if "merged" not in {row.friend.status, row.advocate_status}]
    if still:
        page = follow_rows(still, program=program, at=at)
        rows = [row for row in page.rows if is_due(row, at=at)]
        approve(page, rows, why=RELEASED, actor=FOLLOWER, at=at)
    return len(due) == PAGE and bool(still)


@inside_unit_of_work
def approve(
    page: Page, rows: Sequence[Referral], *, why: str, actor: Actor, at: datetime, reason: str = ""
) -> list[Step]:
    """Look a last time, then decide both sides and move: approved, to people, or stopped; all in this transaction."""
    if not rows:
        return []
    judged = guard_release(rows, program=page.program, orders=page.orders, at=at)
    steps = [_step(row, judged[row.pk], why=why, actor=actor, reason=reason) for row in rows]
    passing = [step.referral for step in steps if step.to is ReferralState.APPROVED]
    for row in passing:
        row.approved_at = at
    decide(passing, program=page.program, currencies=page.currencies, book=page.book, at=at)
    move(steps, at=at)
    open_reviews(
        {
            step.referral.pk: judged[step.referral.pk].reasons
            for step in steps
            if step.to is ReferralState.REVIEW
        },
        at=at,
    )
    stopped = [step for step in steps if step.to is ReferralState.REJECTED]
    if stopped:
        cancel([step.referral.pk for step in stopped], why="rejected")
        withdraw_welcome([step.referral for step in stopped], program=page.program, at=at)
        watch_blocked(stopped, at=at)
    return steps


@unit_of_work
def expire_due(*, program: Program, at: datetime) -> bool:
    """End a page of referrals whose time to qualify has passed, with two days' grace for late orders (R-26)."""
    due = list(_to_expire(until=at).filter(program=program).order_by("qualify_until", "id")[:PAGE])
    if not due:
        return False
    follow(program=program, friend_ids={row.friend_id for row in due}, at=at)
    return len(due) == PAGE


def earliest_release(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the first hold is over, per programme, at or before `until`."""
    rows = _to_release(until=until)
    if program_id:
        rows = rows.filter(program_id=program_id)
    return dict(rows.values_list("program_id").annotate(Min("release_at")).order_by())


def earliest_expiry(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the first referral expires, per programme, at or before `until`."""
    rows = _to_expire(until=until)
    if program_id:
        rows = rows.filter(program_id=program_id)
    found: Mapping[Id, datetime] = dict(
        rows.values_list("program_id").annotate(Min("qualify_until")).order_by()
    )
    return {each: at + LATE_ORDERS for each, at in found.items()}


def is_due(row: Referral, *, at: datetime) -> bool:
    """Whether its hold is over."""
    is_pending = row.state == ReferralState.PENDING
    return is_pending and row.release_at is not None and row.release_at <= at


def _step(row: Referral, judged: Judgement, *, why: str, actor: Actor, reason: str) -> Step:
    if judged.verdict is Verdict.BLOCK:
        return Step(
            referral=row,
            to=ReferralState.REJECTED,
            why=(judged.reasons or ("score",))[0],
            actor=actor,
        )
    is_stopped = judged.verdict is Verdict.REVIEW and not row.is_cleared
    if is_stopped:
        return Step(
            referral=row,
            to=ReferralState.REVIEW,
            why=(judged.reasons or ("score",))[0],
            actor=actor,
        )
    return Step(referral=row, to=ReferralState.APPROVED, why=why, actor=actor, reason=reason)


def _to_release(*, until: datetime) -> QuerySet[Referral]:
    return Referral.objects.filter(state=ReferralState.PENDING, release_at__lte=until)


def _to_expire(*, until: datetime) -> QuerySet[Referral]:
    return Referral.objects.filter(
        state=ReferralState.JOINED, qualify_until__lte=until - LATE_ORDERS
    )
