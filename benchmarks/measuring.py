"""Measuring: CPU of both sides and wall time, product and limit in turn, so that noise hits both alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil  # type: ignore[import-untyped]

from benchmarks.ground import run


@dataclass(slots=True)
class Cost:
    """What some work cost, in milliseconds per piece."""

    wall: float = 0.0
    app: float = 0.0
    database: float = 0.0

    @property
    def cpu(self) -> float:
        return self.app + self.database


@dataclass(slots=True)
class Figure:
    """One line of the page: what, the figure, what it is held against, the goal, and whether it is reached."""

    number: str
    what: str
    figure: str
    goal: str
    reached: bool | None
    more: str = ""


@dataclass(slots=True)
class Series:
    """The rounds of one side."""

    costs: list[Cost] = field(default_factory=list)

    def add(self, cost: Cost) -> None:
        self.costs.append(cost)

    def of(self, name: str) -> list[float]:
        return sorted(getattr(cost, name) for cost in self.costs)

    def middle(self, name: str) -> float:
        values = self.of(name)
        return values[len(values) // 2]


def cost_of(work: Callable[[], object], *, pieces: int) -> Cost:
    """Do it once; this process and its database backend are looked at before and after."""
    backend = psutil.Process(run("SELECT pg_backend_pid()")[0][0])
    before, app, wall = backend.cpu_times(), time.process_time(), time.perf_counter()
    work()
    wall, app, after = time.perf_counter() - wall, time.process_time() - app, backend.cpu_times()
    database = after.user + after.system - before.user - before.system
    scale = 1_000 / pieces
    return Cost(wall=wall * scale, app=app * scale, database=database * scale)


def in_turn(*sides: Callable[[], Cost], rounds: int) -> list[Series]:
    """A B A B …: each side once a round."""
    series = [Series() for _ in sides]
    for _ in range(rounds):
        for side, kept in zip(sides, series, strict=True):
            kept.add(side())
    return series
