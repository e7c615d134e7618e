"""The ladder in the admin: revisions, drafts written as in the programme document, who would move, publishing."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
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
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_words
from loyalty.tiers.desk.movers import shown
from loyalty.tiers.kinds import RevisionState
from loyalty.tiers.ladders.drafting import defined, discard, draft, live_revision
from loyalty.tiers.ladders.publishing import publish
from loyalty.tiers.ladders.shapes import DEFAULTS
from loyalty.tiers.models import LadderRevision, Tier
from loyalty.tiers.telling.previewing import preview_ladder


class Indented(json.JSONEncoder):
    """JSON as people read it."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**(how | {"indent": 2, "ensure_ascii": False}))


class DraftForm(forms.Form):
    """A ladder as the programme document tells it."""

    definition = forms.JSONField(
        label=_("Ladder"),
        encoder=Indented,
        widget=forms.Textarea(attrs={"rows": 30, "cols": 100, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("The part “tiers” of the programme document."),
    )
    is_silent = forms.BooleanField(
        label=_("Raise silently"),
        required=False,
        help_text=_("Members who climb by publishing are marked, so that nobody writes to them."),
    )


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
        program = program_of(request)
        form = DraftForm(request.POST or None, initial={"definition": _starting_point(program)})
        if request.method == "POST" and form.is_valid():
            kept = self._keep(request, program, form)
            if kept is not None:
                return HttpResponseRedirect(
                    reverse("admin:loyalty_ladderrevision_change", args=[kept.pk])
                )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Draft of a ladder"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "tiers/draft.html", context)

    def preview_view(self, request: HttpRequest, revision_id: Id) -> HttpResponseBase:
        """What publishing this draft now would do: from and to, now and at the next review, and examples."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        program = program_of(request)
        revision = self.get_queryset(request).filter(pk=revision_id).first()
        if revision is None:
            raise Http404
        told = preview_ladder(program=program, revision=revision, at=now_of(program))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who would move"),
            "opts": self.opts,
            "revision": revision,
            **shown(told, program=program, revision=revision),
        }
        return TemplateResponse(request, "tiers/preview.html", context)

    @admin.action(description=_("Publish"), permissions=["write"])
    def publish_draft(self, request: HttpRequest, revisions: QuerySet[LadderRevision]) -> None:
        """Put one draft in force."""
        with refusals_as_messages(request):
            chosen, program = list(revisions), program_of(request)
            if len(chosen) != 1:
                messages.error(request, _("Choose one draft."))
                return
            publish(program=program, revision=chosen[0], at=now_of(program))
            messages.success(request, _("Published. It is being brought to the members."))

    @admin.action(description=_("Throw away"), permissions=["write"])
    def discard_drafts(self, request: HttpRequest, revisions: QuerySet[LadderRevision]) -> None:
        """Throw the chosen drafts away."""
        for revision in revisions:
            with refusals_as_messages(request):
                discard(revision=revision)

    def _keep(
        self, request: HttpRequest, program: Program, form: DraftForm
    ) -> LadderRevision | None:
        kept: LadderRevision | None = None
        with refusals_as_messages(request):
            kept = draft(
                program=program,
                told=form.cleaned_data["definition"],
                author=actor_of(request).shown,
                at=now_of(program),
                is_silent=form.cleaned_data["is_silent"],
            )
        return kept  # noqa: RET504 (a refusal was shown instead, and leaves None)


def _starting_point(program: Program) -> dict[str, Any]:
    """What is live, or a ladder of one tier to begin with."""
    live = live_revision(program)
    if live is not None:
        return defined(live)
    first = PointCurrency.objects.filter(program=program).values_list("slug", flat=True).first()
    tier = {"slug": "member", "name": {"en": "Member"}, "reach": 0, "benefits": {}}
    start = {name: value for name, value in DEFAULTS.items() if name != "mapping"}
    return start | {"currency": first or "", "tiers": [tier]}
