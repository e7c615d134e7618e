"""Pages of an import: file, columns, preview, run; its rows and its files to take home."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import actor_of, program_of
from loyalty.earning.telling.words import money
from loyalty.foundation.refusals import DomainError
from loyalty.imports.desk.fields import ColumnFields, FileFields
from loyalty.imports.files.headers import first_rows
from loyalty.imports.files.sniffing import FILE_BYTES_MAX
from loyalty.imports.keeping.parts import kept_file
from loyalty.imports.keeping.writing import refused_rows
from loyalty.imports.kinds import AT_WORK, Format, ImportKind, ImportState, RowStatus
from loyalty.imports.models import Import, ImportRow
from loyalty.imports.receiving import choose_columns, look_at, receive_for_choice
from loyalty.imports.steering import UNDONE_WITHIN, undoable_until
from loyalty.imports.taking.takers import takers
from loyalty.imports.telling.reporting import (
    refused_file,
    report_lines,
    sample_file,
    type_of_refused,
)
from loyalty.imports.telling.showing import counts_shown, pays_of, progress_of
from loyalty.programs.clock import now_of

Around = Callable[[HttpRequest], dict[str, Any]]
ROWS_ON_A_PAGE: Final = 100
STEPS: Final = (_("File"), _("Columns"), _("Preview"), _("Run"))
CSV: Final = "text/csv; charset=utf-8"


def upload(request: HttpRequest, *, around: Around) -> HttpResponse:
    """Step 1: choose a file; what it calls its columns is looked up at once."""
    program = program_of(request)
    form = FileFields(request.POST or None, request.FILES or None, program=program)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            told = look_at(
                program=program,
                kind=ImportKind(form.cleaned_data["kind"]),
                name=file.name or "",
                content=file.read(FILE_BYTES_MAX + 1),
                options=form.options(),
            )
            run = receive_for_choice(
                program=program, upload=told, actor=actor_of(request), at=now_of(program)
            )
        except DomainError as refusal:
            _blame(form, refusal)
        else:
            return _to("columns", run)
    shown = {"form": form, "title": _("Bring in a file"), "kinds": takers.values()}
    return _page(request, "imports/upload.html", around, step=1, **shown)


def columns(request: HttpRequest, run: Import, *, around: Around) -> HttpResponse:
    """Step 2: what each column means; without columns, or once they are chosen, straight on."""
    if run.state != ImportState.UPLOADED:
        return _to("change", run)
    program = program_of(request)
    samples: list[list[str]] = []
    if run.headers and run.format != Format.LINES:
        _headers, samples = first_rows(kept_file(run), written_as=Format(run.format))
    form = ColumnFields(request.POST or None, run=run, samples=samples)
    if not run.headers or (request.method == "POST" and form.is_valid()):
        try:
            chosen = form.chosen if run.headers else {}
            choose_columns(program=program, run=run, chosen=chosen, at=now_of(program))
        except DomainError as refusal:
            _blame(form, refusal)
        else:
            return _to("change", run)
    shown = {"form": form, "run": run, "title": _("What do the columns mean?")}
    return _page(request, "imports/columns.html", around, step=2, **shown)


def one(request: HttpRequest, run: Import, *, around: Around, may_write: bool) -> HttpResponse:
    """Steps 3 and 4: what it would bring, how far it is, what it brought, and what was taken back."""
    program = program_of(request)
    pays, until = pays_of(program), undoable_until(run)
    shown = {
        "title": str(run),
        "run": run,
        "preview": _with_money(counts_shown(run.preview, pays=pays, currency=program.currency)),
        "outcome": _with_money(counts_shown(run.outcome, pays=pays, currency=program.currency)),
        "progress": progress_of(run, real=timezone.now()),
        "is_at_work": run.state in AT_WORK,
        "reasons": list(refused_rows(run)[:ROWS_ON_A_PAGE]),
        "has_file": run.kept_until is not None,
        "may_write": may_write,
        "may_undo": may_write and until is not None and now_of(program) < until,
        "undo_until": until,
        "undo_days": UNDONE_WITHIN.days,
    }
    return _page(request, "imports/import.html", around, step=_step_of(run), **shown)


def rows(request: HttpRequest, run: Import, *, around: Around) -> HttpResponse:
    """What became of each row, a page at a time, of one status or of all."""
    status = request.GET.get("status", "")
    after = request.GET.get("after", "")
    found = ImportRow.objects.filter(of_import=run).order_by("number")
    if status in RowStatus.values:
        found = found.filter(status=status)
    if after.isascii() and after.isdigit() and len(after) < 10:
        found = found.filter(number__gt=int(after))
    page = list(found[: ROWS_ON_A_PAGE + 1])
    shown = {
        "title": _("Rows"),
        "run": run,
        "rows": page[:ROWS_ON_A_PAGE],
        "next": page[ROWS_ON_A_PAGE - 1].number if len(page) > ROWS_ON_A_PAGE else None,
        "status": status,
        "statuses": RowStatus.choices,
    }
    return _page(request, "imports/rows.html", around, step=_step_of(run), **shown)


def _step_of(run: Import) -> int:
    """Looked at until it is started, and then its run."""
    return 3 if run.state in {ImportState.CHECKING, ImportState.READY} else 4


def report(run: Import) -> StreamingHttpResponse:
    """The report as a file."""
    return _download(report_lines(run), name=f"{run.shown_id}-report.csv")


def refused(run: Import) -> StreamingHttpResponse:
    """The refused rows as they were sent, with why, to correct and send again."""
    ending = "jsonl" if run.format == Format.LINES else "csv"
    name = f"{run.shown_id}-refused.{ending}"
    return _download(refused_file(run), name=name, written=type_of_refused(run))


def sample(kind: str) -> StreamingHttpResponse:
    """A file of this kind that could be sent."""
    return _download(sample_file(kind), name=f"{kind}-sample.csv")


def _with_money(counts: dict[str, Any] | None) -> dict[str, Any] | None:
    """The worth of points, and what is on gift cards, as people write money."""
    for each in (counts or {}).get("money", ()):
        each["shown"] = money(each["amount"], each["currency"])
    for each in (counts or {}).get("points", ()):
        if each["worth"]:
            each["shown_worth"] = money(each["worth"]["amount"], each["worth"]["currency"])
    return counts


def _download(lines: Iterable[str], *, name: str, written: str = CSV) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type=written)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _to(page: str, run: Import) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"admin:loyalty_import_{page}", args=[run.pk]))


def _page(
    request: HttpRequest, template: str, around: Around, *, step: int, **shown: Any
) -> HttpResponse:
    steps = [(number, name, number == step) for number, name in enumerate(STEPS, start=1)]
    told = {"opts": Import._meta, "steps": steps, **shown}
    return TemplateResponse(request, template, {**around(request), **told})


def _blame(form: Any, refusal: DomainError) -> None:
    """Put each problem at the field that it is about; what has no field stands at the top."""
    if not refusal.problems:
        form.add_error(None, refusal.sentence())
    places = {
        header: f"column-{n}" for n, header in enumerate(getattr(form, "run", Import()).headers)
    }
    for problem in refusal.problems:
        name = problem.pointer.removeprefix("/").removeprefix("columns/")
        field = places.get(name, name)
        if field in form.fields:
            form.add_error(field, str(problem.message))
        else:
            form.add_error(None, f"{name}: {problem.message}")


def tell(request: HttpRequest, text: Any) -> None:
    """A sentence at the top of the next page."""
    messages.success(request, str(text))
