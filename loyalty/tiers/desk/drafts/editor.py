"""The page on which a ladder is written: check it, see who would move, keep it as a draft (U-30, T-40)."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from loyalty.access.site import actor_of, program_of
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import rehearse
from loyalty.programs.clock import now_of
from loyalty.programs.models import PointCurrency, Program
from loyalty.tiers.desk.drafts.fields import LadderFields, TierFields, TierRows
from loyalty.tiers.desk.drafts.translating import definition_of, fields_of
from loyalty.tiers.desk.movers import changes_shown, ladder_shown, shown
from loyalty.tiers.ladders.drafting import defined, draft, live_revision
from loyalty.tiers.ladders.shapes import DEFAULTS
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.refusals import TierMappingMissing
from loyalty.tiers.telling.previewing import preview_ladder


def edit(request: HttpRequest, *, around: Mapping[str, Any]) -> HttpResponse:
    """Show the editor; on POST check what was written, try it on all members, or keep it.

    With `live` only the part beside the form is answered: the ladder as it would be, and what changes.
    """
    program = program_of(request)
    told = request.POST if request.method == "POST" else None
    fields, rows = _forms(program, told)
    beside: dict[str, Any] = {}
    if told is None:
        beside = _read(request, program, _starting_point(program), tries=False)
    elif fields.is_valid() & rows.is_valid():
        written = [row.cleaned_data for row in rows if not row.is_blank]
        definition = definition_of(fields.cleaned_data, written)
        try:
            if "keep" in told or "publish" in told:
                return _kept(
                    request, program, definition, is_silent=fields.cleaned_data["is_silent"]
                )
            beside = _read(request, program, definition, tries="try" in told)
        except DomainError as refusal:
            _blame(fields, rows, refusal, definition)
    is_live = told is not None and "live" in told
    return TemplateResponse(
        request,
        "tiers/live.html" if is_live else "tiers/draft.html",
        {
            **({} if is_live else around),
            "title": _("Draft of a ladder"),
            "form": fields,
            "rows": rows,
            "has_errors": fields.errors or any(row.errors for row in rows),
            **beside,
        },
    )


def _forms(program: Program, told: Any) -> tuple[LadderFields, TierRows]:
    initial, tiers = fields_of(_starting_point(program))
    fields = LadderFields(program=program, data=told, initial=initial)
    rows = TierRows(program=program, counts_money=fields.counts_money, data=told, initial=tiers)
    return fields, rows


def _read(
    request: HttpRequest, program: Program, definition: Mapping[str, Any], *, tries: bool
) -> dict[str, Any]:
    """The ladder as it would be: drafted as it will be kept, looked at, and rolled back."""

    def look(revision: LadderRevision) -> dict[str, Any]:
        kept = LadderRevision.objects.select_related("currency").get(pk=revision.pk)
        seen = {
            "ladder": ladder_shown(kept, program=program),
            "changes": changes_shown(program, kept),
        }
        if tries:
            told = preview_ladder(program=program, revision=kept, at=now_of(program))
            seen |= shown(told, program=program, revision=kept)
        return seen

    author = actor_of(request).shown
    return rehearse(draft, answer=look)(
        program=program, told=definition, author=author, at=now_of(program)
    )


def _kept(
    request: HttpRequest, program: Program, definition: Mapping[str, Any], *, is_silent: bool
) -> HttpResponse:
    kept = draft(
        program=program,
        told=definition,
        author=actor_of(request).shown,
        at=now_of(program),
        is_silent=is_silent,
    )
    messages.success(request, _("Kept as a draft: nobody moves until it is published."))
    page = "preview" if "publish" in request.POST else "change"
    return HttpResponseRedirect(reverse(f"admin:loyalty_ladderrevision_{page}", args=[kept.pk]))


def _blame(
    fields: LadderFields, rows: TierRows, refusal: DomainError, definition: Mapping[str, Any]
) -> None:
    """Put each problem at the field or the row that it is about; what has neither stands at the top."""
    if isinstance(refusal, TierMappingMissing):
        gone = refusal.values["tier"]
        for removed in [row for row in rows if row.cleaned_data.get("origin") == gone]:
            removed.add_error("goes_to", refusal.sentence())
            return
    if not refusal.problems:
        fields.add_error(None, refusal.sentence())
    for problem in refusal.problems:
        step, _slash, rest = problem.pointer.removeprefix("/").partition("/")
        row = _row_at(rows, definition, rest.split("/")[0]) if step == "tiers" else None
        if row is not None:
            row.add_error(None, f"{'/'.join(rest.split('/')[1:])} {problem.message}".strip())
        elif step in fields.fields:
            fields.add_error(step, str(problem.message))
        else:
            fields.add_error(None, f"{problem.pointer}: {problem.message}")


def _row_at(rows: TierRows, definition: Mapping[str, Any], place: str) -> TierFields | None:
    """The row of the tier that stands in this place of the definition."""
    tiers = definition["tiers"]
    if not place.isdigit() or int(place) >= len(tiers):
        return None
    slug = tiers[int(place)]["slug"]
    return next((row for row in rows if row.cleaned_data.get("slug") == slug), None)


def _starting_point(program: Program) -> dict[str, Any]:
    """What is live, or a ladder of one tier to begin with."""
    live = live_revision(program)
    if live is not None:
        return defined(live)
    first = PointCurrency.objects.filter(program=program).values_list("slug", flat=True).first()
    tier = {"slug": "member", "name": {"en": "Member"}, "reach": 0, "benefits": {}}
    start = {name: value for name, value in DEFAULTS.items() if name != "mapping"}
    return start | {"currency": first or "", "tiers": [tier]}
