"""Sealing: each day's entries get a digest chained to the day before, so that tampering shows (L-72, V-37)."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final

import structlog
from django.db import connection

from loyalty.foundation.ids import new_id
from loyalty.foundation.proofs.proving import Found, Scope, invariant
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.models import Seal
from loyalty.programs.calendar import midnight
from loyalty.programs.models import Program

SEALED_AFTER: Final = timedelta(days=2)  # whatever was under way at midnight has long ended
ROWS_AT_ONCE: Final = 5_000

_ENTRIES: Final = """
    SELECT concat_ws('|', account_id, number, id, kind, points, balance_after, source_key, reason, rule_id,
                     rule_version, event_id, reverses_id, group_id, hold_id, actor_kind, actor_id, actor_name,
                     approved_by_id, extract(epoch FROM occurred_at), extract(epoch FROM posted_at))
    FROM loyalty_entry
    WHERE program_id = %s AND posted_at >= %s AND posted_at < %s
    ORDER BY account_id, number
"""

log = structlog.get_logger(__name__)


@inside_unit_of_work
def seal(*, program: Program, day: date) -> Seal:
    """Seal one local day of a programme; a day that is sealed stays as it is."""
    known = Seal.objects.filter(program=program, day=day).first()
    if known is not None:
        return known
    last = Seal.objects.filter(program=program, day__lt=day).order_by("-day").first()
    previous = last.digest if last else ""
    digest, rows = digest_of(program, day, previous=previous)
    row = Seal.objects.create(
        pk=new_id(), program=program, day=day, rows=rows, digest=digest, previous=previous
    )
    log.info("day sealed", program=program.slug, day=str(day), rows=rows, digest=digest)
    return row


def digest_of(program: Program, day: date, *, previous: str) -> tuple[str, int]:
    """SHA-256 over the seal before and the day's entries in order of account and number; and how many there are."""
    total = hashlib.sha256(previous.encode())
    count = 0
    for line in _lines(program, day):
        total.update(b"\n" + line.encode())
        count += 1
    return total.hexdigest(), count


@invariant("I2", name="seals")
def seals_hold(scope: Scope) -> Iterable[Found]:
    """Every sealed day still has the entries that it was sealed with, and follows the seal before it."""
    if scope.member_id or scope.sample:
        return
    seals = Seal.objects.select_related("program").order_by("program", "day")
    if scope.program_id:
        seals = seals.filter(program=scope.program_id)
    previous: Seal | None = None
    for row in seals.iterator():
        before = previous.digest if previous and previous.program_id == row.program_id else ""
        if scope.since is None or row.day >= scope.since.date():
            digest, rows = digest_of(row.program, row.day, previous=before)
            if (digest, rows, before) != (row.digest, row.rows, row.previous):
                yield row.shown_id, f"{row.digest}/{row.rows}", f"{digest}/{rows}"
        previous = row


def _lines(program: Program, day: date) -> Iterator[str]:
    start, end = midnight(day, program.zone), midnight(day + timedelta(days=1), program.zone)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [program.pk, start, end])
        rows: list[tuple[Any, ...]]
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for (line,) in rows:
                yield line
