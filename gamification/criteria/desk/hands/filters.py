"""Filters of lists: what there is to choose from in the open programme, and nothing of another (S-2)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from gamification.criteria.models import Definition
from loyalty.access.site import program_of


class OfDefinition(admin.RelatedFieldListFilter):
    """One definition of the programme; of the game that the page is about, if its class names one (`game`)."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        rows = Definition.objects.filter(program=program_of(request)).order_by("game", "slug")
        game = getattr(model_admin, "of_game", "")
        if game:
            rows = rows.filter(game=game)
        return [(str(row.pk), str(row)) for row in rows]
