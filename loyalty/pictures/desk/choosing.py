"""Choosing: one of the programme's pictures, by its title; the chosen one is shown beside."""

from typing import Any

from django import forms

from loyalty.pictures.keeping import pictures_of
from loyalty.pictures.naming import path_of
from loyalty.programs.models import Program


class PictureSelect(forms.Select):
    """A choice with a look at what is chosen."""

    template_name = "pictures/select.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return {**context, "picture": path_of(str(value or ""), is_small=True)}


def choices_of(program: Program) -> list[tuple[str, str]]:
    """What definitions call each picture, and its title."""
    return [(each.shown_id, each.title) for each in pictures_of(program=program)]


def offer_pictures(field: forms.ChoiceField, known: list[tuple[str, str]], *, told: str) -> None:
    """Let a field choose among these; what it says already stays choosable."""
    gone = [(told, told)] if told and told not in dict(known) else []
    field.choices = [("", "-"), *known, *gone]
