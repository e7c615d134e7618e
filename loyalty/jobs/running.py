"""Running: one run at a time per programme and queue, in chunks, its cursor kept with the chunk's work (V-22)."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import structlog
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from loyalty.foundation import metrics
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.jobs.kinds import RunState
from loyalty.jobs.models import ScheduleRun
from loyalty.outbox.putting_off import is_time_to_park, pause_after, place_of
from loyalty.outbox.scheduling import day_jobs, requested_jobs, service_jobs
from loyalty.programs.models import Program

LEASE: Final = timedelta(minutes=5)
UNKNOWN_PARKED_AFTER: Final = timedelta(
    hours=1
)  # while a release rolls out, old workers meet new names

HEADS: Final = """
    SELECT DISTINCT ON (program_id, queue) id, program_id, job, due_at, try_at, lease_until
    FROM loyalty_schedule_run
    WHERE state = 'waiting' AND (%(program)s::uuid IS NULL OR program_id = %(program)s)
    ORDER BY program_id, queue, due_at, place, id
"""

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What came of working on a run."""

    DONE = "done"
    FAILED = "failed"  # put off
    PARKED = "parked"  # its line goes on without it
    LEFT = "left"  # somebody else has it, or the time is up


class UnknownJob(Exception):
    """No room of this release has a job of that name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The run that is first in its line."""

    run_id: int
    program_id: Id | None
    job: str
    due_at: datetime
    try_at: datetime | None
    lease_until: datetime | None

    def is_free(self, at: datetime) -> bool:
        """Whether nobody works on it and no pause stands before the next try."""
        return (self.lease_until is None or self.lease_until <= at) and (
            self.try_at is None or self.try_at <= at
        )


def heads(*, program_id: Id | None = None) -> Sequence[Head]:
    """The first waiting run of every line, or of one programme's lines, whether it is due or not."""
    with connection.cursor() as cursor:
        cursor.execute(HEADS, {"program": program_id})
        return [
            Head(
                run_id=run_id,
                program_id=whose,
                job=job,
                due_at=due,
                try_at=again,
                lease_until=until,
            )
            for run_id, whose, job, due, again, until in cursor.fetchall()
        ]


def run_all_due(
    *, programs: Mapping[Id, Program], now: Mapping[Id, datetime], seconds_max: float
) -> int:
    """Run what is due, line by line, until nothing is or the time is up; answers how many runs were finished.

    `now` is each programme's own time; a programme that is missing is left alone. Lease and pauses go by real time.
    """
    give_up_at = time.monotonic() + seconds_max
    finished = 0
    moved = True
    while moved:
        moved = False
        for head in heads():
            program = programs.get(head.program_id) if head.program_id else None
            if head.program_id and not program:
                continue
            real = timezone.now()
            at = now[program.pk] if program else real
            if head.due_at > at or not head.is_free(real):
                continue
            if time.monotonic() > give_up_at:
                return finished
            outcome = run(run_id=head.run_id, program=program, at=at, give_up_at=give_up_at)
            finished += outcome == Outcome.DONE
            moved = moved or outcome in {Outcome.DONE, Outcome.PARKED}
    return finished


def run(*, run_id: int, program: Program | None, at: datetime, give_up_at: float) -> Outcome:
    """Work on one run until it is done, fails, or the time is up."""
    lease = new_id()
    if not take(run_id=run_id, lease=lease, at=timezone.now()):
        return Outcome.LEFT
    started = time.monotonic()
    try:
        while True:
            job, is_over = run_chunk(
                run_id=run_id, lease=lease, program=program, at=at, real=timezone.now()
            )
            if is_over or time.monotonic() > give_up_at:
                break
    except Exception as error:  # noqa: BLE001 (whatever a job raises: it waits, other programmes go on)
        is_parked = note_failure(run_id=run_id, lease=lease, error=error, at=timezone.now())
        return Outcome.PARKED if is_parked else Outcome.FAILED
    metrics.JOB_SECONDS.labels(job=job).observe(time.monotonic() - started)
    if is_over:
        return Outcome.DONE if job else Outcome.LEFT
    give_back(run_id=run_id, lease=lease)
    return Outcome.LEFT


@unit_of_work
def take(*, run_id: int, lease: Id, at: datetime) -> bool:
    """Lease a waiting run that nobody else has; False if somebody was quicker."""
    free = ScheduleRun.objects.select_for_update(skip_locked=True).filter(
        Q(lease_until=None) | Q(lease_until__lte=at), pk=run_id, state=RunState.WAITING
    )
    found = free.first()
    if found is None:
        return False
    found.lease, found.lease_until = lease, at + LEASE
    found.started_at = found.started_at or at
    found.save(update_fields=["lease", "lease_until", "started_at"])
    return True


@unit_of_work
def give_back(*, run_id: int, lease: Id) -> None:
    """Leave the rest to the next tick."""
    ScheduleRun.objects.filter(pk=run_id, lease=lease).update(lease=None, lease_until=None)


@unit_of_work
def run_chunk(
    *, run_id: int, lease: Id, program: Program | None, at: datetime, real: datetime
) -> tuple[str, bool]:
    """One chunk with its cursor; answers the job's name and whether it is through, also for us: the lease may be lost."""
    found = _mine(run_id, lease)
    if found is None:
        return "", True
    do_chunk(found, program=program, at=at, real=real)
    if found.cursor is not None:
        found.lease_until = real + LEASE
    found.save()
    return found.job, found.cursor is None


@unit_of_work
def note_failure(*, run_id: int, lease: Id, error: Exception, at: datetime) -> bool:
    """Put the run off, longer each time; after a day of failing (an hour, if nobody knows it) park it with an alarm.

    Answers whether it is parked.
    """
    found = ScheduleRun.objects.select_for_update().filter(pk=run_id, lease=lease).first()
    if found is None:
        return False
    found.tries += 1
    found.failing_since = found.failing_since or at
    found.error = place_of(error)
    found.lease, found.lease_until = None, None
    is_unknown = isinstance(error, UnknownJob)
    too_long = is_unknown and at - found.failing_since >= UNKNOWN_PARKED_AFTER
    is_parked = too_long or is_time_to_park(failing_since=found.failing_since, at=at)
    if is_parked:
        found.state = RunState.PARKED
    else:
        found.try_at = at + pause_after(found.tries)
    found.save()
    log.log(
        logging.ERROR if is_parked else logging.WARNING,
        "job parked" if is_parked else "job put off",
        job=found.job,
        period=found.period,
        tries=found.tries,
        error=found.error,
    )
    return is_parked


def _mine(run_id: int, lease: Id) -> ScheduleRun | None:
    """The run, locked, if its lease is still ours."""
    waiting = ScheduleRun.objects.select_for_update().filter(state=RunState.WAITING)
    return waiting.filter(pk=run_id, lease=lease).first()


@inside_unit_of_work
def do_chunk(found: ScheduleRun, *, program: Program | None, at: datetime, real: datetime) -> None:
    """One chunk of a run that is ours; moves its cursor, or calls it done, and leaves saving to the caller."""
    started = time.monotonic()
    slug = program.slug if program else ""
    with bound_contextvars(job=found.job, period=found.period, program=slug):
        found.cursor = _work_on(found, program=program, at=at)
        log.info("job chunk", ms=round((time.monotonic() - started) * 1000, 1))
    found.chunks += 1
    found.started_at = found.started_at or real
    found.tries, found.failing_since, found.error = 0, None, ""
    if found.cursor is None:
        found.state, found.finished_at = RunState.DONE, real
        found.lease, found.lease_until = None, None


def _work_on(found: ScheduleRun, *, program: Program | None, at: datetime) -> str | None:
    """One chunk of whatever job this is."""
    if program is None:
        if service := service_jobs.get(found.job):
            return service.chunk(period=found.period, cursor=found.cursor, at=at)
    elif daily := day_jobs.get(found.job):
        day = date.fromisoformat(found.period)
        return daily.chunk(program=program, day=day, cursor=found.cursor, at=at)
    elif requested := requested_jobs.get(found.job):
        return requested(program=program, argument=found.argument, cursor=found.cursor, at=at)
    raise UnknownJob
