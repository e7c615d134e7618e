"""Writing: what became of each row, one statement for a thousand (E-87)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import QuerySet

from loyalty.foundation.database.statements import run as execute
from loyalty.foundation.refusals import DomainError, Malformed
from loyalty.imports.kinds import RowStatus, Verdict
from loyalty.imports.models import SENTENCE_LENGTH_MAX, Import, ImportRow

# Sorted by key, so that two imports with the same rows wait for each other instead of deadlocking.
_WRITE: Final = """
    INSERT INTO loyalty_importrow (of_import_id, program_id, kind, number, status, code, sentence, key, is_taken,
                                   member_id, target_id, points)
    SELECT %s, %s, %s, number, status, code, sentence, key, is_taken, member_id, target_id, points
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::bool[], %s::uuid[], %s::uuid[],
                %s::bigint[])
         AS told (number, status, code, sentence, key, is_taken, member_id, target_id, points)
    ORDER BY key, number
    ON CONFLICT (of_import_id, number) DO UPDATE SET
        status = excluded.status, code = excluded.code, sentence = excluded.sentence, key = excluded.key,
        is_taken = excluded.is_taken, member_id = excluded.member_id, target_id = excluded.target_id,
        points = excluded.points
"""
_UNDO: Final = """
    UPDATE loyalty_importrow r
    SET status = told.status, code = told.code, sentence = told.sentence, points = told.points,
        is_taken = r.is_taken AND told.status = 'kept'
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])
         AS told (number, status, code, sentence, points)
    WHERE r.of_import_id = %s AND r.number = told.number
"""
_BEFORE: Final = """
    SELECT key FROM loyalty_importrow
    WHERE of_import_id = %s AND key = ANY(%s::bytea[]) AND number < %s AND status = 'new'
"""


def write_verdicts(run: Import, verdicts: Sequence[Verdict], *, taken: bool) -> None:
    """Keep what these rows came to; `taken`: what is new has been taken."""
    if not verdicts:
        return
    headers = headers_of(run)
    rows = [_row(verdict, taken=taken, headers=headers) for verdict in verdicts]
    columns = [list(column) for column in zip(*rows, strict=True)]
    execute(_WRITE, [run.pk, run.program_id, run.kind, *columns])


def write_undone(run: Import, verdicts: Sequence[Verdict]) -> None:
    """Keep what undoing came to; the keys are free again, but of what was kept."""
    if not verdicts:
        return
    headers = headers_of(run)
    rows = [(v.number, v.status.value, *said(v.refusal, headers), v.points) for v in verdicts]
    columns = [list(column) for column in zip(*rows, strict=True)]
    execute(_UNDO, [*columns, run.pk])


def keys_before(run: Import, verdicts: Sequence[Verdict]) -> set[bytes]:
    """Which of these rows' keys an earlier row of the same file has told, and would be taken for."""
    keys = [verdict.key for verdict in verdicts if verdict.key is not None]
    if not keys:
        return set()
    first = min(verdict.number for verdict in verdicts)
    return {bytes(row[0]) for row in execute(_BEFORE, [run.pk, keys, first])}


def headers_of(run: Import) -> dict[str, str]:
    """What the file itself calls each of our columns; lines of JSON have none."""
    return {name: header for header, name in (run.columns or {}).items() if name}


def said(refusal: DomainError | None, headers: Mapping[str, str]) -> tuple[str, str]:
    """Code and sentence of a refusal, with what is wrong where: in which column of the file."""
    if refusal is None:
        return "", ""
    where = [f"{_column(each.pointer, headers)} {each.message}" for each in refusal.problems]
    is_told = isinstance(refusal, Malformed) or [
        str(each.message) for each in refusal.problems
    ] == [refusal.sentence()]
    told = " ".join(where if where and is_told else [refusal.sentence(), *where])
    return refusal.code, told.strip().replace("\x00", "")[:SENTENCE_LENGTH_MAX]


def refused_rows(run: Import) -> QuerySet[ImportRow]:
    """The rows that were refused, in their order."""
    return ImportRow.objects.filter(of_import=run, status=RowStatus.REFUSED).order_by("number")


def _column(pointer: str, headers: Mapping[str, str]) -> str:
    """The header that a pointer means, `attribute.size` for `/attributes/size`; a pointer into JSON stays one."""
    parts = pointer.removeprefix("/").split("/")
    inside = f"{parts[0].removesuffix('s')}.{'.'.join(parts[1:])}"
    header = headers.get(inside) or headers.get(parts[0])
    return f"{header}:" if header else pointer


def _row(verdict: Verdict, *, taken: bool, headers: Mapping[str, str]) -> tuple[Any, ...]:
    status = RowStatus.TAKEN if taken and verdict.is_new else verdict.status
    is_taken = status == RowStatus.TAKEN and verdict.key is not None
    return (
        verdict.number,
        status.value,
        *said(verdict.refusal, headers),
        verdict.key,
        is_taken,
        verdict.member_id,
        verdict.target_id,
        verdict.points,
    )
