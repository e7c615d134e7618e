"""Scheduling: what rooms want done at certain times. The room of jobs does it (V-20 to V-25).

Five ways, from the coarse to the fine:

* `scheduled`: at the first instant of a local day, week or month of each programme, in the midnight order (T-45);
* `scheduled_for_service`: once per day or hour of the whole service, in UTC;
* `runs_on_request`: in chunks, when somebody asks for it (publishing, rebuilding, importing);
* `falls_due`: at instants of the programme's time that rows name (points that open, holds that end);
* `each_tick`: whenever there is something to do by the real clock (webhooks to send, lines to append).

Names are for ever, like those of receivers. Everything runs in units of work and is safe to repeat.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Final, Literal, Protocol

from loyalty.foundation.ids import Id
from loyalty.programs.models import Program

NAME_LENGTH_MAX: Final = 60
Every = Literal["day", "week", "month", "year"]
Missed = Literal["each", "latest"]


class Midnight(IntEnum):
    """The order of one programme's local day: each job is done before the next begins (L-20, T-45).

    Numbers between are free: a job that must follow another of its step takes the next one.
    """

    OPENING = 10  # pending points become available
    REDEEMING = 20  # automatic redemptions
    REVIEWING = 30  # grants that end or begin, reviews, drops
    EXPIRING = 40
    NOTICES = 50
    AFTER = 60  # everything that only looks: boards, streaks, reports, segments


class DayChunk(Protocol):
    """One chunk of a day's job, in one unit of work: at most 1,000 members or 5,000 rows.

    Answers where the next chunk goes on, or None when the day is done. `at` is the instant by the programme's clock.
    """

    def __call__(
        self, *, program: Program, day: date, cursor: str | None, at: datetime
    ) -> str | None: ...


class ServiceChunk(Protocol):
    """One chunk of the service's own job; `at` is real time."""

    def __call__(self, *, period: str, cursor: str | None, at: datetime) -> str | None: ...


class RequestedChunk(Protocol):
    """One chunk of a job that was asked for; `argument` is what the asking room wrote down."""

    def __call__(
        self, *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
    ) -> str | None: ...


class Earliest(Protocol):
    """For each programme (or the one) with something to do at or before `until`: its earliest instant."""

    def __call__(self, *, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]: ...


class DueWork(Protocol):
    """Do a chunk of what is due at or before `at`, in one unit of work; True if there may be more."""

    def __call__(self, *, program: Program, at: datetime) -> bool: ...


class TickWork(Protocol):
    """Do some of what waits by the real clock, a few seconds at most; answers how much was done."""

    def __call__(self, *, at: datetime) -> int: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DayJob:
    """A job of every programme. `missed` says whether each missed period runs, or only the latest (V-23)."""

    name: str
    every: Every
    missed: Missed
    place: int
    chunk: DayChunk


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceJob:
    """A job of the whole service; of missed periods only the latest runs."""

    name: str
    every: Literal["day", "hour"]
    chunk: ServiceChunk


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """Work at instants that rows name."""

    name: str
    earliest: Earliest
    work: DueWork


day_jobs: Final[dict[str, DayJob]] = {}
service_jobs: Final[dict[str, ServiceJob]] = {}
requested_jobs: Final[dict[str, RequestedChunk]] = {}
dues: Final[dict[str, Due]] = {}
tick_works: Final[dict[str, TickWork]] = {}


def scheduled(
    *, job: str, every: Every = "day", missed: Missed = "each", place: int = Midnight.AFTER
) -> Callable[[DayChunk], DayChunk]:
    """Run this at the first instant of each local day (week, month, year) of each programme, at its place in the day.

    The day that is handed over is the one that begins.
    """

    def register(chunk: DayChunk) -> DayChunk:
        _refuse_a_double(job, chunk)
        day_jobs[job] = DayJob(name=job, every=every, missed=missed, place=place, chunk=chunk)
        return chunk

    return register


def scheduled_for_service(
    *, job: str, every: Literal["day", "hour"] = "day"
) -> Callable[[ServiceChunk], ServiceChunk]:
    """Run this once per UTC day or hour, for the whole service."""

    def register(chunk: ServiceChunk) -> ServiceChunk:
        _refuse_a_double(job, chunk)
        service_jobs[job] = ServiceJob(name=job, every=every, chunk=chunk)
        return chunk

    return register


def runs_on_request(*, job: str) -> Callable[[RequestedChunk], RequestedChunk]:
    """Run this in chunks once somebody has called `jobs.planning.request`."""

    def register(chunk: RequestedChunk) -> RequestedChunk:
        _refuse_a_double(job, chunk)
        requested_jobs[job] = chunk
        return chunk

    return register


def falls_due(*, name: str, earliest: Earliest) -> Callable[[DueWork], DueWork]:
    """Do this at the instants that `earliest` names: on every tick, and on the way of a test programme's clock."""

    def register(work: DueWork) -> DueWork:
        _refuse_a_double(name, work)
        dues[name] = Due(name=name, earliest=earliest, work=work)
        return work

    return register


def each_tick(*, name: str) -> Callable[[TickWork], TickWork]:
    """Do this on every tick, by the real clock."""

    def register(work: TickWork) -> TickWork:
        _refuse_a_double(name, work)
        tick_works[name] = work
        return work

    return register


def forget(name: str) -> None:
    """Forget a job; for tests that bring their own."""
    for registry in _registries():
        registry.pop(name, None)


def _registries() -> list[dict[str, Any]]:
    return [day_jobs, service_jobs, requested_jobs, dues, tick_works]


def _refuse_a_double(name: str, work: Callable[..., object]) -> None:
    assert 0 < len(name) <= NAME_LENGTH_MAX, f"bad job name {name!r}"
    for registry in _registries():
        earlier = registry.get(name)
        if earlier is not None:
            known = getattr(earlier, "chunk", None) or getattr(earlier, "work", None) or earlier
            assert known.__qualname__ == work.__qualname__, f"two jobs are called {name}"
