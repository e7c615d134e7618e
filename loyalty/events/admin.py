"""Events in the admin: what storefronts told, why it brought what it brought, and taking it back."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access.site import (
    Found,
    LatelyFilter,
    ProgramScoped,
    ReadOnly,
    actor_of,
    figure,
    program_of,
    refusals_as_messages,
    searches,
    staff_site,
)
from loyalty.checkout.keeping import quote_judging
from loyalty.earning.telling.words import money
from loyalty.events.desk.orders import OrderAdmin
from loyalty.events.kept.reporting import KINDS, shown_results
from loyalty.events.kept.waiting import waiting_too_long
from loyalty.events.models import Event, EventVoid, Order
from loyalty.events.showing import events_called, explain_event, orders_called
from loyalty.events.voids.voiding import REASON_LENGTH_MAX, is_voidable, void
from loyalty.members.models import Member
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program

__all__ = ["EventAdmin", "OrderAdmin"]
OF_MEMBER: Final = "member__id__exact"


class VoidBar(ActionForm):
    """Why an event is taken back. Not required here: the rule says so where it is missing."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH_MAX, required=False)


class KindFilter(LatelyFilter):
    """What happened, in words."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            kind, _space, count = str(choice["display"]).partition(" ")
            if kind in KINDS:
                choice["display"] = f"{capfirst(str(KINDS[kind]))} {count}".rstrip()
            yield choice


@admin.register(Event, site=staff_site)
class EventAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Event]):
    """Events of the open programme, newest first."""

    saves_by_rule = True
    action_form = VoidBar
    actions = ["void_events"]
    list_display = ["kind", "member", "source", "occurred_at", "status", "shown_id"]
    list_filter = [("type", KindFilter), "status", ("source", LatelyFilter)]
    list_select_related = ["member"]
    search_fields = ["source_id"]
    ordering = ["-id"]
    show_full_result_count = False

    @admin.display(description=_("type"), ordering="type")
    def kind(self, event: Event) -> str:
        """What happened, in words."""
        return capfirst(str(KINDS.get(event.type, event.type)))

    @admin.action(description=_("Take back"), permissions=["void"])
    def void_events(self, request: HttpRequest, events: QuerySet[Event]) -> HttpResponse | None:
        """Take the chosen events back, oldest first, each in a unit of its own: what they brought settles to zero."""
        program, reason, done = program_of(request), request.POST.get("reason", ""), 0
        chosen = list(events.order_by("id").values_list("pk", flat=True))
        for event_id in chosen:
            with refusals_as_messages(request):
                void(
                    program=program,
                    event_id=event_id,
                    reason=reason,
                    actor=actor_of(request),
                    at=now_of(program),
                )
                done += 1
        if done:
            told = ngettext("%d event taken back.", "%d events taken back.", done) % done
            messages.success(request, told)
        if "from_page" in request.POST and len(chosen) == 1:
            return HttpResponseRedirect(reverse("admin:loyalty_event_change", args=chosen))
        return None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The member's page links to that member's events."""
        return lookup == OF_MEMBER or super().lookup_allowed(lookup, value, request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All events, or those of one member, who is named then."""
        told = extra_context or {}
        member = _member_asked(request)
        if member is not None:
            told = {"title": _("The events of {member}").format(member=member), **told}
        answer: HttpResponse = super().changelist_view(request, told)
        return answer

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
        program = program_of(request)
        told = {
            "title": event.shown_id,
            "opts": self.model._meta,
            "event": event,
            "order": Order.objects.filter(pk=event.order_id).first() if event.order_id else None,
            "quote_id": quote_judging(event.pk),
            "data": json.dumps(event.data, ensure_ascii=False, indent=2),
            "kind": KINDS.get(event.type, event.type),
            "results": shown_results(json.loads(event.answer)["results"], program=program),
            "explanation": explain_event(event, program=program),
            "voided": EventVoid.objects.filter(event=event).first(),
            "may_void": self.allows(request, "void") and is_voidable(event),
            "reason_length_max": REASON_LENGTH_MAX,
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "events/event.html", {**around, **told})


def _member_asked(request: HttpRequest) -> Member | None:
    """Whose events the address asks for, if it does."""
    try:
        asked = UUID(request.GET.get(OF_MEMBER, ""))
    except ValueError:
        return None
    return Member.objects.filter(pk=asked, program=program_of(request)).first()


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


@figure(
    slug="events-waiting",
    question=_("What has waited for its order for a week?"),
    unit=_("events"),
    deed="events:read",
    link="admin:loyalty_event_changelist",
    query="status__exact=waiting",
    order=25,
)
def waits_for_its_order(program: Program, at: datetime) -> int:
    """Returns, cancellations and fulfilments whose order never came (E-67)."""
    return waiting_too_long(program=program, at=at)


@searches("events")
def find_in_header(program: Program, text: str) -> list[Found]:
    """What the header's field finds among events and orders: exact numbers only."""
    events = [
        Found(
            label=event.shown_id,
            about=str(KINDS.get(event.type, event.type)),
            url=reverse("admin:loyalty_event_change", args=[event.pk]),
        )
        for event in events_called(program=program, text=text)
    ]
    orders = [
        Found(
            label=order.order_number,
            about=money(order.total, order.currency),
            url=reverse("admin:loyalty_order_change", args=[order.pk]),
        )
        for order in orders_called(program=program, text=text)
    ]
    return [*orders, *events]
