"""Reading: a kept file is cut into sealed parts of a thousand rows; one that cannot be read is refused as a whole."""

import io
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

from django.db import transaction

from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import inside_unit_of_work
from loyalty.imports.files.cells import row_of
from loyalty.imports.files.columns import Column
from loyalty.imports.files.headers import rows_below
from loyalty.imports.files.lines import lines_in
from loyalty.imports.files.sniffing import ROWS_MAX
from loyalty.imports.keeping.parts import FILE, Told, in_parts, keep_part, kept_file, line_kept
from loyalty.imports.kinds import ROWS_AT_ONCE_MAX, Format, ImportState
from loyalty.imports.models import Import, ImportPart
from loyalty.imports.refusals import ImportTooLarge


@inside_unit_of_work
def read_file(run: Import, *, columns: Sequence[Column]) -> None:
    """Cut the file into parts and let go of it; changes the row in memory, which the caller saves."""
    try:
        with transaction.atomic():
            _cut(run)
    except DomainError as refusal:
        run.state = ImportState.REFUSED
        run.problem = {"code": refusal.code, "sentence": refusal.sentence()}
        run.parts, run.rows = 0, 0
    ImportPart.objects.filter(of_import=run, number=FILE).delete()
    run.is_read = True


def _cut(run: Import) -> None:
    content = kept_file(run)
    with closing(_told(run, content)) as rows:
        for number, part in enumerate(in_parts(rows, most=ROWS_AT_ONCE_MAX), start=1):
            keep_part(run=run, number=number, rows=part)
            run.parts, run.rows = number, run.rows + len(part)
            if run.rows > ROWS_MAX:
                raise ImportTooLarge


def _told(run: Import, content: bytes) -> Generator[Told]:
    if run.format == Format.LINES:
        for number, line in lines_in(io.BytesIO(content)):
            yield line_kept(number, line)
        return
    with closing(rows_below(content, written_as=Format(run.format))) as rows:
        for number, cells in rows:
            yield _cells(number, cells, headers=run.headers)


def _cells(number: int, cells: list[Any], *, headers: Sequence[str]) -> Told:
    if row_of(number, cells, headers).bad is not None:
        return [number, None]
    return [number, cells[: len(headers)]]
