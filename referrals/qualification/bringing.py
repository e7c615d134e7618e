"""Bringing: a storefront or a person tells who brought whom: at the first check-out, as a late claim, or by staff (R-17 to R-20)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.events.kept.orders import paid_orders_of
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import inside_unit_of_work, unit_of_work_racing
from loyalty.members.persons import Person, persons_of
from loyalty.programs.tenants import Program
from referrals.attribution.attaching import referrals_of_friends
from referrals.attribution.kinds import ReferralState, TouchKind
from referrals.attribution.models import Referral
from referrals.attribution.refusals import (
    ClaimTooLate,
    ReasonRequired,
    ReferralExists,
    WindowOver,
)
from referrals.attribution.touching import Context
from referrals.attribution.visitors import read_visitor
from referrals.codes.issuing import codes_called
from referrals.codes.refusals import CodeUnknown
from referrals.plans.kinds import PlanState
from referrals.plans.publishing import live_plans
from referrals.plans.refusals import PlanClosed
from referrals.plans.terms import Terms, days, terms_of
from referrals.qualification.joining import Arrival, join, refusal_of
from referrals.qualification.qualifying import follow

LONGEST_CLAIM: Final = days("P14D")


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What was told: a typed code or a visitor token, by whom the friend may be known besides, and from where."""

    text: str
    context: Context
    reason: str = ""  # staff attach with one

    @property
    def is_token(self) -> bool:
        return read_visitor(self.text) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """The referral that was kept, and why it does not count, if it does not."""

    referral: Referral
    refusal: DomainError | None = None


@unit_of_work_racing("friend_is_brought_once", "friends_of_an_advocate_count_up")
def bring(
    *, program: Program, friend_id: Id, telling: Telling, actor: Actor, at: datetime
) -> Brought:
    """Bind a friend to whoever brought them, and look at their orders at once.

    Raises ReferralExists, CodeUnknown, PlanClosed, ClaimTooLate, WindowOver. What a block rule stops is kept and told.
    """
    friend = persons_of([friend_id])[friend_id]
    _refuse_known(program, friend_id)
    terms = _terms(program, telling)
    orders = paid_orders_of(program=program, member_ids=[friend_id])[friend_id]
    arrival = _arrival(friend, telling, terms, has_ordered=bool(orders), at=at)
    return _brought(arrival, program=program, actor=actor, at=at)


@unit_of_work_racing("friend_is_brought_once", "friends_of_an_advocate_count_up")
def attach_by_staff(
    *, program: Program, friend_id: Id, text: str, reason: str, actor: Actor, at: datetime
) -> Brought:
    """Attach a lost referral to a friend who has none that counts, with a reason; it is marked as attached (R-20).

    Raises ReasonRequired, ReferralExists, CodeUnknown, PlanClosed.
    """
    if not reason.strip():
        raise ReasonRequired(pointer="/reason")
    friend = persons_of([friend_id])[friend_id]
    _refuse_known(program, friend_id)
    telling = Telling(text=text, context=Context(), reason=reason.strip())
    _terms(program, telling)
    arrival = Arrival(
        friend_id=friend_id, joined_at=friend.joined_at, text=text, kind=TouchKind.STAFF
    )
    return _brought(arrival, program=program, actor=actor, at=at, reason=reason.strip())


@inside_unit_of_work
def _brought(
    arrival: Arrival, *, program: Program, actor: Actor, at: datetime, reason: str = ""
) -> Brought:
    rows = join([arrival], program=program, actor=actor, at=at, reason=reason)
    if not rows:
        raise WindowOver
    (referral,) = rows
    if referral.state == ReferralState.REJECTED:
        return Brought(referral=referral, refusal=refusal_of(referral))
    follow(program=program, friend_ids=[arrival.friend_id], at=at)
    referral.refresh_from_db()
    return Brought(referral=referral)


def _refuse_known(program: Program, friend_id: Id) -> None:
    there = referrals_of_friends(program=program, friend_ids=[friend_id]).get(friend_id)
    if there is not None and there.state != ReferralState.REJECTED:
        raise ReferralExists(referral=there.shown_id)


def _terms(program: Program, telling: Telling) -> Terms | None:
    """What the plan of a typed code promises; a token names no plan yet."""
    if telling.is_token:
        return None
    code = codes_called(program=program, texts=[telling.text]).get(telling.text)
    if code is None:
        raise CodeUnknown(pointer="/code")
    if code.plan.state == PlanState.PAUSED:
        raise PlanClosed(plan=code.plan.slug)
    promised = {plan.pk: terms_of(version) for plan, version in live_plans(program)}
    return promised[code.plan_id]


def _arrival(
    friend: Person, telling: Telling, terms: Terms | None, *, has_ordered: bool, at: datetime
) -> Arrival:
    """Typed at the first check-out it is now that the friend joined; a claim or a token looks back to the enrolment."""
    if terms is not None and not has_ordered:
        return Arrival(
            friend_id=friend.id, joined_at=at, text=telling.text, context=telling.context
        )
    window = terms.claim_window if terms else LONGEST_CLAIM
    if at >= friend.joined_at + window:
        raise ClaimTooLate(days=window.days)
    return Arrival(
        friend_id=friend.id,
        joined_at=friend.joined_at,
        text=telling.text,
        kind=TouchKind.CLAIM,
        context=telling.context,
    )
