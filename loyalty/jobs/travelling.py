"""Travelling: a test programme's clock moves forward, and what falls due on the way is done on the way (V-25).

The same schedule rows and the same functions as in real life, instant after instant, so a year can be tried in seconds.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import unit_of_work
from loyalty.jobs.kinds import RunState
from loyalty.jobs.models import Journey, ScheduleRun
from loyalty.jobs.planning import first_run_after, plan_programs
from loyalty.jobs.refusals import (
    ClockHeldUp,
    ClockIsMoving,
    ClockOnlyForward,
    ClockTooFar,
    NotATestProgram,
)
from loyalty.jobs.running import Head, Outcome, do_chunk, heads, run
from loyalty.jobs.ticking import do_due
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.outbox.scheduling import dues
from loyalty.programs.calendar import local_time
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program

Coming: TypeAlias = Mapping[str, datetime]  # the next instant of each kind of work

LINES: Final = "lines"  # in it, the first run that waits; no kind of work has that name
LEASE: Final = timedelta(seconds=90)
RUN_SECONDS_MAX: Final = 3_600.0
BUSY_SECONDS_MAX: Final = 30.0  # a tick's worker may still be at a run that it took before
FAR_DAYS_MAX: Final = 3_700  # ten years: further is a slip of the pen
ROUNDS_MAX: Final = 1_000
RUNS_AT_ONCE_MAX: Final = 100
SMALL_CHUNKS_MAX: Final = 4

# Everything that `do_chunk` changes, for many runs at once.
KEEP_RUNS: Final = """
    UPDATE loyalty_schedule_run AS run
    SET state = told.state, cursor = told.cursor, chunks = told.chunks, tries = 0, failing_since = NULL, error = '',
        lease = NULL, lease_until = NULL, started_at = coalesce(run.started_at, %(at)s),
        finished_at = CASE told.state WHEN 'done' THEN %(at)s END
    FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(cursors)s::text[], %(chunks)s::integer[])
         AS told (id, state, cursor, chunks)
    WHERE run.id = told.id
"""


@unit_of_work
def aim(*, program: Program, to: datetime) -> datetime:
    """Check where a journey would go; answers the instant. Moves nothing.

    Raises NotATestProgram, ClockOnlyForward, ClockTooFar.
    """
    if not program.is_test:
        raise NotATestProgram
    now = now_of(program)
    if to < now:
        raise ClockOnlyForward(
            pointer="/to", now=local_time(now, program.zone), to=local_time(to, program.zone)
        )
    if to - now > timedelta(days=FAR_DAYS_MAX):
        raise ClockTooFar(pointer="/to", days=FAR_DAYS_MAX)
    return to


def advance(*, program: Program, to: datetime) -> datetime:
    """Move a test programme's clock, do all that falls due on the way, and deliver its facts; answers where it stands.

    Many transactions: interrupted anywhere, the clock stands at an instant whose work may be half done, and the next
    call finishes it. A clock that is already there stays. Raises ClockIsMoving, ClockHeldUp.
    """
    lease = new_id()
    if not depart(program_id=program.pk, lease=lease, at=timezone.now()):
        raise ClockIsMoving
    try:
        program.refresh_from_db()
        instant = now_of(program)
        coming = _settle(program, at=instant, until=to, coming=None)
        while instant < to:
            instant = min(to, _next_instant(program, after=instant, until=to, coming=coming))
            program.test_now = instant
            _set_clock(program_id=program.pk, lease=lease, at=instant, real=timezone.now())
            coming = _settle(program, at=instant, until=to, coming=coming)
    finally:
        Journey.objects.filter(program_id=program.pk, lease=lease).delete()
    return instant


@unit_of_work
def depart(*, program_id: Id, lease: Id, at: datetime) -> bool:
    """Begin a journey; False if another is under way."""
    Journey.objects.filter(program_id=program_id, lease_until__lte=at).delete()
    Journey.objects.bulk_create(
        [Journey(program_id=program_id, lease=lease, lease_until=at + LEASE)], ignore_conflicts=True
    )
    return Journey.objects.filter(program_id=program_id, lease=lease).exists()


@unit_of_work
def _set_clock(*, program_id: Id, lease: Id, at: datetime, real: datetime) -> None:
    """One step; whoever lost the lease must not touch the clock any more."""
    held = Journey.objects.filter(program_id=program_id, lease=lease)
    if not held.update(lease_until=real + LEASE):
        raise ClockIsMoving
    forward = Q(test_now=None) | Q(test_now__lte=at)
    Program.objects.filter(forward, pk=program_id).update(test_now=at)


def _look_ahead(program: Program, *, until: datetime) -> Coming:
    """For each kind of work at instants that has some: when the next is due, at or before `until`."""
    earliest = (
        (name, due.earliest(until=until, program_id=program.pk)) for name, due in dues.items()
    )
    return {name: told[program.pk] for name, told in earliest if program.pk in told}


def _next_instant(
    program: Program, *, after: datetime, until: datetime, coming: Coming
) -> datetime:
    """The next instant at which something falls due: a new local day, a waiting run, a row's own time."""
    instants = [first_run_after(program=program, at=after), *coming.values()]
    return min((instant for instant in instants if instant > after), default=until)


def _settle(program: Program, *, at: datetime, until: datetime, coming: Coming | None) -> Coming:
    """Do everything that is due at this instant, until nothing is; answers what is coming then.

    `coming` is what was known to come, if anything was: a year has hundreds of idle instants, and looking ahead is most
    of what they cost. So we look once all is quiet, and not again while nothing happens.
    """
    plan_programs(programs=[program], now={program.pk: at})
    for _round in range(ROUNDS_MAX):
        moved = _work_at_instants(program, at=at, coming=coming or {})
        ran, waiting = _run_lines(program, at=at)
        delivered = deliver_until_idle(program_id=program.pk)
        if moved or delivered:
            coming = None  # whatever was done may bring more
            continue
        if coming is None or ran:
            coming = _look_ahead(program, until=until)
        told = {name: instant for name, instant in coming.items() if name != LINES}
        if not any(instant <= at for instant in told.values()):
            return {**told, LINES: min(waiting)} if waiting else told
    raise AssertionError("jobs keep each other busy")


def _work_at_instants(program: Program, *, at: datetime, coming: Coming) -> int:
    """Points that open, holds that end and the like; answers how many chunks."""
    return sum(
        do_due(due=dues[name], program=program, at=at)
        for name, instant in coming.items()
        if instant <= at and name != LINES
    )


def _run_lines(program: Program, *, at: datetime) -> tuple[bool, list[datetime]]:
    """All runs that are due, in their order; answers whether there were any, and when the others are.

    Pauses of real time are not waited for.
    """
    ran = False
    while True:
        lines = heads(program_id=program.pk)
        due = [head for head in lines if head.due_at <= at]
        if not due:
            return ran, [head.due_at for head in lines]
        ran = True
        try:
            quick = _run_small_ones(program=program, at=at, real=timezone.now())
        except Exception:  # noqa: BLE001 (one by one it will show which of them fails, and its failure is kept)
            quick = 0
        for head in [] if quick else due:
            _run_to_its_end(head, program, at=at)


@unit_of_work
def _run_small_ones(*, program: Program, at: datetime, real: datetime) -> int:
    """Runs that are through after a few chunks, in their order, in one transaction: a year has thousands of them.

    Ends at the first that takes longer; that one goes on by itself. Answers how many are done.
    """
    waiting = ScheduleRun.objects.filter(program_id=program.pk, state=RunState.WAITING)
    due = waiting.filter(due_at__lte=at).order_by("due_at", "place", "id").select_for_update()
    touched: list[ScheduleRun] = []
    for found in due[:RUNS_AT_ONCE_MAX]:
        if found.lease_until and found.lease_until > real:
            break
        touched.append(found)
        for _chunk in range(SMALL_CHUNKS_MAX):
            do_chunk(found, program=program, at=at, real=real)
            if found.cursor is None:
                break
        if found.cursor is not None:
            break
    _keep(touched, at=real)
    return sum(found.state == RunState.DONE for found in touched)


def _keep(runs: Sequence[ScheduleRun], *, at: datetime) -> None:
    told: dict[str, Any] = {
        "at": at,
        "ids": [run.pk for run in runs],
        "states": [run.state for run in runs],
        "cursors": [run.cursor for run in runs],
        "chunks": [run.chunks for run in runs],
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP_RUNS, told)


def _run_to_its_end(head: Head, program: Program, *, at: datetime) -> None:
    patient_until = time.monotonic() + BUSY_SECONDS_MAX
    give_up_at = time.monotonic() + RUN_SECONDS_MAX
    while True:
        outcome = run(run_id=head.run_id, program=program, at=at, give_up_at=give_up_at)
        if outcome in {Outcome.DONE, Outcome.PARKED} or not _is_waiting(head, program):
            return
        if outcome == Outcome.FAILED or time.monotonic() > patient_until:
            raise ClockHeldUp(job=head.job, now=local_time(at, program.zone))
        time.sleep(0.05)


def _is_waiting(head: Head, program: Program) -> bool:
    return any(each.run_id == head.run_id for each in heads(program_id=program.pk))
