"""Imports in the admin: a file comes in by four steps; everything is done by the rules (U-35)."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.ids import Id
from loyalty.imports.desk import pages
from loyalty.imports.kinds import ImportKind
from loyalty.imports.models import Import
from loyalty.imports.steering import start_or_propose, stop, undo
from loyalty.programs.clock import now_of


@admin.register(Import, site=staff_site)
class ImportAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Import]):
    """Files that came in, newest first."""

    saves_by_rule = True
    list_display = ("__str__", "kind", "state", "rows", "rows_done", "created_at", "done_at")
    list_filter = ("kind", "state")
    ordering = ("-id",)
    empty_note = _("Files of members, balances, codes and past orders. Bring in the first one.")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("sample/<str:kind>/", self.sample_view, "sample"),
            ("<uuid:import_id>/columns/", self.columns_view, "columns"),
            ("<uuid:import_id>/rows/", self.rows_view, "rows"),
            ("<uuid:import_id>/report/", self.report_view, "report"),
            ("<uuid:import_id>/refused/", self.refused_view, "refused"),
            ("<uuid:import_id>/start/", self.start_view, "start"),
            ("<uuid:import_id>/stop/", self.stop_view, "stop"),
            ("<uuid:import_id>/undo/", self.undo_view, "undo"),
        ]
        view = self.admin_site.admin_view
        return [
            *(path(where, view(how), name=f"loyalty_import_{name}") for where, how, name in own),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Step 1."""
        self._demand(request, "write")
        return pages.upload(request, around=self.admin_site.each_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Steps 3 and 4."""
        run = self.get_object(request, object_id)
        if run is None or not self.has_view_permission(request, run):
            raise PermissionDenied
        around = self.admin_site.each_context
        return pages.one(request, run, around=around, may_write=self.allows(request, "write"))

    def columns_view(self, request: HttpRequest, import_id: Id) -> HttpResponse:
        """Step 2."""
        run = self._run(request, import_id, verb="write")
        return pages.columns(request, run, around=self.admin_site.each_context)

    def rows_view(self, request: HttpRequest, import_id: Id) -> HttpResponse:
        run = self._run(request, import_id)
        return pages.rows(request, run, around=self.admin_site.each_context)

    def report_view(self, request: HttpRequest, import_id: Id) -> HttpResponseBase:
        return pages.report(self._run(request, import_id))

    def refused_view(self, request: HttpRequest, import_id: Id) -> HttpResponseBase:
        """The rows themselves may name people: only for who could have sent them (S-52)."""
        return pages.refused(self._run(request, import_id, verb="write"))

    def sample_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        self._demand(request, "read")
        if kind not in ImportKind.values:
            raise Http404
        return pages.sample(kind)

    def start_view(self, request: HttpRequest, import_id: Id) -> HttpResponse:
        """Take the rows, or go on with them."""
        run = self._run(request, import_id, verb="write", method="POST")
        program = program_of(request)
        with refusals_as_messages(request):
            begun = start_or_propose(
                program=program,
                import_id=run.pk,
                actor=actor_of(request),
                at=now_of(program),
            )
            if begun.proposal is None:
                pages.tell(request, _("It runs. You may leave this page."))
            else:
                pages.tell(request, _("Somebody else has to agree now: see Approvals."))
        return self._back(run)

    def stop_view(self, request: HttpRequest, import_id: Id) -> HttpResponse:
        run = self._run(request, import_id, verb="write", method="POST")
        with refusals_as_messages(request):
            stop(program=program_of(request), import_id=run.pk)
            pages.tell(request, _("Stopped. What was taken stays until you go on or undo it."))
        return self._back(run)

    def undo_view(self, request: HttpRequest, import_id: Id) -> HttpResponse:
        """Ask a second person to have it taken back."""
        run = self._run(request, import_id, verb="undo", method="POST")
        program = program_of(request)
        with refusals_as_messages(request):
            undo(
                program=program,
                import_id=run.pk,
                note=request.POST.get("note", "")[:500],
                actor=actor_of(request),
                at=now_of(program),
            )
            pages.tell(request, _("Somebody else has to agree now: see Approvals."))
        return self._back(run)

    def _run(
        self, request: HttpRequest, import_id: Id, *, verb: str = "read", method: str = "GET"
    ) -> Import:
        self._demand(request, verb)
        if method == "POST" and request.method != "POST":
            raise Http404
        run: Import | None = self.get_queryset(request).filter(pk=import_id).first()
        if run is None:
            raise Http404
        return run

    def _demand(self, request: HttpRequest, verb: str) -> None:
        if not self.allows(request, verb):
            raise PermissionDenied

    def _back(self, run: Import) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:loyalty_import_change", args=[run.pk]))
