"""Deciding: what people do with referrals: clear, approve early, reject, take back, overrule; always with a reason (R-22, R-27, R-43, R-44)."""

from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.tenants import Program
from referrals.attribution.attaching import referrals_of_friends
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.attribution.moving import Step, move, refuse_move
from referrals.attribution.refusals import MoveNotAllowed, ReasonRequired, ReferralExists
from referrals.guard.appealing import decide_appeal
from referrals.guard.kinds import Decision
from referrals.guard.refusals import SelfReferral
from referrals.guard.reviewing import close_reviews
from referrals.plans.terms import LATE_ORDERS
from referrals.qualification.joining import refusal_of
from referrals.qualification.qualifying import (
    Page,
    forget_order,
    note_order,
    open_page,
    reverse,
)
from referrals.qualification.releasing import approve
from referrals.rewards.promising import cancel, promise
from referrals.rewards.welcoming import withdraw_welcome

CLEARED = "cleared"
BY_STAFF = "by_staff"
FRAUD = "fraud"
OVERRULED = "overruled"


@unit_of_work
def approve_by_hand(
    *, program: Program, referral_id: Id, reason: str, actor: Actor, at: datetime
) -> Referral:
    """Clear a referral in review, or end the hold of a waiting one; a block rule is never skipped (R-27).

    A cleared one waits for the end of its hold. Raises ReasonRequired, MoveNotAllowed, and what a block rule says.
    """
    page, row = _opened(program, referral_id, reason, at=at)
    if row.state == ReferralState.REVIEW:
        close_reviews(
            [row.pk], decision=Decision.CLEARED, reason=reason.strip(), actor=actor, at=at
        )
        row.is_cleared = True
        step = Step(
            referral=row,
            to=ReferralState.PENDING,
            why=CLEARED,
            actor=actor,
            reason=reason.strip()[:200],
        )
        move([step], at=at)
        promise([row])
        return row
    if row.state != ReferralState.PENDING:
        raise MoveNotAllowed(state=ReferralState(row.state), wanted=ReferralState.APPROVED)
    row.is_cleared = True
    (step,) = approve(page, [row], why=BY_STAFF, actor=actor, at=at, reason=reason.strip()[:200])
    if step.to is ReferralState.REJECTED:
        raise refusal_of(row)
    return row


@unit_of_work
def reject_by_hand(
    *, program: Program, referral_id: Id, reason: str, actor: Actor, at: datetime
) -> Referral:
    """Reject a referral that is not approved yet. Raises ReasonRequired, MoveNotAllowed."""
    _page, row = _opened(program, referral_id, reason, at=at)
    refuse_move(row, ReferralState.REJECTED)
    close_reviews([row.pk], decision=Decision.REJECTED, reason=reason.strip(), actor=actor, at=at)
    step = Step(
        referral=row,
        to=ReferralState.REJECTED,
        why=BY_STAFF,
        actor=actor,
        reason=reason.strip()[:200],
    )
    row.household, row.as_household = None, False
    move([step], at=at)
    cancel([row.pk], why="rejected")
    withdraw_welcome([row], program=program, at=at)
    return row


@unit_of_work
def reverse_by_hand(
    *, program: Program, referral_id: Id, reason: str, actor: Actor, at: datetime
) -> Referral:
    """Take an approved referral back for proven fraud, with both rewards. Raises ReasonRequired, MoveNotAllowed."""
    page, row = _opened(program, referral_id, reason, at=at)
    refuse_move(row, ReferralState.REVERSED)
    reverse(
        page,
        [row],
        sources={row.pk: row.pk},
        why=FRAUD,
        actor=actor,
        at=at,
        reason=reason.strip()[:200],
    )
    return row


@unit_of_work
def reopen(
    *, program: Program, referral_id: Id, reason: str, actor: Actor, at: datetime
) -> Referral:
    """Overrule a rejection: the state is computed anew from what happened since; somebody else than who rejected does it.

    Raises ReasonRequired, SameReviewer, MoveNotAllowed, ReferralExists, SelfReferral.
    """
    page, row = _opened(program, referral_id, reason, at=at)
    order = page.order_of(row)
    to = _state_now(row, page, at=at)
    refuse_move(row, to)
    if row.advocate_member_id == row.friend_id:
        raise SelfReferral(referral=row.shown_id)
    _refuse_other(program, row)
    decide_appeal(referral=row, upheld=True, reason=reason, actor=actor, at=at)
    if order is not None:
        note_order(row, order)
        row.qualified_at, row.is_cleared = at, True
    else:
        forget_order(row)
    step = Step(referral=row, to=to, why=OVERRULED, actor=actor, reason=reason.strip()[:200])
    move([step], at=at)
    if order is not None:
        promise([row])
    return row


@inside_unit_of_work
def _opened(
    program: Program, referral_id: Id, reason: str, *, at: datetime
) -> tuple[Page, Referral]:
    """The referral with its members held and its orders read; the reason comes first."""
    if not reason.strip():
        raise ReasonRequired(pointer="/reason")
    there = list(Referral.objects.filter(pk=referral_id, program=program))
    if not there:
        raise NotFound
    page = open_page(program=program, there=there, at=at)
    return page, page.rows[0]


def _state_now(row: Referral, page: Page, *, at: datetime) -> ReferralState:
    if page.order_of(row) is not None:
        return ReferralState.PENDING
    is_over = at >= row.qualify_until + LATE_ORDERS
    return ReferralState.EXPIRED if is_over else ReferralState.JOINED


def _refuse_other(program: Program, row: Referral) -> None:
    there = referrals_of_friends(program=program, friend_ids=[row.friend_id]).get(row.friend_id)
    if there is not None and there.pk != row.pk and there.state != ReferralState.REJECTED:
        raise ReferralExists(referral=there.shown_id)
