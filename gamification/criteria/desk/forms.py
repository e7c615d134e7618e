"""Forms of definitions: a wording as the programme document tells it."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification.criteria.kinds import GrantExisting
from gamification.criteria.life.games import Game, games
from gamification.criteria.life.publishing import newest_of
from gamification.criteria.models import Definition
from loyalty.foundation.shapes import SLUG, TEXTS, Shape, closed


class Indented(json.JSONEncoder):
    """JSON as people read it."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**(how | {"indent": 2, "ensure_ascii": False}))


class WordingForm(forms.Form):
    """A definition, and what becomes of what members have reached already."""

    definition = forms.JSONField(
        label=_("Definition"),
        encoder=Indented,
        widget=forms.Textarea(attrs={"rows": 24, "cols": 100, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("As it stands in the programme document."),
    )
    grant_existing = forms.ChoiceField(
        label=_("What was reached before"), choices=GrantExisting.choices
    )

    def told(self) -> dict[str, Any]:
        """The definition as the rule takes it."""
        definition: dict[str, Any] = self.cleaned_data["definition"]
        return {**definition, "grant_existing": self.cleaned_data["grant_existing"]}


def shape_of_part(game: Game) -> Shape:
    """One definition of this game beside its short name and its name."""
    own = {"slug": SLUG, "name": TEXTS, **game.fields}
    return Shape(closed(own, required=["slug", *game.required]))


def starting_point(game: Game, definition: Definition | None) -> dict[str, Any]:
    """What is there, or an example of the game."""
    if definition is None:
        return {"slug": game.name.replace("_", "-"), "name": {"en": ""}, **game.example}
    version = newest_of(definition)
    settings: Mapping[str, Any] = version.settings if version else {}
    told = {"slug": definition.slug, **settings}
    if definition.name:
        told["name"] = definition.name
    if version and version.grant_existing != GrantExisting.SILENT:
        told["grant_existing"] = version.grant_existing
    return told


def game_choices() -> list[tuple[str, str]]:
    """Every game with its name."""
    return [(game.name, str(game.title)) for game in games()]


def pretty(settings: object) -> str:
    """JSON as people read it."""
    return json.dumps(settings, indent=2, ensure_ascii=False)
