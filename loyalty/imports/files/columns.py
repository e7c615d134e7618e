"""Columns: what a file calls things, and what we call them; guessed for people, exact for programs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Problem, Text
from loyalty.imports.refusals import ImportColumns

OPEN_END: Final = ".*"  # `attribute.*`: any name of its own after the dot
OURS: Final = (
    "wafa_"  # columns that we add to files of refused rows; coming back, they are left out
)
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WHOLE: Final = re.compile(r"^\s*[+-]?[0-9]{1,18}\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column that a kind of import knows. `form` is what its cells are: text, whole, flag, json or plain."""

    name: str
    title: Text
    form: str = "text"
    required: bool = False
    sample: str = ""
    others: tuple[str, ...] = ()  # what other systems call it, in small letters

    def knows(self, name: str) -> bool:
        """Whether this name is ours for it, also with an end of its own."""
        if self.name.endswith(OPEN_END):
            start = self.name.removesuffix("*")
            return name.startswith(start) and len(name) > len(start)
        return name == self.name


def fit(
    headers: Sequence[str], *, columns: Sequence[Column], chosen: Mapping[str, str | None] | None
) -> dict[str, str | None]:
    """Which column of ours each header means, None for one that is left out; names that fit need no choice.

    Raises ImportColumns for a header that means nothing, a meaning told twice, and a required one that is missing.
    """
    chosen = chosen or {}
    problems = [
        _problem(header, "column_unknown", _("The file has no such column."))
        for header in chosen
        if header not in headers
    ]
    meant: dict[str, str | None] = {}
    for header in headers:
        name = chosen.get(header, header) if not header.startswith(OURS) else None
        if header in meant:
            problems.append(_problem(header, "column_doubled", _("This column stands twice.")))
        elif name is not None and not any(column.knows(name) for column in columns):
            problems.append(_problem(header, "column_unknown", _("No such column is known here.")))
        elif name is not None and name in meant.values():
            problems.append(_problem(header, "column_doubled", _("Two columns mean the same.")))
        meant[header] = name
    told = set(meant.values())
    problems += [
        _problem(column.name, "column_missing", _("This column is needed."))
        for column in columns
        if column.required and column.name not in told
    ]
    if problems:
        names = ", ".join(
            dict.fromkeys(each.pointer.removeprefix("/columns/") for each in problems)
        )
        raise ImportColumns(columns=names[:200], problems=problems)
    return meant


def guess(headers: Iterable[str], *, columns: Sequence[Column]) -> dict[str, str | None]:
    """What each header most likely means; None where nothing comes to mind. Nothing is guessed twice."""
    meant: dict[str, str | None] = {}
    for header in headers:
        name = None if header.startswith(OURS) else _guessed(header, columns)
        meant[header] = None if name in meant.values() else name
    return meant


def read_row(
    told: Mapping[str, Any], *, meant: Mapping[str, str | None], columns: Sequence[Column]
) -> dict[str, Any]:
    """A row under our names, each cell as its column wants it; what does not fit stays as it was told."""
    row: dict[str, Any] = {}
    for header, cell in told.items():
        name = meant.get(header)
        if name is not None:
            row[name] = _cell(cell, form=_form_of(name, columns))
    return row


def _guessed(header: str, columns: Sequence[Column]) -> str | None:
    bare = re.sub(r"[\W_]+", "_", header.strip().casefold()).strip("_")
    for column in columns:
        if column.knows(header.strip()):
            return header.strip()
        if bare in {column.name, *column.others}:
            return column.name
    return None


def _form_of(name: str, columns: Sequence[Column]) -> str:
    return next((column.form for column in columns if column.knows(name)), "text")


def _cell(cell: Any, *, form: str) -> Any:
    if form == "text" and isinstance(cell, int):
        return str(cell).lower() if isinstance(cell, bool) else str(cell)
    if not isinstance(cell, str):
        return cell
    if form == "whole" and _WHOLE.match(cell):
        return int(cell)
    if form == "flag":
        return _FLAGS.get(cell.strip().casefold(), cell)
    return cell


def _problem(header: str, code: str, message: Text) -> Problem:
    return Problem(pointer=f"/columns/{header[:100]}", code=code, message=message)
