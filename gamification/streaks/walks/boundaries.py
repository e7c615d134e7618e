"""Boundaries: where the periods of a streak begin and end, over zones, daylight saving and the date line (G-55, G-56)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from loyalty.programs.calendar import (
    Unit,
    clock_strikes,
    first_day_after,
    first_day_of,
    zone_named,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneMove:
    """At this instant somebody asked to live by another zone."""

    asked_at: datetime
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """One period: its key, its days, and the instants `[starts_at, ends_at)`. Travel may leave it no time at all."""

    key: str
    first: date
    day_after: date
    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def days(self) -> list[date]:
        """The calendar days that the key speaks of."""
        return [self.first + n * _DAY for n in range((self.day_after - self.first).days)]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From this boundary on the periods, `first` onwards, are those of one zone. The very first has no beginning."""

    first: date | None
    starts_at: datetime | None
    zone: str


class Clock:
    """The periods of one member: consecutive, without gap or overlap, each key once.

    A period ends at the first instant whose local date, less `day_start` hours, is later than its own, in the zone
    in force when it began; a new zone waits for that boundary, and the last one asked before it wins.
    """

    def __init__(
        self, *, unit: Unit, zone: str, moves: Sequence[ZoneMove] = (), day_start: int = 0
    ) -> None:
        self.unit = unit
        self.day_start = day_start
        self._stretches = [_Stretch(None, None, zone)]
        for move in sorted(moves, key=lambda each: each.asked_at):
            self._move(move)

    def at(self, at: datetime) -> Span:
        """The period that holds this instant."""
        return next(self.since(at))

    def since(self, at: datetime) -> Iterator[Span]:
        """The period that holds this instant, and all after it."""
        place = self._stretch_at(at)
        first = self._first_holding(at, self._stretches[place])
        return self._from(first, place)

    def on(self, first: date) -> Span:
        """The period that begins with this day, by its key."""
        place = max(
            n for n, each in enumerate(self._stretches) if each.first is None or each.first <= first
        )
        return next(self._from(first, place))

    def after(self, span: Span) -> Iterator[Span]:
        """All periods after this one."""
        following = self.since(span.starts_at)
        return (each for each in following if each.first > span.first)

    def _from(self, first: date, place: int) -> Iterator[Span]:
        borders = [*self._stretches[place:], None]
        for here, upcoming in pairwise(borders):
            assert here is not None
            while upcoming is None or upcoming.first is None or first < upcoming.first:
                yield self._span(first, here)
                first = first_day_after(self.unit, first)

    def _move(self, move: ZoneMove) -> None:
        last = self._stretches[-1]
        if last.starts_at is not None and move.asked_at < last.starts_at:
            # Asked before the boundary that the one before it waits for: the last one wins.
            self._stretches[-1] = _Stretch(last.first, last.starts_at, move.zone)
        elif move.zone != last.zone:
            held = self._span(self._first_holding(move.asked_at, last), last)
            self._stretches.append(_Stretch(held.day_after, held.ends_at, move.zone))

    def _stretch_at(self, at: datetime) -> int:
        begun = (
            n
            for n, each in enumerate(self._stretches)
            if each.starts_at is None or each.starts_at <= at
        )
        return max(begun)

    def _first_holding(self, at: datetime, stretch: _Stretch) -> date:
        """The first day of the period of this stretch that holds an instant in it."""
        local = at.astimezone(zone_named(stretch.zone)).replace(tzinfo=None)
        day = (local - timedelta(hours=self.day_start)).date()
        first = first_day_of(self.unit, day)
        if stretch.first is not None:
            first = max(first, stretch.first)
        # A clock set back shows a day that has already ended once more.
        while self._span(first, stretch).ends_at <= at:
            first = first_day_after(self.unit, first)
        return first

    def _span(self, first: date, stretch: _Stretch) -> Span:
        day_after = first_day_after(self.unit, first)
        if first == stretch.first and stretch.starts_at is not None:
            starts_at = stretch.starts_at
        else:
            starts_at = self._not_before(stretch, first)
        return Span(
            key=key_of(self.unit, first),
            first=first,
            day_after=day_after,
            starts_at=starts_at,
            ends_at=self._not_before(stretch, day_after),
            zone=stretch.zone,
        )

    def _not_before(self, stretch: _Stretch, day: date) -> datetime:
        """The boundary before this day; one that would lie before the stretch leaves no time between."""
        boundary = clock_strikes(day, self.day_start, stretch.zone)
        return boundary if stretch.starts_at is None else max(boundary, stretch.starts_at)


def key_of(unit: Unit, first: date) -> str:
    """The key of the period that begins with this day: `2026-11-21`, `2026-W47`, `2026-11`."""
    if unit is Unit.WEEK:
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    return first.isoformat() if unit is Unit.DAY else first.isoformat()[:7]


def first_of(unit: Unit, key: str) -> date:
    """The first day of the period with this key; ValueError for what is no key of that unit."""
    first = date.fromisoformat(key if unit is not Unit.MONTH else f"{key}-01")
    if key_of(unit, first) != key:
        message = f"no {unit} has the key {key!r}"
        raise ValueError(message)
    return first
