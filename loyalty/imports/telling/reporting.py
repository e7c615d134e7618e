"""Reporting: files to take home: what became of each row, the refused rows to correct, and samples (E-87, U-35, U-36)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from loyalty.imports.files.cells import defused
from loyalty.imports.files.columns import OPEN_END, OURS
from loyalty.imports.keeping.parts import raw_rows
from loyalty.imports.kinds import Format, RowStatus
from loyalty.imports.models import Import, ImportRow
from loyalty.imports.taking.takers import taker_of

ROWS_AT_ONCE: Final = 5_000
REPORT: Final = ("row", "status", "code", "sentence")
WHY: Final = (f"{OURS}row", f"{OURS}code", f"{OURS}sentence")


def report_lines(run: Import, *, only_refused: bool = False) -> Iterator[str]:
    """The report as CSV, line by line; text that a spreadsheet could run is defused (S-51)."""
    rows = ImportRow.objects.filter(of_import=run).order_by("number")
    if only_refused:
        rows = rows.filter(status=RowStatus.REFUSED)
    told = rows.values_list("number", "status", "code", "sentence")
    yield _line(REPORT)
    for row in told.iterator(chunk_size=ROWS_AT_ONCE):
        yield _line(row)


def refused_file(run: Import) -> Iterator[str]:
    """The refused rows as they were sent, each with why, to be corrected and sent again.

    JSON lines come back as JSON lines and tables as CSV; our own columns are left out when the file is sent again.
    """
    rows = ImportRow.objects.filter(of_import=run, status=RowStatus.REFUSED)
    why = {row.number: (row.number, row.code, row.sentence) for row in rows.iterator(ROWS_AT_ONCE)}
    refused = ((cells, why[number]) for number, cells in raw_rows(run) if number in why)
    if run.format == Format.LINES:
        yield from (_json_line(text) for text, _reason in refused if isinstance(text, str))
        return
    yield _line([*run.headers, *WHY])
    for cells, reason in refused:
        told = list(cells) if isinstance(cells, list) else []
        padded = [*told, *[""] * (len(run.headers) - len(told))]
        yield _line([*padded, *reason])


def type_of_refused(run: Import) -> str:
    """What the file of refused rows is: it comes back as it was sent, and spreadsheets as CSV."""
    written = "application/x-ndjson" if run.format == Format.LINES else "text/csv"
    return f"{written}; charset=utf-8"


def sample_file(kind: str) -> Iterator[str]:
    """A file that could be sent: the columns of this kind and one row that says what stands in them."""
    columns = [each for each in taker_of(kind).columns if not each.name.endswith(OPEN_END)]
    yield _line([each.name for each in columns])
    yield _line([each.sample for each in columns])


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([defused(_plain(cell)) for cell in cells])
    return out.getvalue()


def _plain(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, Mapping | list | Sequence) and not isinstance(cell, str):
        return json.dumps(cell, ensure_ascii=False)
    return cell


def _json_line(text: str) -> str:
    return f"{text.rstrip()}\n"
