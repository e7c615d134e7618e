"""Tables: rows of a CSV file. The separator is guessed from the first line; quotes as in RFC 4180."""

import csv
from collections.abc import Generator
from typing import Any, Final

from loyalty.imports.files.cells import fused, is_blank
from loyalty.imports.files.sniffing import COLUMNS_MAX, RECORD_LENGTH_MAX
from loyalty.imports.refusals import ImportFileUnreadable, ImportTooLarge

SEPARATORS: Final = ",;\t|"
HEADER_LENGTH_MAX: Final = 20_000  # a hundred names of two hundred letters

Row = tuple[int, list[Any]]


def rows_of_table(text: str) -> Generator[Row]:
    """Numbered rows, the header as the first; rows that say nothing are left out.

    Raises ImportFileUnreadable where quotes do not close, ImportTooLarge for a row without end.
    """
    first, _, _ = text.partition("\n")
    if len(first) > RECORD_LENGTH_MAX:
        raise ImportTooLarge
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=_separator_of(first), strict=True)
    number = 0
    try:
        for cells in reader:
            lines.record_ended()
            number += 1
            if number == 1:
                _refuse_wide(first, cells)
            if not is_blank(cells):
                yield number, [fused(cell) for cell in cells]
    except csv.Error as error:
        raise ImportFileUnreadable from error


class _Lines:
    """Lines of a text, one by one, for as long as a row may be."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._length = text, 0, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._at >= len(self._text):
            raise StopIteration
        end = self._text.find("\n", self._at) + 1 or len(self._text)
        line = self._text[self._at : end]
        self._length += len(line)
        if self._length > RECORD_LENGTH_MAX:
            raise ImportTooLarge
        self._at = end
        return line

    def record_ended(self) -> None:
        self._length = 0


def _refuse_wide(first: str, cells: list[str]) -> None:
    if len(cells) > COLUMNS_MAX or len(first) > HEADER_LENGTH_MAX:
        raise ImportTooLarge


def _separator_of(line: str) -> str:
    """What stands most often in the first line outside quotes; a comma if nothing does."""
    bare = "".join(line[:HEADER_LENGTH_MAX].split('"')[::2])
    return max(SEPARATORS, key=bare.count)
