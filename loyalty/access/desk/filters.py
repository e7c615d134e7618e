"""Filters: an instant that is set or not, in words that fit what happened then."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.translation import gettext as _


class HappenedFilter(admin.EmptyFieldListFilter):
    """Whether it has happened, by an instant: yes and no, where Django says empty and not empty."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """All, no, yes, in Django's order; with counts if they are wished for."""
        for choice, word in zip(super().choices(changelist), ("", _("No"), _("Yes")), strict=True):
            if word:
                count = str(choice["display"]).rpartition(" ")[2] if changelist.add_facets else ""
                choice["display"] = f"{word} {count}".rstrip()
            yield choice
