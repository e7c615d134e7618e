"""Orders in the admin: what was bought, what came back of it, what it brought, and every event that told of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import LatelyFilter, ProgramScoped, ReadOnly, program_of, staff_site
from loyalty.earning.telling.words import money
from loyalty.events.kept.reporting import KINDS, shown_results
from loyalty.events.kinds import ORDER_PAID
from loyalty.events.models import Event, Order
from loyalty.programs.models import Program


@admin.register(Order, site=staff_site)
class OrderAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Order]):
    """Orders, each the fold of its events."""

    list_display = ["order_number", "member", "worth", "came_back", "paid_at"]
    list_filter = [("order_source", LatelyFilter), "is_wholly_returned"]
    list_select_related = ["member"]
    search_fields = ["order_number"]
    ordering = ["-id"]
    show_full_result_count = False
    empty_note = _("An order appears with the first event of it that a shop tells.")

    @admin.display(description=_("Total"), ordering="total")
    def worth(self, order: Order) -> str:
        return money(order.total, order.currency)

    @admin.display(description=_("Came back"), ordering="returned")
    def came_back(self, order: Order) -> str:
        return money(order.returned, order.currency) if order.returned else "-"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The order as one reads it, with the way to the reason of each of its points."""
        order = self.get_object(request, object_id)
        if order is None or not self.has_view_permission(request, order):
            raise PermissionDenied
        program, events = program_of(request), _events_of(order)
        told = {
            "title": str(order),
            "opts": self.model._meta,
            "order": order,
            "total": money(order.total, order.currency),
            "returned": money(order.returned, order.currency) if order.returned else "",
            "is_foreign": order.currency != program.currency,
            "bought": _bought(order, events),
            "events": [_event_told(event, program=program) for event in events],
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "events/order.html", {**around, **told})


def _events_of(order: Order) -> list[Event]:
    """Everything that was told of it, in the order in which it happened; each part of the condition has its index."""
    mine = Q(pk=order.event_id) | Q(member_id=order.member_id, order_id=order.pk)
    came_back = Q(order_id=order.pk, type__in=("order.returned", "order.cancelled"))
    return list(Event.objects.filter(mine | came_back).order_by("occurred_at", "id"))


def _bought(order: Order, events: Sequence[Event]) -> Mapping[str, Any]:
    """Lines and what stands beside them, as the shop told it; nothing once the data were let go."""
    data: Mapping[str, Any] = next((each.data for each in events if each.pk == order.event_id), {})
    lines = [
        {
            "sku": line.get("sku", "") or line.get("line_id", ""),
            "categories": line.get("categories", []),
            "quantity": line.get("quantity", 1),
            "amount": money(line["amount"], order.currency),
        }
        for line in data.get("lines", [])
    ]
    beside = [
        (name, money(data[key], order.currency))
        for key, name in (("shipping", _("Shipping")), ("tax", _("Tax")), ("discount", _("Discount")))
        if data.get(key)
    ]  # fmt: skip
    return {"lines": lines, "beside": beside}


def _event_told(event: Event, *, program: Program) -> dict[str, Any]:
    results = shown_results(json.loads(event.answer)["results"], program=program)
    back = results.get("allocation", {})
    return {
        "row": event,
        "kind": KINDS.get(event.type, event.type),
        "points": results["points"],
        "refund": back.get("money", "") if event.type != ORDER_PAID else "",
        "taken_back": back.get("taken_back", []),
    }
