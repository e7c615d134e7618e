"""Issuing: members become advocates and get a code on first request; affiliates get both from staff (R-4 to R-7)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.tenants import Program
from referrals.codes.checking import canonical, fold, new_text, refuse_vanity
from referrals.codes.forgetting import was_forgotten
from referrals.codes.kinds import AdvocateKind, CodeKind
from referrals.codes.models import Advocate, ReferralCode
from referrals.codes.refusals import CodeRefused, CodeTaken
from referrals.plans.kinds import Audience, PlanState
from referrals.plans.models import ReferralPlan
from referrals.plans.publishing import live_plans
from referrals.plans.refusals import PlanClosed
from referrals.plans.terms import terms_of

TRIES_MAX: Final = 20  # 27 billion codes: twenty collisions in a row do not happen
VANITY_RESTS: Final = timedelta(days=365)


@unit_of_work
def code_of_member(
    *, program: Program, member_id: Id, plan_slug: str | None = None, at: datetime
) -> ReferralCode:
    """The code that this member hands on, made on first request. Raises PlanClosed where no plan is open to members."""
    return code_for(program=program, member_id=member_id, plan_slug=plan_slug, at=at)


def is_open_to_members(program: Program) -> bool:
    """Whether members of this programme have something to hand on; one query."""
    return any(plan.audience == Audience.MEMBERS for plan, _version in live_plans(program))


@inside_unit_of_work
def code_for(
    *, program: Program, member_id: Id, plan_slug: str | None = None, at: datetime
) -> ReferralCode:
    """As `code_of_member`, inside a unit: the newest code of the most important live plan, or of the one named."""
    plan = _open_plan(program, plan_slug)
    codes = ReferralCode.objects.filter(
        advocate__program=program, advocate__member_id=member_id, plan=plan
    )
    newest = codes.select_related("advocate", "plan").order_by("-id").first()
    if newest is not None:
        return newest
    advocate, _made = Advocate.objects.get_or_create(
        program=program,
        member_id=member_id,
        defaults={"kind": AdvocateKind.MEMBER, "created_at": at},
    )
    return _issue(program=program, plan=plan, advocate=advocate, at=at)


@unit_of_work
def choose_code(*, program: Program, member_id: Id, text: str, at: datetime) -> ReferralCode:
    """Give a member the code they chose; old ones keep working. Raises CodeRefused, CodeTaken, PlanClosed."""
    current = code_for(program=program, member_id=member_id, at=at)
    wanted = text.strip().upper()
    if canonical(wanted) == current.canonical:
        return current
    (terms,) = [terms_of(version) for plan, version in live_plans(program) if plan == current.plan]
    refuse_vanity(wanted, refused_words=terms.refused_words)
    chosen = current.advocate.codes.filter(kind=CodeKind.VANITY, made_at__gt=at - VANITY_RESTS)
    if chosen.exists():
        raise CodeRefused(why=_("it was changed less than a year ago"))
    code = _insert(
        program=program,
        plan=current.plan,
        advocate=current.advocate,
        text=wanted,
        kind=CodeKind.VANITY,
        at=at,
    )
    if code is None:
        raise CodeTaken
    return code


@unit_of_work
def add_affiliate(
    *, program: Program, plan: ReferralPlan, name: str, text: str = "", actor: Actor, at: datetime
) -> ReferralCode:
    """Take an affiliate in, with a code of a plan for affiliates. Raises PlanClosed, CodeRefused, CodeTaken."""
    assert actor.kind, "affiliates come from staff"
    if plan.audience != Audience.AFFILIATES or plan.state != PlanState.LIVE:
        raise PlanClosed(plan=plan.slug)
    advocate = Advocate.objects.create(
        program=program, kind=AdvocateKind.AFFILIATE, name=name.strip(), created_at=at
    )
    if not text.strip():
        return _issue(program=program, plan=plan, advocate=advocate, at=at)
    wanted = text.strip().upper()
    refuse_vanity(wanted, refused_words=())
    code = _insert(
        program=program, plan=plan, advocate=advocate, text=wanted, kind=CodeKind.VANITY, at=at
    )
    if code is None:
        raise CodeTaken
    return code


@unit_of_work
def set_suspended(
    *, program: Program, advocates: Collection[Id], suspended: bool, actor: Actor, at: datetime
) -> int:
    """Suspend advocates, or let them bring friends again; their codes answer as unknown meanwhile (R-7)."""
    assert actor.kind, "people suspend people"
    rows = Advocate.objects.filter(program=program, pk__in=advocates)
    return rows.update(suspended_at=at if suspended else None)


@unit_of_work
def stop_watching(*, program: Program, advocates: Collection[Id], actor: Actor) -> int:
    """Take advocates off the watch list (R-42)."""
    assert actor.kind, "people decide about people"
    return Advocate.objects.filter(program=program, pk__in=advocates).update(watched_at=None)


def codes_called(*, program: Program, texts: Sequence[str]) -> dict[str, ReferralCode]:
    """The usable codes behind these texts; one query. Suspended advocates and closed plans have none (R-7)."""
    wanted = {canonical(text): text for text in texts}
    rows = ReferralCode.objects.filter(
        program=program,
        canonical__in=wanted,
        advocate__suspended_at=None,
        plan__state__in=(PlanState.LIVE, PlanState.PAUSED),
    ).select_related("advocate", "plan")
    by_canonical = {row.canonical: row for row in rows}
    return {
        text: by_canonical[canonical(text)] for text in texts if canonical(text) in by_canonical
    }


def _open_plan(program: Program, slug: str | None) -> ReferralPlan:
    for plan, _version in live_plans(program):
        if plan.audience == Audience.MEMBERS and slug in {None, plan.slug}:
            return plan
    raise PlanClosed(plan=slug or "")


@inside_unit_of_work
def _issue(
    *, program: Program, plan: ReferralPlan, advocate: Advocate, at: datetime
) -> ReferralCode:
    for _try in range(TRIES_MAX):
        code = _insert(
            program=program,
            plan=plan,
            advocate=advocate,
            text=new_text(),
            kind=CodeKind.GENERATED,
            at=at,
        )
        if code is not None:
            return code
    raise AssertionError("no free code among 27 billion")


def _insert(
    *,
    program: Program,
    plan: ReferralPlan,
    advocate: Advocate,
    text: str,
    kind: CodeKind,
    at: datetime,
) -> ReferralCode | None:
    """The code, or None if it is taken: code_names_one_advocate, code_looks_like_no_other, or was an erased person's."""
    if kind is CodeKind.VANITY and was_forgotten(
        program, canonical=canonical(text), fold=fold(text)
    ):
        return None
    try:
        with transaction.atomic():
            return ReferralCode.objects.create(
                program=program,
                plan=plan,
                advocate=advocate,
                text=text,
                canonical=canonical(text),
                fold=fold(text),
                kind=kind,
                made_at=at,
            )
    except IntegrityError:
        return None
