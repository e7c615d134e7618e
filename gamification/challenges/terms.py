"""Terms: the wording of a challenge as values, and the runs of its window (G-47 to G-49)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gamification.challenges.kinds import GRACE, Activation, Recurrence
from gamification.criteria.conditions import Condition, read_condition
from gamification.criteria.measures.spans import span_at, spans_between
from gamification.criteria.measures.specs import Spec, read_spec
from loyalty.programs.calendar import Period, Unit, first_day_after, local_day, midnight
from loyalty.programs.tenants import Program

Settings = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One time that the window is open. `key` is the period's, the how-manieth joining, or nothing."""

    key: str
    starts_at: datetime
    ends_at: datetime

    @property
    def closes_at(self) -> datetime:
        """Until then it may be told what happened in the window (G-51)."""
        return self.ends_at + GRACE


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """So much of one measure."""

    spec: Spec
    at_least: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """What all reach together, and what each must have added (G-54)."""

    target: int
    min_contribution: int
    is_by_team: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """One wording."""

    zone: str
    activation: Activation
    recurrence: Recurrence
    window: Mapping[str, Any]
    steps: Sequence[Step]
    is_strict: bool
    counts_from_joining: bool
    repeats_max: int
    carries_over: bool
    winners: int | None
    reopens: bool
    goal: Goal | None
    who: Condition | None
    after: str
    prize: Mapping[str, Any] | None

    @property
    def is_joined(self) -> bool:
        """Whether members must join."""
        return self.activation is Activation.JOIN

    @property
    def repeats(self) -> bool:
        """Whether the next go begins as soon as one is done."""
        return self.recurrence is Recurrence.ON_COMPLETION


def read_terms(program: Program, settings: Settings, *, zone: str) -> Terms:
    """The wording in these settings. Raises what reading a measure or a condition raises."""
    steps = [
        Step(
            spec=read_spec(
                each["measure"], program=program, pointer=f"/steps/{place}/measure", zone=zone
            ),
            at_least=each["at_least"],
        )
        for place, each in enumerate(settings["steps"])
    ]
    told = settings.get("who")
    goal = settings.get("goal")
    return Terms(
        zone=zone,
        activation=Activation(settings.get("activation", Activation.SCHEDULE)),
        recurrence=Recurrence(settings.get("recurrence", Recurrence.NONE)),
        window=settings["window"],
        steps=steps,
        is_strict=settings.get("order") == "strict",
        counts_from_joining=settings.get("count_from") == "joined",
        repeats_max=settings.get("max_repeats_per_event", 1),
        carries_over=settings.get("carry_over", False),
        winners=settings.get("winners"),
        reopens=settings.get("on_correction", "reopen") == "reopen",
        goal=_goal(goal) if goal else None,
        who=read_condition(told, program=program, pointer="/who", zone=zone) if told else None,
        after=settings.get("after", ""),
        prize=settings.get("prize"),
    )


def _goal(told: Mapping[str, Any]) -> Goal:
    return Goal(
        target=told["target"],
        min_contribution=told.get("min_contribution", 1),
        is_by_team=told.get("pool") == "team",
    )


def run_from_joining(terms: Terms, joined_at: datetime, *, key: str) -> Run:
    """A window in local days of which the joining day is the first; it may last to the end of its week or month."""
    first = local_day(joined_at, terms.zone)
    end = Period.read(terms.window["from_joining"]).on(first)
    through = terms.window.get("through")
    if through:
        end = first_day_after(Unit(through), end - timedelta(days=1))
    return Run(key=key, starts_at=midnight(first, terms.zone), ends_at=midnight(end, terms.zone))


def runs_open(
    terms: Terms, *, first: datetime, last: datetime, opened_at: datetime, at: datetime
) -> list[Run]:
    """The runs that everybody shares, not closed yet, which these instants touch; none opens before the challenge's own.

    A calendar challenge that does not come back has the one period in which it was opened.
    """
    runs = [run for run in _shared(terms, first, last, opened_at) if run.closes_at > at]
    return [run for run in runs if run.starts_at <= last and first < run.ends_at]


def run_at(terms: Terms, at: datetime, *, opened_at: datetime) -> Run | None:
    """The run that everybody shares and that is open at this instant."""
    found = runs_open(terms, first=at, last=at, opened_at=opened_at, at=at)
    return found[0] if found else None


def _shared(terms: Terms, first: datetime, last: datetime, opened_at: datetime) -> list[Run]:
    window = terms.window
    if "between" in window:
        begins, ends = (midnight(date.fromisoformat(day), terms.zone) for day in window["between"])
        return [Run(key="", starts_at=begins, ends_at=ends)]
    if "calendar" not in window:
        return []
    unit = Unit(window["calendar"])
    opening = span_at(unit, opened_at, zone=terms.zone)
    if terms.recurrence is Recurrence.NONE:
        spans = [opening]
    else:
        spans = spans_between(unit, max(first, opening.starts_at), last, zone=terms.zone)
    return [Run(key=each.key, starts_at=each.starts_at, ends_at=each.ends_at) for each in spans]
