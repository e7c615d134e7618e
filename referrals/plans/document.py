"""The part `referral_plan` of the programme document: one plan, or a list of them."""

from datetime import datetime
from typing import Any

from loyalty.foundation.actors import Actor
from loyalty.programs.documents import Part, register
from loyalty.programs.tenants import Program
from referrals.plans.kinds import Audience, PlanState
from referrals.plans.models import PlanVersion, ReferralPlan
from referrals.plans.publishing import change_plan, versions_in_force
from referrals.plans.shapes import SHAPE

Json = dict[str, Any]


def _apply(program: Program, told: Json | list[Json], at: datetime, actor: Actor) -> None:
    for plan in told if isinstance(told, list) else [told]:
        change_plan(program=program, told=plan, actor=actor, at=at)


def _export(program: Program) -> Json | list[Json] | None:
    plans = list(
        ReferralPlan.objects.filter(program=program)
        .exclude(state__in=(PlanState.DRAFT, PlanState.PREVIEW))
        .order_by("id")
    )
    newest = versions_in_force([plan.pk for plan in plans])
    told = [_told(plan, newest[plan.pk]) for plan in plans]
    return told[0] if len(told) == 1 else told or None


def _told(plan: ReferralPlan, version: PlanVersion) -> Json:
    told: Json = {"slug": plan.slug, **version.settings}
    if plan.name:
        told["name"] = plan.name
    if plan.audience != Audience.MEMBERS:
        told["audience"] = plan.audience
    if plan.state != PlanState.LIVE:
        told["state"] = plan.state
    if plan.priority:
        told["priority"] = plan.priority
    return told


register(Part(key="referral_plan", shape=SHAPE, apply=_apply, export=_export))
