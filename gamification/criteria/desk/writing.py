"""Writing: a wording as JSON, its preview on history, and publishing it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.comparing import changes_shown, lines_of
from gamification.criteria.desk.editing import Page, edit, title_of
from gamification.criteria.desk.editors import Editor, editor_of, why_not
from gamification.criteria.desk.forms import WordingForm, pretty, shape_of_part, starting_point
from gamification.criteria.desk.reports import tables_of
from gamification.criteria.life.games import Game, game_called, games
from gamification.criteria.life.previewing import preview
from gamification.criteria.life.publishing import draft_version, publish_version
from gamification.criteria.models import Definition, DefinitionVersion
from loyalty.access.site import actor_of, program_of, refusals_as_messages
from loyalty.foundation.ids import Id
from loyalty.programs.clock import now_of


class Writing:
    """The pages on which a definition is written; mixed into its admin class."""

    admin_site: Any
    opts: Any
    allows: Any
    get_queryset: Any

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write something new of the game that the address names."""
        known = {game.name: game for game in games()}
        game = known.get(request.GET.get("game", ""))
        if game is None:
            return HttpResponseRedirect(reverse("admin:gamification_definition_changelist"))
        return self._write(request, game, None)

    def draft_view(self, request: HttpRequest, row_id: Id) -> HttpResponse:
        """Write the next version, starting from the newest."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        row = self.row_of(request, row_id)
        return self._write(request, game_called(row.game), row)

    def preview_view(self, request: HttpRequest, row_id: Id) -> HttpResponse:
        """What this version would do on the history there is; whoever has seen it may publish it."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        program = program_of(request)
        versions = DefinitionVersion.objects.select_related("definition")
        version = versions.filter(pk=row_id, definition__program=program).first()
        if version is None:
            raise Http404
        may_write = self.allows(request, "write") and version.published_at is None
        if request.method == "POST" and may_write and self._publish(request, version):
            return HttpResponseRedirect(
                reverse("admin:gamification_definition_change", args=[version.definition_id])
            )
        if may_write and game_called(version.definition.game).preview is not None:
            preview(program=program, version=version, at=now_of(program))
            version = versions.get(pk=row_id)
        told = {
            "title": str(version),
            "version": version,
            "tables": tables_of(version.report, currency=program.currency),
            "settings": pretty(version.settings),
            "lines": lines_of(program, version),
            "changes": changes_shown(version.definition, version.settings) if may_write else [],
            "may_publish": may_write,
        }
        return self.page(request, "gamification/preview.html", told)

    def _publish(self, request: HttpRequest, version: DefinitionVersion) -> bool:
        program = program_of(request)
        with refusals_as_messages(request):
            publish_version(
                program=program, version=version, actor=actor_of(request), at=now_of(program)
            )
            messages.success(request, _("Published."))
            return True
        return False  # type: ignore[unreachable]  # a refusal has become a message

    def _write(self, request: HttpRequest, game: Game, row: Definition | None) -> HttpResponse:
        if not self.allows(request, "write"):
            raise PermissionDenied
        is_text = "text" in request.GET or "definition" in request.POST
        editor, why = None if is_text else editor_of(game.name), ""
        if editor is not None:
            if row is not None and request.method == "GET":
                why = _why_not(request, editor, game, row)
            if not why:
                around = {**self.admin_site.each_context(request), "opts": self.opts}
                page = Page(game=game, row=row, editor=editor, around=around | {"game": game.name})
                return edit(request, page)
        told = starting_point(game, row)
        form = WordingForm(
            request.POST or None,
            initial={"grant_existing": told.pop("grant_existing", "silent"), "definition": told},
        )
        if request.method == "POST" and form.is_valid():
            kept = self._keep(request, game, form, is_new=row is None)
            if kept is not None:
                return HttpResponseRedirect(
                    reverse("admin:gamification_definition_preview", args=[kept.pk])
                )
        shown = {"title": title_of(game, row), "form": form, "why": why}
        return self.page(request, "gamification/draft.html", shown)

    def _keep(
        self, request: HttpRequest, game: Game, form: WordingForm, *, is_new: bool
    ) -> DefinitionVersion | None:
        problems = shape_of_part(game).problems_with(form.cleaned_data["definition"])
        for problem in problems:
            form.add_error("definition", f"{problem.pointer}: {problem.message}")
        if problems:
            return None
        program = program_of(request)
        with refusals_as_messages(request):
            return draft_version(
                program=program,
                game=game.name,
                told=form.told(),
                actor=actor_of(request),
                at=now_of(program),
                is_new=is_new,
            )
        return None  # type: ignore[unreachable]  # a refusal has become a message

    def row_of(self, request: HttpRequest, row_id: Id) -> Definition:
        row: Definition | None = self.get_queryset(request).filter(pk=row_id).first()
        if row is None:
            raise Http404
        return row

    def page(self, request: HttpRequest, template: str, told: dict[str, Any]) -> HttpResponse:
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**around, **told})


def _why_not(request: HttpRequest, editor: type[Editor], game: Game, row: Definition) -> str:
    """Why the form cannot show this definition."""
    return why_not(editor, program=program_of(request), told=starting_point(game, row))
