"""Forms of what people do to streaks by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.forms import Day, HandForm, MemberForm
from gamification.streaks.kinds import FREEZES_GIVEN_MAX, GAME
from gamification.streaks.pausing import Days


class _Span(forms.Form):
    first = Day(label=_("First day"))
    last = Day(label=_("Last day"), help_text=_("Both days are included."))

    def days(self) -> Days:
        """The days with the reason."""
        told: dict[str, Any] = self.cleaned_data
        return Days(first=told["first"], last=told["last"], reason=told["reason"])


class PauseForm(_Span, MemberForm):
    """One member's days of rest."""

    game, what = GAME, _("Streak")
    field_order = ("member", "definition", "first", "last", "reason")


class RestForm(_Span, HandForm):
    """Days on which the shop is closed."""

    game, what = GAME, _("Streak")
    field_order = ("definition", "first", "last", "reason")


class FreezesForm(MemberForm):
    """Freezes for one member."""

    game, what = GAME, _("Streak")
    field_order = ("member", "definition", "quantity", "reason")
    quantity = forms.IntegerField(
        label=_("Freezes"), min_value=1, max_value=FREEZES_GIVEN_MAX, initial=1
    )
