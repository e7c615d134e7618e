"""Plan forms: another guard to try, and the matrix that comes of it."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.guard.kinds import Verdict
from referrals.guard.replaying import Replay
from referrals.plans.kinds import HouseholdPolicy, Preset


class ReplayForm(forms.Form):
    """Another guard to try."""

    preset = forms.ChoiceField(label=_("Guard"), choices=Preset.choices)
    household = forms.ChoiceField(label=_("Households"), choices=HouseholdPolicy.choices)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365, initial=90)


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
