"""Joining: friends come with a code or a visitor token, and what brought them is settled at once (R-16 to R-21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from loyalty.events.kept.orders import PaidOrder, paid_orders_of
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.persons import Person, persons_of
from loyalty.programs.tenants import Program, currencies_of
from referrals.attribution.attaching import (
    Bond,
    attach,
    candidate_of,
    considered_in,
    draft,
    referrals_of_friends,
)
from referrals.attribution.choosing import choose
from referrals.attribution.kinds import ReferralState, TouchKind
from referrals.attribution.models import Referral, Touch
from referrals.attribution.touching import Context, keep_touches, touch_of, touches_of
from referrals.attribution.visitors import read_visitor
from referrals.codes.issuing import codes_called
from referrals.codes.models import ReferralCode
from referrals.guard.kinds import Signal, Stage, Verdict
from referrals.guard.refusals import FriendNotNew, ReferralBlocked, SelfReferral
from referrals.guard.remembering import mark
from referrals.guard.reviewing import keep_checks, watch
from referrals.plans.models import PlanVersion
from referrals.plans.publishing import live_plans
from referrals.plans.terms import terms_of
from referrals.qualification.guarding import guard_joining
from referrals.rewards.holding import hold_members
from referrals.rewards.welcoming import welcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A friend who came with something: the code or token as told, when they joined, and from where."""

    friend_id: Id
    joined_at: datetime
    text: str = ""
    kind: TouchKind = TouchKind.TYPED
    context: Context = field(default_factory=Context)

    @property
    def visitor(self) -> bytes | None:
        """The visitor that was told, beside a code or instead of one."""
        return self.context.visitor or read_visitor(self.text)


@inside_unit_of_work
def join(
    arrivals: Sequence[Arrival], *, program: Program, actor: Actor, at: datetime, reason: str = ""
) -> list[Referral]:
    """Bind these friends to whoever brought them; whom nobody brought, or somebody did before, is left alone.

    As many statements for one as for five hundred. What a block rule stops is kept as rejected (R-37).
    """
    versions = {plan.pk: version for plan, version in live_plans(program)}
    there = referrals_of_friends(program=program, friend_ids=[each.friend_id for each in arrivals])
    fresh = [
        each
        for each in arrivals
        if each.friend_id not in there or there[each.friend_id].state == ReferralState.REJECTED
    ]
    if not fresh or not versions:
        return []
    codes = codes_called(program=program, texts=[each.text for each in fresh if each.text])
    _keep_told(fresh, codes, at=at)
    touches = touches_of(
        program_id=program.pk,
        friend_ids=[each.friend_id for each in fresh],
        visitors=[each.visitor for each in fresh if each.visitor],
    )
    bonds = [
        bond for each in fresh if (bond := _bond(each, touches, versions=versions)) is not None
    ]
    return _written(bonds, program=program, actor=actor, at=at, reason=reason)


def refusal_of(referral: Referral) -> DomainError:
    """The code under which a rejected referral is told to whoever may know (section 13)."""
    if referral.why in {Signal.SAME_MEMBER, Signal.SAME_EMAIL}:
        return SelfReferral(referral=referral.shown_id)
    if referral.why == Signal.NOT_NEW:
        return FriendNotNew(referral=referral.shown_id)
    return ReferralBlocked(referral=referral.shown_id)


def _keep_told(
    arrivals: Sequence[Arrival], codes: Mapping[str, ReferralCode], *, at: datetime
) -> None:
    """A code that was told is a touch of its own; the clock is the moment of joining."""
    keep_touches(
        [
            touch_of(
                code=codes[each.text],
                kind=each.kind,
                context=each.context,
                friend_id=each.friend_id,
                at=min(each.joined_at, at) if each.kind is TouchKind.TYPED else at,
            )
            for each in arrivals
            if each.text in codes
        ]
    )


def _bond(
    arrival: Arrival, touches: Sequence[Touch], *, versions: Mapping[Id, PlanVersion]
) -> Bond | None:
    """What brought this friend, if anything did; every touch is looked at, and why it won or not is kept."""
    mine = {
        touch.pk: touch
        for touch in touches
        if touch.friend_id == arrival.friend_id
        or (touch.friend_id is None and arrival.visitor == _visitor(touch))
    }
    candidates = [
        candidate
        for touch in mine.values()
        if (candidate := candidate_of(touch, versions=versions)) is not None
    ]
    choice = choose(candidates, joined_at=arrival.joined_at)
    if choice.winner is None:
        return None
    touch = mine[choice.winner.touch_id]
    return Bond(
        friend_id=arrival.friend_id,
        touch=touch,
        version=versions[touch.code.plan_id],
        joined_at=arrival.joined_at,
        considered=considered_in(choice, mine),
    )


def _visitor(touch: Touch) -> bytes | None:
    return None if touch.visitor is None else bytes(touch.visitor)


@inside_unit_of_work
def _written(
    bonds: Sequence[Bond], *, program: Program, actor: Actor, at: datetime, reason: str
) -> list[Referral]:
    rows = draft(bonds, program=program)
    if not rows:
        return []
    friends = [row.friend_id for row in rows]
    orders: Mapping[Id, Sequence[PaidOrder]] = paid_orders_of(
        program=program, member_ids=friends, before=max(row.joined_at for row in rows)
    )
    judged = guard_joining(rows, program=program, orders=orders, at=at)
    blocked = {
        row.pk: judged[row.pk].reasons[0] for row in rows if judged[row.pk].verdict is Verdict.BLOCK
    }
    attach(rows, blocked=blocked, reason=reason, actor=actor, at=at)
    joined = [row for row in rows if row.pk not in blocked and terms_of(row.version).welcome]
    if joined:
        currencies = currencies_of(program).values()
        hold_members(program=program, referrals=joined, currencies=currencies, at=at)
        welcome(joined, program=program, at=at)
    keep_checks(judged, stage=Stage.JOINING, at=at)
    watch({row.advocate_id for row in rows if row.pk in blocked}, at=at)
    persons: Mapping[Id, Person] = persons_of(friends)
    mark(persons.values())
    return rows
