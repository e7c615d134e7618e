"""Plan forms: a version as JSON, another guard to try, and the matrix that comes of it."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.programs.tenants import Program
from referrals.guard.kinds import Verdict
from referrals.guard.replaying import Replay
from referrals.plans.kinds import HouseholdPolicy, Preset
from referrals.plans.models import ReferralPlan
from referrals.plans.publishing import live_version
from referrals.plans.shapes import DEFAULTS


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


class ReplayForm(forms.Form):
    """Another guard to try."""

    preset = forms.ChoiceField(label=_("Guard"), choices=Preset.choices)
    household = forms.ChoiceField(label=_("Households"), choices=HouseholdPolicy.choices)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365, initial=90)


def starting_point(program: Program) -> dict[str, Any]:
    """What is live, or the defaults."""
    plan = ReferralPlan.objects.filter(program=program).order_by("-priority", "id").first()
    version = live_version(plan) if plan else None
    if plan is None or version is None:
        return {"slug": "friends", **DEFAULTS}
    return {"slug": plan.slug, **version.settings}


def matrix_of(found: Replay | None) -> list[tuple[str, Sequence[int]]]:
    """From each old verdict to each new one, for a table."""
    if found is None or not found.looked_at:
        return []
    names = [verdict.value for verdict in Verdict]
    return [
        (
            str(Verdict(before).label),
            [
                found.matrix[before, after].count if (before, after) in found.matrix else 0
                for after in names
            ],
        )
        for before in names
    ]
