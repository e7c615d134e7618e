"""Filters of lists: an instant that is set or not in fitting words, and rows of the open programme alone (S-2)."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext as _

from loyalty.access.desk.scoping import program_of

LOOKED_AT_MAX: Final = 1_000


class HappenedFilter(admin.EmptyFieldListFilter):
    """Whether it has happened, by an instant: yes and no, where Django says empty and not empty."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """All, no, yes, in Django's order; with counts if they are wished for."""
        for choice, word in zip(super().choices(changelist), ("", _("No"), _("Yes")), strict=True):
            if word:
                count = str(choice["display"]).rpartition(" ")[2] if changelist.add_facets else ""
                choice["display"] = f"{word} {count}".rstrip()
            yield choice


class LatelyFilter(admin.AllValuesFieldListFilter):
    """One of the words that the newest rows have: asking for those of all rows would read a whole table.

    What is asked for in the address stays a choice, also if no new row has it.
    """

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: Any,
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        words = [each for each in self.words(request, model_admin) if each]
        words += [each for each in self.lookup_val or () if each not in words]
        self.lookup_choices = words  # type: ignore[assignment]  # Django iterates over them, no more

    def words(self, request: HttpRequest, model_admin: Any) -> list[str]:
        """What can be chosen, in order."""
        newest = model_admin.get_queryset(request).order_by("-pk")[:LOOKED_AT_MAX]
        return sorted(set(newest.values_list(self.field.name, flat=True)))


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
