"""Verifying: each programme is proved every night, part by part, and the result is kept (V-38).

Not a run of a job: a run's chunk has its own transaction, and a proof needs read-only snapshots of its own.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.db.models import F, QuerySet
from django.utils import timezone

from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.proofs.proving import Found, Invariant, Scope, invariants, snapshot
from loyalty.foundation.units import unit_of_work
from loyalty.jobs.models import Verification, WrongRow
from loyalty.outbox.putting_off import place_of
from loyalty.programs.models import Program

NIGHT_BEGINS: Final = timedelta(hours=2)  # UTC
SAMPLE: Final = 1_000  # accounts, and members: one part of each check
SECONDS_MAX: Final = 10.0  # of one tick; a part that has begun is finished
LEASE: Final = timedelta(minutes=5)  # also the pause after a check that could not be made
ROWS_KEPT_MAX: Final = 1_000  # of one check and part; all are counted
KEPT: Final = timedelta(days=90)

log = structlog.get_logger(__name__)


def verify_some(*, at: datetime) -> int:
    """Begin the night's verifications and work on what is under way for some seconds; answers how many parts."""
    give_up_at = time.monotonic() + SECONDS_MAX
    begin(day=(at.astimezone(UTC) - NIGHT_BEGINS).date(), at=at)
    parts = 0
    while time.monotonic() < give_up_at and (mine := take(at=timezone.now())):
        parts += _work_on(mine, give_up_at=give_up_at)
    return parts


@unit_of_work
def begin(*, day: date, at: datetime) -> None:
    """Write down this day's verifications; the first of a week, which begins on Sunday, looks at everything."""
    done = Verification.objects.filter(day=day).values("program_id")
    missing = list(Program.objects.exclude(pk__in=done).order_by("pk").values_list("pk", flat=True))
    if not missing:
        return
    sunday = day - timedelta(days=day.isoweekday() % 7)
    whole = set(
        Verification.objects.filter(is_whole=True, day__gte=sunday).values_list(
            "program_id", flat=True
        )
    )
    Verification.objects.bulk_create(
        [
            Verification(program_id=each, day=day, is_whole=each not in whole, started_at=at)
            for each in missing
        ],
        ignore_conflicts=True,
    )
    Verification.objects.filter(day__lt=day - KEPT).delete()


@unit_of_work
def take(*, at: datetime) -> Verification | None:
    """Lease one that is under way and that nobody else has, the oldest first."""
    waiting = Verification.objects.select_for_update(skip_locked=True).filter(finished_at=None)
    free = waiting.filter(lease_until=None) | waiting.filter(lease_until__lte=at)
    found = free.order_by("id").first()
    if found is not None:
        found.lease, found.lease_until = new_id(), at + LEASE
        found.save(update_fields=["lease", "lease_until"])
    return found


def _work_on(mine: Verification, *, give_up_at: float) -> int:
    """Look at part after part until all are, or the time is up; answers how many."""
    parts = 0
    try:
        for check, mark, part in _to_do(mine):
            with snapshot():
                rows = list(check.check(part))
            parts += 1
            if not note(verification=mine, check=check, mark=mark, rows=rows, at=timezone.now()):
                return parts
            if time.monotonic() > give_up_at:  # at least one part each time, however long it takes
                _leave(verification=mine)
                return parts
    except (DatabaseError, InterfaceError) as error:
        log.error("could not verify", verification=mine.pk, error=place_of(error))
        _leave(verification=mine, error=place_of(error))
        return parts
    finish(verification=mine, at=timezone.now())
    return parts


def _to_do(mine: Verification) -> Iterator[tuple[Invariant, Id, Scope]]:
    """What is left, check by check; each part with the last id in it, behind which the rest is cut anew."""
    scope = Scope(program_id=mine.program_id, sample=None if mine.is_whole else SAMPLE)
    checks = list(invariants())
    names = [_name_of(each) for each in checks]
    start = names.index(mine.check_name) if mine.check_name in names else 0
    for place, check in enumerate(checks[start:], start):
        for part in check.parts(scope):
            mark = part.ids[-1] if part.ids else part.upto
            if names[place] == mine.check_name and _is_behind(mine, mark):
                continue
            yield check, mark, part


def _is_behind(mine: Verification, mark: Id) -> bool:
    """Whether this part was looked at before; a sample is one part, and drawn anew each time."""
    return mine.mark is not None and (not mine.is_whole or mark <= mine.mark)


@unit_of_work
def note(
    *,
    verification: Verification,
    check: Invariant,
    mark: Id,
    rows: Sequence[Found],
    at: datetime,
) -> bool:
    """Keep what a part has shown, and where to go on; False if the lease is lost."""
    moved = _ours(verification).update(
        check_name=_name_of(check),
        mark=mark,
        parts=F("parts") + 1,
        violations=F("violations") + len(rows),
        lease_until=at + LEASE,
        error="",
    )
    if moved:
        WrongRow.objects.bulk_create(
            WrongRow(
                verification=verification,
                invariant=check.number,
                name=check.name,
                row=row,
                found=found[:300],
                expected=expected[:300],
            )
            for row, found, expected in rows[:ROWS_KEPT_MAX]
        )
    return bool(moved)


@unit_of_work
def finish(*, verification: Verification, at: datetime) -> None:
    """Close it; wrong rows are an error in the log, for they are never repaired by themselves."""
    if not _ours(verification).update(finished_at=at, lease=None, lease_until=None):
        return
    verification.refresh_from_db()
    log.log(
        logging.ERROR if verification.violations else logging.INFO,
        "verified",
        day=str(verification.day),
        whole=verification.is_whole,
        parts=verification.parts,
        violations=verification.violations,
    )


@unit_of_work
def _leave(*, verification: Verification, error: str = "") -> None:
    """Let the next tick go on; after an error, once the lease is over."""
    changed = {"error": error} if error else {"lease": None, "lease_until": None}
    _ours(verification).update(**changed)


def _ours(verification: Verification) -> QuerySet[Verification]:
    return Verification.objects.filter(
        pk=verification.pk, lease=verification.lease, finished_at=None
    )


def _name_of(check: Invariant) -> str:
    return f"{check.number} {check.name}"
