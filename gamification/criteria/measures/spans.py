"""Spans: which calendar period an instant falls in, and what it is called (G-6)."""

from dataclasses import dataclass
from datetime import date, datetime

from loyalty.programs.calendar import Unit, first_day_after, first_day_of, local_day, midnight


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A period: its key and its instants, half open."""

    key: str
    starts_at: datetime
    ends_at: datetime


def span_at(unit: Unit, at: datetime, *, zone: str) -> Span:
    """The period that holds this instant; weeks are ISO weeks, of ISO years."""
    day = local_day(at, zone)
    return Span(
        key=key_of(unit, day),
        starts_at=midnight(first_day_of(unit, day), zone),
        ends_at=midnight(first_day_after(unit, day), zone),
    )


def key_of(unit: Unit, day: date) -> str:
    """The key of the period that holds this local day."""
    if unit is Unit.DAY:
        return day.isoformat()
    if unit is Unit.WEEK:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    if unit is Unit.MONTH:
        return f"{day:%Y-%m}"
    if unit is Unit.QUARTER:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day.year}"


def spans_between(unit: Unit, first: datetime, last: datetime, *, zone: str) -> list[Span]:
    """Every period from the one that holds `first` to the one that holds `last`, in order."""
    spans = [span_at(unit, first, zone=zone)]
    while spans[-1].ends_at <= last:
        spans.append(span_at(unit, spans[-1].ends_at, zone=zone))
    return spans
