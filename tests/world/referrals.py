"""Ada brings Grace: plans, codes, friends and their orders at the Corner Café."""

from datetime import UTC, datetime, timedelta
from typing import Any

from loyalty.foundation.actors import Actor, ActorKind, job
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.ledger.models import Account
from loyalty.members.models import Member
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.programs.models import Program
from referrals.attribution.models import Referral
from referrals.attribution.touching import Context
from referrals.codes.issuing import code_of_member
from referrals.codes.models import ReferralCode
from referrals.plans.models import ReferralPlan
from referrals.qualification.bringing import Brought, Telling, attach_by_staff, bring
from referrals.qualification.releasing import expire_due, release_due
from referrals.rewards.models import ReferralGrant
from tests.world.earning import a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.members import a_member
from tests.world.programs import a_program, applied

START = datetime(2026, 11, 1, 10, tzinfo=UTC)
KEY: Actor = job("storefront")
PLAN: dict[str, Any] = {
    "slug": "friends",
    "friend_reward": {"kind": "points", "currency": "stars", "points": 300, "cost": 300},
    "advocate_reward": {"kind": "points", "currency": "stars", "points": 500, "cost": 500},
    "storefront": "https://shop.example",
    "landing": "/welcome",
}


def at(text: str) -> datetime:
    """`11-10 08:00` of 2026, `2027-01-09 08:00`: an instant in UTC."""
    whole = text if text[:2] == "20" else f"2026-{text}"
    form = "%Y-%m-%d %H:%M:%S" if whole.count(":") == 2 else "%Y-%m-%d %H:%M"
    return datetime.strptime(whole, form).replace(tzinfo=UTC)


def a_staff_actor() -> Actor:
    """Somebody at the desk."""
    return Actor(kind=ActorKind.STAFF, id=new_id())


def a_cafe(
    slug: str = "corner-cafe", *, plans: Any = None, rewards: Any = (), **terms: Any
) -> Program:
    """A programme with a plan for friends and one earning rule, and a clock of its own; Ada is a member since January."""
    parts: dict[str, Any] = {"rules": [a_rule()], "referral_plan": plans or {**PLAN, **terms}}
    if rewards:
        parts["rewards"] = list(rewards)
    cafe = a_program(slug, parts=parts, test=True)
    clock_at(cafe, START)
    a_member(cafe, "ada", email="ada@example.org", last_name="Lovelace")
    return cafe


def clock_at(program: Program, instant: datetime) -> None:
    """The programme's clock has come to this instant, if it was not further: no test looks at the wall."""
    if program.test_now is None or program.test_now < instant:
        program.test_now = instant
        Program.objects.filter(pk=program.pk).update(test_now=instant)


def changed_plan(program: Program, **terms: Any) -> None:
    """A new version of the plan, from an instant on."""
    told = {"program": {"slug": program.slug}, "referral_plan": {"slug": "friends", **terms}}
    applied(told, at=START)


def plan_of(program: Program, slug: str = "friends") -> ReferralPlan:
    return ReferralPlan.objects.get(program=program, slug=slug)


def code_of(program: Program, external_id: str = "ada", *, plan: str | None = None) -> ReferralCode:
    """What this member hands on."""
    member = Member.objects.get(program=program, external_id=external_id)
    return code_of_member(program=program, member_id=member.pk, plan_slug=plan, at=START)


def member_of(program: Program, external_id: str) -> Member:
    return Member.objects.get(program=program, external_id=external_id)


def a_friend(
    program: Program,
    external_id: str = "grace",
    *,
    joined: datetime | str = "11-10 08:00",
    code: str = "",
    **profile: Any,
) -> Member:
    """Somebody who enrols, perhaps with a code; facts are delivered."""
    instant = at(joined) if isinstance(joined, str) else joined
    clock_at(program, instant)
    friend = a_member(program, external_id, at=instant, referral_code=code, **profile)
    deliver_until_idle(program_id=program.pk)
    return friend


def told(
    program: Program,
    friend: Member,
    code: str,
    *,
    when: datetime | str = "11-10 08:00",
    **context: Any,
) -> Brought:
    """A storefront tells that this friend came with a code."""
    instant = at(when) if isinstance(when, str) else when
    clock_at(program, instant)
    return bring(
        program=program,
        friend_id=friend.pk,
        telling=Telling(text=code, context=Context(**context)),
        actor=KEY,
        at=instant,
    )


def attached(program: Program, friend: Member, code: str, *, when: str = "11-20 08:00") -> Brought:
    """Staff attach a lost referral."""
    return attach_by_staff(
        program=program,
        friend_id=friend.pk,
        text=code,
        reason="lost on a shared phone",
        actor=a_staff_actor(),
        at=at(when),
    )


def bought(
    program: Program,
    friend: Member | str = "grace",
    *,
    when: str = "11-20 09:00",
    total: int = 4500,
    order_id: str = "order-1",
    told_at: str | None = None,
    **data: Any,
) -> None:
    """A paid order, taken in and followed."""
    who = f"ext:{friend}" if isinstance(friend, str) else friend
    instant = at(when)
    told_instant = at(told_at) if told_at else instant + timedelta(minutes=1)
    clock_at(program, told_instant)
    data.setdefault("lines", [{"sku": "COF", "quantity": 1, "amount": total}])
    outcomes = taken(
        program,
        an_order(order_id, member=who, total=total, at=instant, **data),
        at=told_instant,
    )
    assert all(each.refusal is None for each in outcomes), [each.refusal for each in outcomes]
    deliver_until_idle(program_id=program.pk)


def returned(
    program: Program,
    friend: str = "grace",
    *,
    when: str,
    order_id: str = "order-1",
    source_id: str = "return-1",
    amount: int | None = None,
    told_at: str | None = None,
) -> None:
    """A return of an amount, or of everything."""
    kind = "order.returned" if amount else "order.cancelled"
    data: dict[str, Any] = {"order_id": order_id} | ({"amount": amount} if amount else {})
    clock_at(program, at(told_at or when))
    outcomes = taken(
        program,
        an_event(kind, member=f"ext:{friend}", source_id=source_id, at=at(when), data=data),
        at=at(told_at or when),
    )
    assert all(each.refusal is None for each in outcomes), [each.refusal for each in outcomes]
    deliver_until_idle(program_id=program.pk)


def ticked(program: Program, when: str) -> None:
    """What falls due by then: releases, then expiries."""
    clock_at(program, at(when))
    while release_due(program=program, at=at(when)):
        pass
    while expire_due(program=program, at=at(when)):
        pass
    deliver_until_idle(program_id=program.pk)


def referral_of(program: Program, external_id: str = "grace") -> Referral:
    """The newest referral of this friend."""
    rows = Referral.objects.filter(program=program, friend__external_id=external_id)
    return rows.select_related("advocate", "version", "plan").order_by("-id")[0]


def grants_of(program: Program, external_id: str = "grace") -> dict[str, tuple[str, int]]:
    """Both sides: state and what was taken back."""
    rows = ReferralGrant.objects.filter(referral=referral_of(program, external_id))
    return {row.side: (row.state, row.recovered) for row in rows}


def points_of(program: Program, external_id: str, currency: str = "stars") -> int:
    """What stands on the account, pending and all, less debts."""
    rows = Account.objects.filter(
        member__program=program, member__external_id=external_id, currency__slug=currency
    )
    return sum(row.available + row.pending + row.held - row.negative for row in rows)


def story_of(referral: Referral) -> list[tuple[str, str, str]]:
    """Every move: from, to, why."""
    return [(row.from_state, row.to_state, row.why) for row in referral.story.order_by("number")]


def in_a_unit(work: Any) -> Any:
    """A step, in a unit of its own."""
    return run(work)
