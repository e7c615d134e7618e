"""A plan as it is told: as JSON, where one begins, and what of it becomes a version."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from referrals.plans.kinds import Audience
from referrals.plans.models import PlanVersion, ReferralPlan
from referrals.plans.shapes import DEFAULTS

Json = dict[str, Any]


class Indented(json.JSONEncoder):
    """JSON as people read it."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**(how | {"indent": 2, "ensure_ascii": False}))


class VersionForm(forms.Form):
    """A plan as the programme document tells it."""

    definition = forms.JSONField(
        label=_("Plan"),
        encoder=Indented,
        widget=forms.Textarea(attrs={"rows": 30, "cols": 100, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("The part “referral_plan” of the programme document."),
    )


def newest_of(plan: ReferralPlan | None) -> PlanVersion | None:
    """The version written last, in force or not."""
    return plan.versions.order_by("-number").first() if plan else None


def starting_point(plan: ReferralPlan | None) -> Json:
    """What was written last, with what stands on the plan itself; for a new plan the defaults."""
    if plan is None:
        return {"slug": "friends"} | {name: value for name, value in DEFAULTS.items() if value not in ([], {})}  # fmt: skip
    version = newest_of(plan)
    told: Json = {"slug": plan.slug}
    if plan.name:
        told["name"] = plan.name
    if plan.audience != Audience.MEMBERS:
        told["audience"] = plan.audience
    if plan.priority:
        told["priority"] = plan.priority
    return {**told, **(version.settings if version else {})}


def wording(program: Program, told: Json, *, actor: Actor) -> Json:
    """What `draft_version` takes; a name or priority that is told no more is none."""
    settings = {name: value for name, value in told.items() if name not in {"slug", "audience", "state"}}  # fmt: skip
    plan = ReferralPlan.objects.filter(program=program, slug=told["slug"]).first()
    for name, nothing in (("name", {}), ("priority", 0)):
        before = getattr(plan, name) if plan else nothing
        value = settings.pop(name, nothing)
        if value != before:
            settings[name] = value
    return {
        "program": program,
        "slug": told["slug"],
        "settings": settings,
        "audience": told.get("audience", Audience.MEMBERS.value),
        "actor": actor,
        "at": now_of(program),
    }
