"""Headers: what a file calls its columns, looked up while somebody waits; and the rows below them."""

import io
from collections.abc import Generator
from contextlib import closing
from itertools import islice
from typing import Any, Final

from loyalty.imports.files.lines import names_in
from loyalty.imports.files.sniffing import COLUMNS_MAX, LOOK_SECONDS_MAX, READ_SECONDS_MAX, text_of
from loyalty.imports.files.tables import rows_of_table
from loyalty.imports.files.workbooks import rows_of_workbook
from loyalty.imports.kinds import Format
from loyalty.imports.refusals import ImportFileUnreadable, ImportTooLarge

SAMPLES: Final = 3

Row = tuple[int, list[Any]]


def headers_of(content: bytes, *, written_as: Format) -> list[str]:
    """The names of the columns. Raises ImportFileUnreadable, ImportTooLarge."""
    if written_as is Format.LINES:
        return names_in(io.BytesIO(content))
    return first_rows(content, written_as=written_as, most=0)[0]


def first_rows(
    content: bytes, *, written_as: Format, most: int = SAMPLES
) -> tuple[list[str], list[list[str]]]:
    """The names of the columns and the first rows below, as text."""
    seconds = LOOK_SECONDS_MAX
    with closing(_rows(content, written_as, seconds=seconds, rows_max=most + 20)) as rows:
        found = list(islice(rows, most + 1))
    if not found:
        raise ImportFileUnreadable
    headers = _named(found[0][1])
    below = [["" if cell is None else str(cell) for cell in cells] for _number, cells in found[1:]]
    return headers, below


def rows_below(content: bytes, *, written_as: Format) -> Generator[Row]:
    """All rows below the header, numbered as a spreadsheet does."""
    rows = _rows(content, written_as, seconds=READ_SECONDS_MAX, rows_max=None)
    with closing(rows):
        yield from islice(rows, 1, None)


def _rows(
    content: bytes, written_as: Format, *, seconds: float, rows_max: int | None
) -> Generator[Row]:
    if written_as is Format.CSV:
        return rows_of_table(text_of(content))
    how = {} if rows_max is None else {"rows_max": rows_max}
    return rows_of_workbook(content, seconds=seconds, **how)


def _named(cells: list[Any]) -> list[str]:
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > COLUMNS_MAX:
        raise ImportTooLarge
    return names
