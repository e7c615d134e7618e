"""Pages of the outbox: facts and their deliveries; what is parked is tried again, or skipped with a note (V-14)."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    LatelyFilter,
    ProgramScoped,
    ReadOnly,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.ids import shown
from loyalty.outbox.models import AnnouncedFact, FactDelivery
from loyalty.outbox.putting_off import skip, try_again


class NoteBar(ActionForm):
    """The note of who skips something. Not required here: the rule says so where it is missing."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)


@admin.register(AnnouncedFact, site=staff_site)
class AnnouncedFactAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[AnnouncedFact]):
    """Facts of the open programme, newest first."""

    list_display = ["id", "name", "member", "at", "announced_at", "request_id"]
    list_filter = [("name", LatelyFilter)]
    search_fields = ["=member_id", "=request_id", "=id"]
    ordering = ["-id"]
    show_full_result_count = False
    fields = ["name", "member", "at", "announced_at", "request_id", "trace_id", "body_shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnnouncedFact]:
        return AnnouncedFact.objects.filter(program_id=program_of(request).pk)

    @admin.display(description=_("member"))
    def member(self, fact: AnnouncedFact) -> str:
        return shown("mem", fact.member_id) if fact.member_id else ""

    @admin.display(description=_("body"))
    def body_shown(self, fact: AnnouncedFact) -> str:
        return json.dumps(fact.body, ensure_ascii=False, indent=2)


@admin.register(FactDelivery, site=staff_site)
class FactDeliveryAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[FactDelivery]):
    """Deliveries of the open programme; what is parked waits for a decision."""

    list_display = ["fact_id", "receiver", "state", "due_at", "tries", "failing_since", "error"]
    list_filter = ["state", ("receiver", LatelyFilter)]
    search_fields = ["=fact_id"]
    ordering = ["-fact_id", "receiver"]
    show_full_result_count = False
    action_form = NoteBar
    actions = ["try_again", "skip"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FactDelivery]:
        facts = AnnouncedFact.objects.filter(program_id=program_of(request).pk)
        return FactDelivery.objects.filter(fact_id__in=facts.values("id"))

    @admin.action(description=_("Try again what is parked"), permissions=["write"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[FactDelivery]) -> None:
        """Let the chosen deliveries wait once more, all or none."""
        with refusals_as_messages(request):
            try_again(delivery_ids=_ids(chosen), at=timezone.now())
            messages.success(request, _("They are due now."))

    @admin.action(description=_("Skip what is parked, with a note"), permissions=["write"])
    def skip(self, request: HttpRequest, chosen: QuerySet[FactDelivery]) -> None:
        """Give the chosen deliveries up, saying why, all or none."""
        with refusals_as_messages(request):
            skip(delivery_ids=_ids(chosen), note=request.POST.get("note", ""))
            messages.success(request, _("Skipped."))

    def has_write_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, "write")


def _ids(chosen: QuerySet[Any]) -> list[int]:
    return list(chosen.values_list("pk", flat=True))
