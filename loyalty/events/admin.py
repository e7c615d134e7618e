"""Events in the admin: what storefronts told, and why it brought what it brought. Nothing is changed here."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    Found,
    ProgramScoped,
    ReadOnly,
    figure,
    program_of,
    searches,
    staff_site,
)
from loyalty.events.models import Event, Order
from loyalty.events.showing import events_called, explain_event, orders_called
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.models import Program


@admin.register(Event, site=staff_site)
class EventAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Event]):
    """Events of the open programme, newest first."""

    list_display = ["shown_id", "type", "member", "source", "occurred_at", "status"]
    list_filter = ["type", "status", "source"]
    list_select_related = ["member"]
    search_fields = ["source_id"]
    ordering = ["-id"]
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The member's page links to that member's events."""
        return lookup == "member__id__exact" or super().lookup_allowed(lookup, value, request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was told, and every rule that looked at it."""
        event = self.get_object(request, object_id)
        if event is None or not self.has_view_permission(request, event):
            raise PermissionDenied
        told = {
            "title": event.shown_id,
            "opts": self.model._meta,
            "event": event,
            "data": json.dumps(event.data, ensure_ascii=False, indent=2),
            "results": json.loads(event.answer)["results"],
            "explanation": explain_event(event, program=program_of(request)),
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "events/event.html", {**around, **told})


@admin.register(Order, site=staff_site)
class OrderAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Order]):
    """Orders, each the fold of its events."""

    list_display = ["order_number", "member", "total", "currency", "paid_at"]
    list_filter = ["order_source", "is_wholly_returned"]
    list_select_related = ["member"]
    search_fields = ["order_number"]
    ordering = ["-id"]
    show_full_result_count = False
    exclude = ["content_digest", "order_digest"]


@figure(
    slug="events-today",
    question=_("What did the shop tell us today?"),
    unit=_("events"),
    deed="events:read",
    link="admin:loyalty_event_changelist",
    order=20,
)
def told_today(program: Program, at: datetime) -> int:
    """Events recorded since midnight."""
    since = midnight(local_day(at, program.zone), program.zone)
    return Event.objects.filter(program=program, recorded_at__gte=since).count()


@searches("events")
def find_in_header(program: Program, text: str) -> list[Found]:
    """What the header's field finds among events and orders: exact numbers only."""
    events = [
        Found(
            label=event.shown_id,
            about=event.type,
            url=reverse("admin:loyalty_event_change", args=[event.pk]),
        )
        for event in events_called(program=program, text=text)
    ]
    orders = [
        Found(
            label=order.order_number,
            about=f"{order.total} {order.currency}",
            url=reverse("admin:loyalty_order_change", args=[order.pk]),
        )
        for order in orders_called(program=program, text=text)
    ]
    return [*orders, *events]
