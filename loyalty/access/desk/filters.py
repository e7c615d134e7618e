"""Filters of lists: an instant that is set or not in fitting words, and rows of the open programme alone (S-2)."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext as _

from loyalty.access.desk.scoping import program_of


class HappenedFilter(admin.EmptyFieldListFilter):
    """Whether it has happened, by an instant: yes and no, where Django says empty and not empty."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """All, no, yes, in Django's order; with counts if they are wished for."""
        for choice, word in zip(super().choices(changelist), ("", _("No"), _("Yes")), strict=True):
            if word:
                count = str(choice["display"]).rpartition(" ")[2] if changelist.add_facets else ""
                choice["display"] = f"{word} {count}".rstrip()
            yield choice


class OfProgram(admin.RelatedFieldListFilter):
    """One row that this one belongs to: a reward, a rule, a plan. None of another programme is named (S-2)."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        choices: list[tuple[str, Any]] = field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to={"program": program_of(request)},
        )
        return choices
