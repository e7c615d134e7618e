"""Values: what cells say about days, instants and JSON; and the keys and months of rows."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Malformed, Problem, Text
from loyalty.foundation.sealing import short_digest
from loyalty.foundation.shapes import WHOLE_MAX
from loyalty.imports.kinds import NEVER, ImportKind, RowStatus, Verdict, Work
from loyalty.imports.models import ImportRow
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Member
from loyalty.programs.calendar import local_day, midnight, zone_named
from loyalty.programs.models import Program

BETWEEN: Final = "\x1f"  # cannot stand in a cell that is kept, so no two keys run together
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(9000, 1, 1)
TEXT_LENGTH_MAX: Final = 200


def problem(name: str, code: str, message: Text) -> Malformed:
    """A refusal that points at one column."""
    return Malformed(problems=[Problem(pointer=f"/{name}", code=code, message=message)])


def day_of(cell: Any, *, name: str) -> date | None:
    """The day in this cell, None for an empty one; raises Malformed."""
    if cell is None:
        return None
    try:
        day = date.fromisoformat(str(cell).strip())
    except ValueError as error:
        raise problem(name, "not_a_date", _("A day is written as 2026-05-14.")) from error
    if not FIRST_DAY <= day < LAST_DAY:
        raise problem(name, "time_out_of_range", _("This time cannot be kept."))
    return day


def instant_of(cell: Any, *, program: Program, name: str = "occurred_at") -> str:
    """A time with its offset. Tables rarely have one: then it is the programme's own time, a day its first instant."""
    text = str(cell or "").strip()
    try:
        if len(text) == len("2026-05-14"):
            return midnight(date.fromisoformat(text), program.zone).isoformat()
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        message = _("A time is written as 2026-05-14T10:00:00+02:00.")
        raise problem(name, "time_invalid", message) from error
    try:
        zoned = at if at.tzinfo else at.replace(tzinfo=zone_named(program.zone))
        return zoned.astimezone(UTC).isoformat()
    except OverflowError as error:
        raise problem(name, "time_out_of_range", _("This time cannot be kept.")) from error


def json_of(cell: Any, *, name: str) -> dict[str, Any]:
    """The JSON object in this cell, nothing for an empty one; raises Malformed."""
    if cell is None:
        return {}
    try:
        told = json.loads(cell) if isinstance(cell, str) else cell
    except (ValueError, RecursionError) as error:
        raise problem(name, "not_json", _("This is not JSON in UTF-8.")) from error
    if not isinstance(told, dict):
        raise problem(name, "wrong_type", _("An object of names and values."))
    return told


def month_of(ends_at: datetime | None, *, zone: str) -> str:
    """The month of the last day on which points can be used."""
    if ends_at is None:
        return NEVER
    return (local_day(ends_at, zone) - timedelta(days=1)).strftime("%Y-%m")


def text_of(cell: Any, *, name: str) -> str:
    """The text in this cell; raises Malformed."""
    if isinstance(cell, str) and len(cell) <= TEXT_LENGTH_MAX:
        return cell
    raise problem(name, "wrong_type", _("Text of at most 200 characters."))


def whole_of(cell: Any, *, name: str, least: int | None) -> int:
    """The whole number in this cell; raises Malformed for anything else."""
    is_whole = isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) <= WHOLE_MAX
    if is_whole and (least is None or cell >= least):
        return int(cell)
    raise problem(name, "not_whole", _("A whole number."))


def flag_of(cell: Any, *, name: str) -> bool:
    """Yes or no; raises Malformed."""
    if isinstance(cell, bool):
        return cell
    raise problem(name, "wrong_type", _("true or false."))


def key_of(work: Work, kind: ImportKind, *parts: str) -> bytes:
    """The digest under which a row of this kind counts once in its programme."""
    return short_digest(BETWEEN.join(parts), purpose=f"import.{kind.value}:{work.program.pk}")


def meet_each_other(verdicts: Iterable[Verdict]) -> None:
    """The same key twice in one list: the first is new, the others are there already."""
    seen: set[bytes] = set()
    for verdict in verdicts:
        if verdict.key is None or not verdict.is_new:
            continue
        if verdict.key in seen:
            verdict.status = RowStatus.ALREADY_THERE
        seen.add(verdict.key)


def meet_taken(verdicts: Sequence[Verdict], *, work: Work, kind: ImportKind) -> None:
    """What an import has taken before under the same key is there already (row_key_is_taken_once).

    What was taken for somebody who was erased since does not count against who came after them.
    """
    keys = [verdict.key for verdict in verdicts if verdict.key is not None and verdict.is_new]
    taken = _taken_keys(keys, program_id=work.program.pk, kind=kind)
    for verdict in verdicts:
        if verdict.is_new and verdict.key in taken:
            verdict.status = RowStatus.ALREADY_THERE


def _taken_keys(keys: Collection[bytes], *, program_id: Id, kind: ImportKind) -> set[bytes]:
    if not keys:
        return set()
    rows = ImportRow.objects.filter(program_id=program_id, kind=kind, key__in=keys, is_taken=True)
    found = {
        bytes(key): member_id for key, member_id in rows.values_list("key", "member_id") if key
    }
    gone = Member.objects.filter(pk__in=set(found.values()), status=MemberStatus.ERASED)
    erased = set(gone.values_list("pk", flat=True))
    return {key for key, member_id in found.items() if member_id not in erased}


def release(keys: Collection[bytes | None], *, work: Work, kind: ImportKind) -> None:
    """Free keys that nobody stands for any more, since their member was erased; others are there already."""
    ImportRow.objects.filter(
        program_id=work.program.pk, kind=kind, key__in=keys, is_taken=True
    ).update(is_taken=False)
