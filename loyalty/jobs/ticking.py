"""Ticking: everything that is due, done. Ten ticks at once equal one, and none is needed twice (V-21)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from django.db import connection
from django.utils import timezone

from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.jobs import pulses
from loyalty.jobs.models import Journey
from loyalty.jobs.planning import plan_programs, plan_service
from loyalty.jobs.running import run_all_due
from loyalty.outbox.delivering import deliver_due, deliver_until_idle
from loyalty.outbox.putting_off import place_of
from loyalty.outbox.scheduling import Due, dues, tick_works
from loyalty.programs.models import Program

RUN_SECONDS_MAX: Final = (
    20.0  # a worker that is told to stop is through in time; the next tick goes on
)
CHUNKS_MAX: Final = 200  # of one programme's due work in one tick
ROUNDS_MAX: Final = 1_000
DUE_LOCK: Final = 0x57414641  # first half of the advisory lock's key: due work of a programme

log = structlog.get_logger(__name__)


def tick(*, got_a_task: bool = False) -> int:
    """Do what is due in every programme and in the service; answers how much was done.

    A part that fails is logged and left for the next tick; the other parts go on.
    """
    real = timezone.now()
    pulses.beat(at=real, ticked=True, got_a_task=got_a_task)
    pulses.forget_the_dead(at=real)
    programs = _programs_at_home(real)
    now = {each.pk: each.test_now or real for each in programs.values()}
    done = 0
    for name, part in _parts(real, programs, now).items():
        with logged(name):
            done += part()
    return done


def tick_until_idle() -> int:
    """Tick, and tick again, until a tick finds nothing to do; answers how much was done."""
    done = 0
    for _round in range(ROUNDS_MAX):
        moved = tick()
        moved += deliver_until_idle()
        if not moved:
            return done
        done += moved
    raise AssertionError("jobs keep each other busy")


def do_all_due(*, programs: Mapping[Id, Program], now: Mapping[Id, datetime]) -> int:
    """Work at instants that rows name, in every programme where one has come; answers how many chunks."""
    done = 0
    latest = max(now.values(), default=None)
    if latest is None:
        return 0
    for due in dues.values():
        with logged(due.name):
            coming = due.earliest(until=latest, program_id=None)
            for program_id, instant in coming.items():
                program = programs.get(program_id)
                if program and instant <= now[program_id]:
                    done += do_due(due=due, program=program, at=now[program_id])
    return done


def do_due(*, due: Due, program: Program, at: datetime) -> int:
    """Chunk by chunk until nothing is left or the bound is reached; answers how many chunks."""
    for done in range(CHUNKS_MAX):
        if not _due_chunk(due=due, program=program, at=at):
            return done + 1
    return CHUNKS_MAX


def _parts(
    real: datetime, programs: Mapping[Id, Program], now: Mapping[Id, datetime]
) -> dict[str, Callable[[], int]]:
    """What a tick does, in this order: days begin, instants come, runs run, the rest goes by the real clock."""
    return {
        "plan": lambda: plan_programs(programs=programs.values(), now=now),
        "plan service": lambda: plan_service(at=real),
        "due": lambda: do_all_due(programs=programs, now=now),
        "runs": lambda: run_all_due(programs=programs, now=now, seconds_max=RUN_SECONDS_MAX),
        **{name: partial(work, at=real) for name, work in tick_works.items()},
        "deliver": lambda: deliver_due(at=timezone.now()),
    }


@contextmanager
def logged(name: str) -> Iterator[None]:
    """Go on with the other parts if this one fails."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (a broken room must not stop the others)
        log.error("tick failed in a part", job=name, error=place_of(error))


@unit_of_work
def _due_chunk(*, due: Due, program: Program, at: datetime) -> bool:
    """One chunk, by one worker at a time per programme."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))",
            [DUE_LOCK, f"{due.name} {program.pk}"],
        )
        if not cursor.fetchone()[0]:
            return False
    return due.work(program=program, at=at)


def _programs_at_home(real: datetime) -> dict[Id, Program]:
    """All programmes but those whose test clock is on its way: that journey does their work itself."""
    away = set(Journey.objects.filter(lease_until__gt=real).values_list("program_id", flat=True))
    return {each.pk: each for each in Program.objects.all() if each.pk not in away}
