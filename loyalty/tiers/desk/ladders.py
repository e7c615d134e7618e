"""The ladder in the admin: revisions, drafts, who would move, publishing."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
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
from loyalty.programs.clock import now_of
from loyalty.programs.texts import in_words
from loyalty.tiers.desk.drafts.editor import edit
from loyalty.tiers.desk.drafts.launching import launch_page, told_of
from loyalty.tiers.kinds import RevisionState
from loyalty.tiers.ladders.drafting import discard
from loyalty.tiers.ladders.going_live import launch
from loyalty.tiers.models import LadderRevision, Tier


class TierInline(admin.TabularInline[Tier, LadderRevision]):
    """The tiers of a revision, from the lowest up."""

    template = "admin/rows.html"
    model = Tier
    fields = ("rank", "slug", "words", "reach", "keep", "by_metric", "for_life", "benefits")
    readonly_fields = ("words",)
    ordering = ("rank",)
    extra = 0
    can_delete = False

    @admin.display(description=_("Name"))
    def words(self, tier: Tier) -> str:
        return in_words(tier.name)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # behind the page of the revision, which asks

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LadderRevision, site=staff_site)
class LadderAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[LadderRevision]):
    """Revisions of the ladder. Live ones are frozen; a change is a draft, looked at before it is published."""

    program_path = "ladder__program"
    saves_by_rule = True
    list_display = ("number", "state", "metric", "cycle", "published_at", "applied_at", "preview")
    list_filter = ("state",)
    ordering = ("-number",)
    inlines = (TierInline,)
    fields = (
        "number", "state", "metric", "currency", "cycle", "period_months", "starts_on", "up", "grace_days", "drop",
        "on_return", "notice", "mapping", "is_silent", "author", "drafted_at", "published_at", "ended_at",
        "applied_at", "preview",
    )  # fmt: skip
    actions = ("publish_draft", "discard_drafts")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_readonly_fields(self, request: HttpRequest, obj: LadderRevision | None = None) -> Any:
        return self.fields

    def get_urls(self) -> list[URLPattern]:
        """Who would move, beside Django's own pages."""
        preview = path(
            "<uuid:revision_id>/preview/",
            self.admin_site.admin_view(self.preview_view),
            name="loyalty_ladderrevision_preview",
        )
        return [preview, *super().get_urls()]

    @admin.display(description=_("Preview"))
    def preview(self, revision: LadderRevision) -> str:
        """The way to the page that says who would move."""
        if revision.state != RevisionState.DRAFT:
            return ""
        address = reverse("admin:loyalty_ladderrevision_preview", args=[revision.pk])
        return format_html('<a href="{}">{}</a>', address, _("Who would move?"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write a draft, starting from what is live."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        return edit(request, around=self._around(request))

    def preview_view(self, request: HttpRequest, revision_id: Id) -> HttpResponseBase:
        """The last look: what changes, who would move; and the button that publishes, or asks a second person."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        revision = self.get_queryset(request).filter(pk=revision_id).first()
        if revision is None:
            raise Http404
        may_publish = self.allows(request, "write")
        return launch_page(
            request, revision=revision, around=self._around(request), may_publish=may_publish
        )

    def _around(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}

    @admin.action(description=_("Publish"), permissions=["write"])
    def publish_draft(self, request: HttpRequest, revisions: QuerySet[LadderRevision]) -> None:
        """Put one draft in force."""
        with refusals_as_messages(request):
            chosen, program = list(revisions), program_of(request)
            if len(chosen) != 1:
                messages.error(request, _("Choose one draft."))
                return
            launched = launch(
                program=program,
                revision_id=chosen[0].pk,
                actor=actor_of(request),
                at=now_of(program),
            )
            messages.success(request, told_of(launched))

    @admin.action(description=_("Throw away"), permissions=["write"])
    def discard_drafts(self, request: HttpRequest, revisions: QuerySet[LadderRevision]) -> None:
        """Throw the chosen drafts away."""
        for revision in revisions:
            with refusals_as_messages(request):
                discard(revision=revision)
