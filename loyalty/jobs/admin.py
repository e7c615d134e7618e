"""Pages of jobs: schedule runs, pulses, and the clock of a test programme (V-22, V-25, V-26)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    LatelyFilter,
    ProgramScoped,
    ReadOnly,
    program_of,
    refusals_as_messages,
    staff_site,
    standing_in,
)
from loyalty.jobs.handling import skip, try_again
from loyalty.jobs.models import Pulse, ScheduleRun, Verification, WrongRow
from loyalty.jobs.travelling import advance, aim
from loyalty.programs.calendar import Period
from loyalty.programs.clock import now_of

STEPS = [
    ("PT1H", _("an hour")),
    ("P1D", _("a day")),
    ("P1W", _("a week")),
    ("P1M", _("a month")),
    ("P1Y", _("a year")),
]


class NoteBar(ActionForm):
    """The note of who skips something. Not required here: the rule says so where it is missing."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class StepForm(forms.Form):
    """How far a test programme's clock shall move."""

    by = forms.ChoiceField(label=_("Forward by"), choices=STEPS)


@admin.register(ScheduleRun, site=staff_site)
class ScheduleRunAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[ScheduleRun]):
    """Runs of the open programme; what is parked waits for a decision. Whoever runs the service sees its own too."""

    topic = "outbox"
    list_display = [
        "job",
        "period",
        "state",
        "due_at",
        "chunks",
        "tries",
        "started_at",
        "finished_at",
        "error",
    ]
    list_filter = ["state", ("job", LatelyFilter)]
    search_fields = ["period"]
    ordering = ["-due_at", "-id"]
    show_full_result_count = False
    action_form = NoteBar
    actions = ["try_again", "skip"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScheduleRun]:
        ours = Q(program_id=program_of(request).pk)
        if standing_in(request).user.is_superuser:  # the service's runs are of every programme
            ours |= Q(program_id=None)
        return ScheduleRun.objects.filter(ours)

    def get_urls(self) -> list[URLPattern]:
        clock = self.admin_site.admin_view(self.clock_view)
        return [path("clock/", clock, name="advance_clock"), *super().get_urls()]

    @admin.action(description=_("Try again what is parked"), permissions=["write"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[ScheduleRun]) -> None:
        """Let the chosen runs go on at their cursors, all or none."""
        with refusals_as_messages(request):
            try_again(run_ids=_ids(chosen))
            messages.success(request, _("They are due now."))

    @admin.action(description=_("Skip what is parked, with a note"), permissions=["write"])
    def skip(self, request: HttpRequest, chosen: QuerySet[ScheduleRun]) -> None:
        """Give the chosen runs up, saying why, all or none."""
        with refusals_as_messages(request):
            skip(run_ids=_ids(chosen), note=request.POST.get("note", ""), at=timezone.now())
            messages.success(request, _("Skipped."))

    def has_write_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, "write")

    def clock_view(self, request: HttpRequest) -> HttpResponse:
        """Show where a test programme's clock stands, and move it."""
        program = program_of(request)
        if not program.is_test or not standing_in(request).may("programs:move_clock"):
            raise PermissionDenied
        form = StepForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            to = Period.read(form.cleaned_data["by"]).after(now_of(program), zone=program.zone)
            with refusals_as_messages(request):
                advance(program=program, to=aim(program=program, to=to))
                messages.success(request, _("The clock has moved, and what fell due is done."))
            return HttpResponseRedirect(reverse("admin:advance_clock"))
        return TemplateResponse(
            request,
            "loyalty/test_clock.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Test clock"),
                "form": form,
                "now": now_of(program),
                "opts": self.opts,
            },
        )


@admin.register(Pulse, site=staff_site)
class PulseAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Pulse]):
    """Workers, and when they last showed that they are alive."""

    topic = "system"
    list_display = ["worker", "started_at", "beat_at", "tick_at", "task_at"]
    list_display_links = None
    ordering = ["-beat_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pulse]:
        return Pulse.objects.all()


class WrongRows(ReadOnly, admin.TabularInline[WrongRow, Verification]):
    """The rows that a verification found wrong."""

    template = "admin/rows.html"
    model = WrongRow
    fields = ("invariant", "name", "row", "found", "expected")
    readonly_fields = ("invariant", "name", "row", "found", "expected")
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return standing_in(request).may("system:read")


@admin.register(Verification, site=staff_site)
class VerificationAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Verification]):
    """The open programme's nights: when each was proved, and what was wrong."""

    topic = "system"
    list_display = [
        "day", "is_whole", "violations", "parts", "started_at", "finished_at", "error",
    ]  # fmt: skip
    list_filter = ["is_whole"]
    exclude = ("program_id", "check_name", "mark", "lease", "lease_until")
    inlines = [WrongRows]
    ordering = ["-day"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verification]:
        return Verification.objects.filter(program_id=program_of(request).pk)


def _ids(chosen: QuerySet[Any]) -> list[int]:
    return list(chosen.values_list("pk", flat=True))
