"""Editors: the form of a whole definition, one for each game that brings one; others are written as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gamification.criteria.desk.pieces.around import Around
from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.kinds import GrantExisting
from gamification.criteria.telling.sentences import Names
from loyalty.earning.desk.pieces import trips
from loyalty.earning.desk.pieces.around import choice
from loyalty.earning.desk.pieces.piece import Json
from loyalty.programs.tenants import Program
from loyalty.tiers.desk.drafts.translating import slug_of

BEFORE: Final = (gettext_lazy("What was reached before"), False, ("grant_existing",))


class Editor(Piece):
    """A whole definition: its name, what the game says, and what becomes of what members have reached."""

    texts = {"name": gettext_lazy("Name")}
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
        help_text=gettext_lazy("Its name in the API; empty: made from the name."),
    )
    grant_existing = choice(
        gettext_lazy("What was reached before"), GrantExisting.choices, initial=GrantExisting.SILENT
    )

    @staticmethod
    def tells(told: Json, names: Names) -> Sequence[str]:
        """The definition in sentences, in the active language; none where a game has no words for it."""
        return []

    def __init__(self, *, is_new: bool = False, **how: Any) -> None:
        self.is_new = is_new
        super().__init__(**how)
        if not is_new:
            self.fields["slug"].disabled = True

    def clean(self) -> dict[str, Any]:
        """A new definition gets its short name from its name."""
        told = super().clean()
        if self.is_new and not told.get("slug") and "slug" not in self.errors:
            named = [told[name] for name in self.fields if name.startswith("name__") and told.get(name)]  # fmt: skip
            told["slug"] = slug_of(named)
            if not told["slug"]:
                self.add_error("slug", _("Write a short name of Latin letters."))
        return told


_editors: Final[dict[str, type[Editor]]] = {}


def register_editor(game: str, editor: type[Editor]) -> None:
    """Called once by the room of the game."""
    _editors[game] = editor


def editor_of(game: str) -> type[Editor] | None:
    """The form of this game's definitions, if there is one."""
    return _editors.get(game)


def why_not(editor: type[Editor], *, program: Program, told: Mapping[str, Any]) -> str:
    """Why a definition cannot be edited as a form without losing something; empty if it can."""

    def make(data: QueryDict | None) -> Editor:
        return editor(around=Around(program), told=dict(told), data=data)

    return trips.why_not(make, told)
