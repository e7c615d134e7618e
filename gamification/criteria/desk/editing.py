"""Editing: the page on which a definition is written as a form; beside it what it says, below what it would do (U-30)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from gamification.criteria.desk.comparing import changes_shown
from gamification.criteria.desk.editors import Editor
from gamification.criteria.desk.forms import starting_point
from gamification.criteria.desk.pieces.around import Around
from gamification.criteria.desk.reports import tables_of
from gamification.criteria.life.games import Game
from gamification.criteria.life.previewing import look, told
from gamification.criteria.life.publishing import draft_version, newest_of
from gamification.criteria.models import Definition, DefinitionVersion
from gamification.criteria.telling.sentences import Names
from loyalty.access.site import actor_of, program_of
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import rehearse
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program


@dataclass(frozen=True)
class Page:
    """What is written here: a definition of this game, new or there already, with this form."""

    game: Game
    row: Definition | None
    editor: type[Editor]
    around: Mapping[str, Any]

    def form(self, program: Program, data: Any) -> Editor:
        first = starting_point(self.game, self.row)
        if self.row is None:
            first = {name: value for name, value in first.items() if name not in {"slug", "name"}}
        return self.editor(
            around=Around(program), told=first, data=data, is_new=self.row is None
        )  # fmt: skip


def title_of(game: Game, row: Definition | None) -> str:
    """What the page is called on which this is written."""
    if row is None:
        return _("New: %(game)s") % {"game": game.title}
    return f"{game.title}: {row}"


def edit(request: HttpRequest, page: Page) -> HttpResponse:
    """Show the form; on POST check what was written, try it on the history there is, or keep it.

    `add` gives a further blank row; `live` asks only for what stands beside the form.
    """
    program = program_of(request)
    data = request.POST if request.method == "POST" else None
    form = page.form(program, data)
    beside: dict[str, Any] = {}
    if data is None:
        if page.row is not None:
            beside = _beside(program, page, starting_point(page.game, page.row))
    elif "add" in data:
        form.forgive()
    elif form.is_valid():
        try:
            if "keep" in data or "publish" in data:
                _refuse_stale(page, data)
                return _kept(request, page, form.said())
            beside = _rehearsed(request, page, form.said(), tries="try" in data)
        except DomainError as refusal:
            form.blame_all(refusal)
        except _Stale as stale:
            form.add_error(None, str(stale))
    is_live = data is not None and "live" in data
    template = "gamification/editor_live.html" if is_live else "gamification/editor.html"
    context = {
        **({} if is_live else page.around),
        "title": title_of(page.game, page.row),
        "form": form,
        "has_errors": form.is_bound and form.has_errors,
        "definition": page.row,
        "seen": _seen(page.row),
        "can_try": page.game.preview is not None,
        **beside,
    }
    return TemplateResponse(request, template, context)


def sentences_of(
    editor: type[Editor], definition: Mapping[str, Any], *, program: Program
) -> list[dict[str, Any]]:
    """What a definition says, in every language of ours."""
    said = []
    for language, name in settings.LANGUAGES:
        with translation.override(language):
            lines = list(editor.tells(dict(definition), Names(program)))
        is_rtl = language in settings.LANGUAGES_BIDI
        said.append({"language": language, "name": name, "dir": "rtl" if is_rtl else "ltr", "lines": lines})  # fmt: skip
    return said


def _rehearsed(
    request: HttpRequest, page: Page, definition: dict[str, Any], *, tries: bool
) -> dict[str, Any]:
    """What the definition says and would do: drafted as it will be kept, looked at, and rolled back."""
    program = program_of(request)

    def seen(version: DefinitionVersion) -> dict[str, Any]:
        beside = _beside(program, page, definition)
        if tries:
            report = look(
                program=program,
                definition=version.definition,
                settings=version.settings,
                zone=version.zone,
                at=now_of(program),
            )
            beside["tables"] = tables_of(told(report), currency=program.currency)
        return beside

    found: dict[str, Any] = _drafted(
        request, page, definition, by=rehearse(draft_version, answer=seen)
    )
    return found


def _drafted(
    request: HttpRequest, page: Page, definition: dict[str, Any], *, by: Callable[..., Any]
) -> Any:
    program = program_of(request)
    return by(
        program=program,
        game=page.game.name,
        told=definition,
        actor=actor_of(request),
        at=now_of(program),
        is_new=page.row is None,
    )


def _kept(request: HttpRequest, page: Page, definition: dict[str, Any]) -> HttpResponse:
    version = _drafted(request, page, definition, by=draft_version)
    messages.success(request, _("Kept as a draft: nothing changes until it is published."))
    where, row_id = ("preview", version.pk) if "publish" in request.POST else ("draft", version.definition_id)  # fmt: skip
    return HttpResponseRedirect(reverse(f"admin:gamification_definition_{where}", args=[row_id]))


def _beside(program: Program, page: Page, definition: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sentences": sentences_of(page.editor, definition, program=program),
        "here": translation.get_language(),
        "changes": changes_shown(page.row, definition),
    }


class _Stale(Exception):
    """Somebody else has written a version since this form was shown (U-15)."""


def _seen(row: Definition | None) -> str:
    newest = newest_of(row) if row else None
    return f"{newest.pk}" if newest else ""


def _refuse_stale(page: Page, data: Any) -> None:
    newest = newest_of(page.row) if page.row else None
    if newest is not None and data.get("seen") != str(newest.pk):
        raise _Stale(
            _("Version {number} was written by {author} meanwhile. Look at what differs, and keep yours if it shall stand.").format(
                number=newest.number, author=newest.author
            )
        )  # fmt: skip
