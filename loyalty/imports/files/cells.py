"""Cells: the values of a table as text of ours, whatever wrote them; and text that no spreadsheet takes for a formula."""

from collections.abc import Sequence
from typing import Any, Final

from loyalty.imports.files.sniffing import CELL_LENGTH_MAX
from loyalty.imports.kinds import ToldRow
from loyalty.imports.refusals import CellTooLong

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
DEFUSED: Final = "'"


def row_of(number: int, cells: Sequence[Any], headers: Sequence[str]) -> ToldRow:
    """A row of cells by header; empty cells are left out. What is too large is bad by itself."""
    if len(cells) > len(headers) and any(cell not in (None, "") for cell in cells[len(headers) :]):
        return ToldRow(number, bad=CellTooLong())
    told = {
        header: cell
        for header, cell in zip(headers, cells, strict=False)
        if cell is not None and cell != ""
    }
    if any(isinstance(cell, str) and len(cell) > CELL_LENGTH_MAX for cell in told.values()):
        return ToldRow(number, bad=CellTooLong())
    return ToldRow(number, told)


def is_blank(cells: Sequence[Any]) -> bool:
    """Whether a row says nothing at all."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def defused(cell: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe; numbers stay numbers (S-51)."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return DEFUSED + cell
    return cell


def fused(text: str) -> str:
    """What was defused by us, as it was: a file of ours can be corrected and sent again."""
    if text.startswith(DEFUSED) and text[1:].startswith(FORMULA_STARTS):
        return text[1:]
    return text
