"""Jobs of the cast: they write down when they ran."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from loyalty.jobs.models import ScheduleRun
from loyalty.jobs.planning import plan_programs
from loyalty.jobs.running import run_all_due
from loyalty.outbox import scheduling
from loyalty.outbox.scheduling import scheduled
from loyalty.programs.models import Program
from tests.world.programs import a_program


@contextmanager
def only_these_jobs() -> Iterator[None]:
    """The rooms' own jobs stand aside, so that a test sees its own only."""
    kept = [(registry, dict(registry)) for registry in scheduling._registries()]
    for registry, _jobs in kept:
        registry.clear()
    try:
        yield
    finally:
        for registry, jobs in kept:
            registry.clear()
            registry.update(jobs)


@contextmanager
def daily_jobs(*names: str, ran: list[Any], **how: Any) -> Iterator[None]:
    """Daily jobs in this order, each writing down its name, day and instant."""
    with ExitStack() as stack:
        for place, name in enumerate(names):
            stack.enter_context(a_daily_job(_noting(name, ran), job=name, place=place, **how))
        yield


@contextmanager
def a_daily_job(chunk: Callable[..., Any], **how: Any) -> Iterator[None]:
    """This function as a job of every programme."""
    scheduled(**how)(chunk)
    try:
        yield
    finally:
        scheduling.forget(how["job"])


def _noting(name: str, ran: list[Any]) -> Callable[..., None]:
    def chunk(*, program: Program, day: Any, cursor: str | None, at: datetime) -> None:
        ran.append((name, day.isoformat()))

    return chunk


def planned(program: Program, at: datetime) -> int:
    """Write down what has fallen due by then."""
    return plan_programs(programs=[program], now={program.pk: at})


def runs_of(job: str) -> list[tuple[str, str]]:
    """Period and state of a job's runs, in order."""
    return list(
        ScheduleRun.objects.filter(job=job).order_by("due_at").values_list("period", "state")
    )


def ran_all(program: Program, at: datetime, seconds_max: float = 10.0) -> int:
    """Run what is due in this programme at an instant of its own."""
    return run_all_due(
        programs={program.pk: program}, now={program.pk: at}, seconds_max=seconds_max
    )


START = datetime(2026, 3, 27, 8, tzinfo=UTC)


def a_travelling_program(**how: Any) -> Program:
    """A test programme whose clock stands two days before Kyiv loses an hour."""
    cafe = a_program(test=True, **how)
    cafe.test_now = START
    cafe.save()
    return cafe
