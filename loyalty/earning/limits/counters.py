"""Counters: what limits have let through so far, as values that judging carries from event to event (E-2)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from loyalty.earning.matching import Scene
from loyalty.earning.unlocking.waits import Waits
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import Unit, first_day_after, first_day_of


class Span(NamedTuple):
    """What one member earned by one rule (or in one currency) in one calendar period."""

    member_id: Id
    scope_id: Id  # of the rule, or of the currency
    unit: Unit
    first: date


class Once(NamedTuple):
    member_id: Id
    rule_id: Id
    key: bytes


class BudgetKey(NamedTuple):
    """One budget in one period; no rule means that of the programme."""

    rule_id: Id | None
    unit: Unit
    first: date


@dataclass(slots=True)
class Used:
    """How many points and how many times; net of claims."""

    points: int = 0
    times: int = 0


@dataclass(slots=True)
class Budget:
    cap: int
    used: int = 0
    taken: int = 0  # by this batch


@dataclass(slots=True)
class Usage:
    """What limits have let through so far, and what this batch adds to it; changed as events are judged in order."""

    week_starts_on: int = 0
    once: set[Once] = field(default_factory=set)
    spans: defaultdict[Span, Used] = field(default_factory=lambda: defaultdict(Used))
    near: defaultdict[tuple[Id, Id], list[datetime]] = field(
        default_factory=lambda: defaultdict(list)
    )
    balances: defaultdict[tuple[Id, Id], int] = field(default_factory=lambda: defaultdict(int))
    budgets: dict[BudgetKey, Budget] = field(default_factory=dict)
    waits: Waits = field(default_factory=Waits)

    def span(self, scene: Scene, scope_id: Id, unit: Unit) -> Span:
        first = first_day_of(unit, scene.day, week_starts_on=self.week_starts_on)
        return Span(scene.told.member.id, scope_id, unit, first)

    def last_day(self, span: Span) -> date:
        """The first day after the span's period."""
        return first_day_after(span.unit, span.first, week_starts_on=self.week_starts_on)


@dataclass(slots=True)
class Running:
    """What this event has brought so far, by currency."""

    points: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
