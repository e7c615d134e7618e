"""Faults in the admin: a list, and a figure on the home page."""

from datetime import datetime

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import ProgramScoped, ReadOnly, figure, staff_site
from loyalty.earning.faults.models import RuleFault
from loyalty.earning.faults.noting import faults_on
from loyalty.foundation.ids import shown
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program


@admin.register(RuleFault, site=staff_site)
class RuleFaultAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[RuleFault]):
    """Conditions that could not be worked out; the rule did not apply, and the event went on (E-22)."""

    list_display = ("day", "rule", "version", "condition", "events", "event")
    list_select_related = ("rule",)
    ordering = ("-day", "rule")
    exclude = ("program", "last_event_id")
    empty_note = _("Conditions that could not be worked out will stand here.")

    @admin.display(description=_("last event"))
    def event(self, fault: RuleFault) -> SafeString:
        address = reverse("admin:loyalty_event_change", args=[fault.last_event_id])
        text = shown("evt", fault.last_event_id)
        return format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', address, text)


@figure(
    slug="rule-faults-today",
    question=_("Which rules could not be worked out?"),
    unit=_("events"),
    deed="earning:read",
    link="admin:loyalty_rulefault_changelist",
    order=60,
)
def failed_today(program: Program, at: datetime) -> int:
    """Events of today for which a condition failed."""
    return faults_on(program=program, day=local_day(at, program.zone))
