"""Forms of what people decide about boards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.forms import member_told
from gamification.leaderboards.entries.suspending import Decision
from gamification.leaderboards.kinds import REASON_LENGTH_MAX, Ruling
from gamification.leaderboards.models import BoardPeriod
from loyalty.programs.tenants import Program


class CloseForm(forms.Form):
    """Why the grace is cut short."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH_MAX)


class EntryForm(forms.Form):
    """Whose entry, what is decided about it, and why."""

    member = forms.CharField(
        label=_("Member"), max_length=210, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    ruling = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Ruling.SUSPENDED, _("Keep it from the board")),
            (Ruling.REINSTATED, _("Let it stand again")),
        ],
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH_MAX)

    def decision(self, program: Program, period: BoardPeriod) -> Decision:
        """What was decided. Raises NotFound."""
        told: dict[str, Any] = self.cleaned_data
        return Decision(
            slug=period.definition.slug,
            period=period.key,
            member_id=member_told(program, told["member"]),
            ruling=Ruling(told["ruling"]),
            reason=told["reason"],
        )
