"""Definitions in the admin: written as in the programme document, previewed on history, published, paused, retired."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.blocks import blocks_of
from gamification.criteria.desk.comparing import compared, lines_of
from gamification.criteria.desk.forms import game_choices, pretty
from gamification.criteria.desk.writing import Writing
from gamification.criteria.kinds import DefinitionState
from gamification.criteria.life.games import games
from gamification.criteria.life.publishing import move_definition, newest_of
from gamification.criteria.models import Definition
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.ids import Id
from loyalty.members.persons import Member
from loyalty.programs.clock import now_of


class OfGame(admin.SimpleListFilter):
    """One game's definitions."""

    title = _("game")
    parameter_name = "game"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return game_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(game=self.value()) if self.value() else queryset


@admin.register(Definition, site=staff_site)
class DefinitionAdmin(Writing, ReadOnly, ProgramScoped, admin.ModelAdmin[Definition]):
    """Everything that members play. What is in force is frozen; a change is a new version, looked at before it goes live."""

    topic = "badges"
    saves_by_rule = True
    empty_note = _(
        "What members play will stand here: badges, streaks, stamp cards, boards. Write the first one, or apply a programme document."
    )
    list_display = ("__str__", "slug", "game_told", "state", "live_number")
    list_filter = (OfGame, "state")
    search_fields = ("slug",)
    search_help_text = _("Short name")
    ordering = ("game", "slug")
    fields = ("slug", "game_told", "state", "created_at", "says", "versions_told", "wording")
    actions = ("pause", "resume", "retire")
    change_form_template = "gamification/definition.html"
    change_list_template = "gamification/definitions.html"

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return bool(self.allows(request, "write"))

    def get_readonly_fields(self, request: HttpRequest, obj: Definition | None = None) -> Any:
        return self.fields

    def get_urls(self) -> list[URLPattern]:
        """The draft and preview of a version, and a member's play page, beside Django's own."""
        view = self.admin_site.admin_view
        name = "gamification_definition"
        return [
            path("<uuid:row_id>/draft/", view(self.draft_view), name=f"{name}_draft"),
            path("<uuid:row_id>/compare/", view(self.compare_view), name=f"{name}_compare"),
            path("<uuid:row_id>/move/", view(self.move_view), name=f"{name}_move"),
            path("version/<uuid:row_id>/", view(self.preview_view), name=f"{name}_preview"),
            path("member/<uuid:row_id>/", view(self.member_view), name=f"{name}_of_member"),
            *super().get_urls(),
        ]

    @admin.display(description=_("game"), ordering="game")
    def game_told(self, row: Definition) -> str:
        return dict(game_choices()).get(row.game, row.game)

    @admin.display(description=_("Versions"))
    def versions_told(self, row: Definition) -> SafeString:
        """Each version, the newest first, with the way to its preview."""
        return format_html_join(
            "",
            '<p><a href="{}">{} {}</a> · {}</p>',
            (
                (
                    reverse("admin:gamification_definition_preview", args=[version.pk]),
                    _("Version"),
                    version.number,
                    date_format(localtime(version.published_at), "DATETIME_FORMAT")
                    if version.published_at
                    else _("Draft"),
                )
                for version in row.versions.order_by("-number")
            ),
        )

    @admin.display(description=_("What it says"))
    def says(self, row: Definition) -> SafeString:
        """The version in force, else the newest, in sentences."""
        version = row.versions.filter(number=row.live_number or 0).first() or newest_of(row)
        lines = lines_of(row.program, version) if version else []
        return format_html_join("", "<p>{}</p>", ((each,) for each in lines))

    @admin.display(description=_("Definition"))
    def wording(self, row: Definition) -> SafeString:
        version = newest_of(row)
        told = pretty(version.settings if version else {})
        return format_html(
            '<details><summary>{}</summary><pre dir="ltr">{}</pre></details>',
            _("As the programme document tells it"),
            told,
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, and for every game the way to a first wording."""
        told = {"games": games() if self.allows(request, "write") else []}
        return super().changelist_view(request, {**(extra_context or {}), **told})

    def member_view(self, request: HttpRequest, row_id: Id) -> HttpResponse:
        """What one member plays and has."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        program = program_of(request)
        member = Member.objects.filter(pk=row_id, program=program).first()
        if member is None:
            raise Http404
        told = {
            "title": _("The games of {member}").format(member=member),
            "member": member,
            "blocks": blocks_of(program=program, member_id=member.pk, at=now_of(program)),
        }
        return self.page(request, "gamification/member.html", told)

    def compare_view(self, request: HttpRequest, row_id: Id) -> HttpResponse:
        """Two versions side by side (G-30)."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        row = self.row_of(request, row_id)
        told = {"title": _("Compare versions"), **compared(request, row)}
        return self.page(request, "gamification/compare.html", told)

    def move_view(self, request: HttpRequest, row_id: Id) -> HttpResponse:
        """Pause, resume or end one definition; what ends for good wants its short name typed (U-16)."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        row, to = self.row_of(request, row_id), request.POST.get("to", "")
        if to not in DefinitionState.values:
            raise Http404
        if to == DefinitionState.RETIRED and request.POST.get("typed", "").strip() != row.slug:
            messages.error(request, _("Nothing was ended: write its short name to confirm."))
        else:
            self._move(request, Definition.objects.filter(pk=row.pk), DefinitionState(to))
        return HttpResponseRedirect(reverse("admin:gamification_definition_change", args=[row.pk]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The definition, and below it what can be done with it."""
        told = {"may_move": self.allows(request, "write"), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, told)

    @admin.action(description=_("Pause"), permissions=["write"])
    def pause(self, request: HttpRequest, rows: QuerySet[Definition]) -> None:
        """Decide nothing for a while; nothing is lost."""
        self._move(request, rows, DefinitionState.PAUSED)

    @admin.action(description=_("Resume"), permissions=["write"])
    def resume(self, request: HttpRequest, rows: QuerySet[Definition]) -> None:
        """Decide again; what was missed is caught up without a word."""
        self._move(request, rows, DefinitionState.LIVE)

    @admin.action(description=_("Retire for good"), permissions=["write"])
    def retire(self, request: HttpRequest, rows: QuerySet[Definition]) -> None:
        """End it; members keep what they have."""
        self._move(request, rows, DefinitionState.RETIRED)

    def _move(self, request: HttpRequest, rows: QuerySet[Definition], to: DefinitionState) -> None:
        program = program_of(request)
        for row in rows:
            with refusals_as_messages(request):
                move_definition(
                    program=program, definition=row, to=to, actor=actor_of(request), at=now_of(program)
                )  # fmt: skip
                messages.success(request, f"{row}: {to.label}")
