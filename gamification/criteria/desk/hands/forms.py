"""Forms of what people do by hand: for whom, with which definition of a game, and why."""

import uuid
from typing import Any, ClassVar, Final

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import Live, book_of, live_definition
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Text
from loyalty.members.finding import EXTERNAL, find_member
from loyalty.programs.tenants import Program

REASON_LENGTH_MAX: Final = 200


class ReasonBar(ActionForm):
    """Why something is done to the chosen rows. Never required here: the bar serves all actions, and rules refuse."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH_MAX, required=False)


class HandForm(forms.Form):
    """Which definition, for whom, and why. `game` says whose are offered, `what` what they are; a double click counts once."""

    game: ClassVar[str] = ""
    what: ClassVar[Text] = ""
    definition = forms.ChoiceField()
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH_MAX)
    key = forms.CharField(
        widget=forms.HiddenInput, initial=lambda: str(uuid.uuid4()), max_length=36
    )

    def __init__(self, program: Program, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self.program = program
        found: Any = self.fields["definition"]
        found.label = self.what
        found.choices = [(live.slug, str(live.name)) for live in book_of(program).of(self.game)]

    def live(self) -> Live:
        """The definition that was chosen."""
        return live_definition(self.program, self.game, self.cleaned_data["definition"])


class MemberForm(HandForm):
    """The same for one member, by their id or the shop's own."""

    member = forms.CharField(
        label=_("Member"), max_length=210, widget=forms.TextInput(attrs={"dir": "ltr"})
    )

    def member_id(self) -> Id:
        """The member who was told. Raises NotFound."""
        return member_told(self.program, self.cleaned_data["member"])


class Day(forms.DateField):
    """A local day, written by the browser's own calendar."""

    def __init__(self, **how: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "vTextField"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **how)


def member_told(program: Program, told: str) -> Id:
    """The member behind an id of ours, or one of the shop's. Raises NotFound."""
    who = told.strip()
    named = who if who.startswith(("mem_", EXTERNAL)) else f"{EXTERNAL}{who}"
    return find_member(program=program, told=named).pk
