"""Parts: the rows of a file, some at a time, sealed until they are taken, and gone after a week (S-52)."""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.sealing import seal, unseal
from loyalty.foundation.units import inside_unit_of_work
from loyalty.imports.files.columns import Column, read_row
from loyalty.imports.files.lines import not_json, object_of, value_of
from loyalty.imports.kinds import AT_WORK, ImportKind, ToldRow
from loyalty.imports.models import Import, ImportPart
from loyalty.imports.refusals import CellTooLong

KEPT: Final = timedelta(days=7)
FILE: Final = 0  # the number under which the file itself is kept until it has been read
PACKED_LIGHTLY: Final = 1
LETTERS_MAX: Final = 4_000_000

# [row number, cells] or [line number, the line]; null stands for a row that is too large, false for no text at all.
Told = list[Any]


@inside_unit_of_work
def keep_file(*, run: Import, content: bytes) -> None:
    """Keep the file itself, until a job has read it."""
    ImportPart.objects.create(of_import=run, number=FILE, sealed=_sealed(run.pk, content))


def kept_file(run: Import) -> bytes:
    """The file as it was sent."""
    return _opened(run.pk, ImportPart.objects.get(of_import=run, number=FILE))


@inside_unit_of_work
def keep_part(*, run: Import, number: int, rows: Sequence[Told]) -> None:
    """Keep these rows as one part."""
    content = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    ImportPart.objects.create(of_import=run, number=number, sealed=_sealed(run.pk, content))


def rows_of_part(run: Import, number: int, *, columns: Sequence[Column]) -> list[ToldRow]:
    """The rows of a part as they were told, under our names."""
    part = ImportPart.objects.get(of_import=run, number=number)
    return [row_told(run, told, columns=columns) for told in json.loads(_opened(run.pk, part))]


def raw_rows(run: Import) -> Iterator[Told]:
    """Every row of the file as it stood there."""
    parts = ImportPart.objects.filter(of_import=run, number__gt=FILE).order_by("number")
    for part in parts.iterator(chunk_size=1):
        yield from json.loads(_opened(run.pk, part))


def row_told(run: Import, told: Told, *, columns: Sequence[Column]) -> ToldRow:
    """One row under our names, or with what is wrong about it."""
    number, cells = told
    if isinstance(cells, list):
        named = dict(zip(run.headers, cells, strict=False))
        row = {header: cell for header, cell in named.items() if cell not in (None, "")}
        return ToldRow(number, read_row(row, meant=run.columns, columns=columns))
    if cells is None:
        return ToldRow(number, bad=CellTooLong())
    if cells is False:
        return ToldRow(number, bad=not_json())
    try:
        if run.kind == ImportKind.EVENTS:
            return ToldRow(number, raw=value_of(cells.encode()))
        row = read_row(object_of(cells.encode()), meant=run.columns, columns=columns)
        return ToldRow(number, {name: cell for name, cell in row.items() if cell is not None})
    except DomainError as refusal:
        return ToldRow(number, bad=refusal)


def in_parts(rows: Iterable[Told], *, most: int) -> Iterator[list[Told]]:
    """Rows in lists of at most so many, and of lines at most some million letters."""
    part: list[Told] = []
    length = 0
    for row in rows:
        part.append(row)
        length += len(row[1]) if isinstance(row[1], str) else 0
        if len(part) == most or length > LETTERS_MAX:
            yield part
            part, length = [], 0
    if part:
        yield part


def line_kept(number: int, line: bytes) -> Told:
    """A line as it is kept; one that is no text at all is remembered as such."""
    try:
        return [number, line.decode("utf-8")]
    except UnicodeDecodeError:
        return [number, False]


@inside_unit_of_work
def forget_files(*, real: datetime) -> int:
    """Remove the files of imports that were sent over a week ago; none that is being worked on."""
    old = Import.objects.filter(kept_until__lt=real).exclude(state__in=AT_WORK).order_by("pk")[:100]
    ids = [run.pk for run in old]
    ImportPart.objects.filter(of_import__in=ids).delete()
    Import.objects.filter(pk__in=ids).update(kept_until=None)
    return len(ids)


def _sealed(import_id: Id, content: bytes) -> bytes:
    return seal(zlib.compress(content, PACKED_LIGHTLY), about=import_id.bytes)


def _opened(import_id: Id, part: ImportPart) -> bytes:
    return zlib.decompress(unseal(bytes(part.sealed), about=import_id.bytes))
