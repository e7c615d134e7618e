"""Calendar: local days, midnights, periods. All of it is computed in the programme's zone."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_FORM: Final = re.compile(
    r"^P(?=.)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$"
)
_SECOND: Final = timedelta(seconds=1)


class Unit(StrEnum):
    """The calendar periods that limits, boards and expiry speak of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    EVER = "ever"


MONTHS_IN: Final = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """An ISO 8601 duration: calendar months and days, and exact time."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    @classmethod
    def read(cls, text: str) -> "Period":
        """Read `P1Y2M10DT2H30M`; raises ValueError for anything else."""
        matched = _FORM.match(text)
        if matched is None:
            message = f"not an ISO 8601 duration: {text!r}"
            raise ValueError(message)
        years, months, weeks, days, hours, minutes, seconds = (
            int(n or 0) for n in matched.groups()
        )
        return cls(
            months=12 * years + months,
            days=7 * weeks + days,
            seconds=3600 * hours + 60 * minutes + seconds,
        )

    @property
    def is_zero(self) -> bool:
        return not (self.months or self.days or self.seconds)

    def after(self, at: datetime, *, zone: str) -> datetime:
        """The instant this long after `at`: months and days by the local calendar, the rest exact."""
        moved = at
        if self.months or self.days:
            local = at.astimezone(zone_named(zone))
            day = self.on(local.date())
            moved = _instant(datetime.combine(day, local.time()), zone=zone)
        return moved.astimezone(UTC) + timedelta(seconds=self.seconds)

    def on(self, day: date, *, times: int = 1) -> date:
        """The day this long after `day` (before it, with times=-1); time of day plays no part."""
        return add_months(day, times * self.months) + timedelta(days=times * self.days)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(at: datetime, zone: str) -> date:
    """The day on which this instant falls in that zone."""
    return at.astimezone(zone_named(zone)).date()


def local_time(at: datetime, zone: str) -> datetime:
    """The same instant, by the clocks of that zone."""
    return at.astimezone(zone_named(zone))


def midnight(day: date, zone: str) -> datetime:
    """The first instant of a local day, in UTC.

    A midnight that does not exist is the first instant after the gap; one that comes twice is the first (V-24).
    """
    return clock_strikes(day, 0, zone)


@lru_cache(maxsize=65_536)
def clock_strikes(day: date, hour: int, zone: str) -> datetime:
    """The first instant at which the clocks of a zone have come to this hour of this day, in UTC."""
    return _instant(datetime.combine(day, time(hour)), zone=zone)


def _instant(naive: datetime, *, zone: str) -> datetime:
    where = zone_named(zone)
    found = naive.replace(tzinfo=where, fold=0).astimezone(UTC)
    if found.astimezone(where).replace(tzinfo=None) == naive:
        return found
    # In a gap fold=0 reads the clock as it went before the gap and so lands behind it; search its edge.
    early, late = naive.replace(tzinfo=where, fold=1).astimezone(UTC), found
    while late - early > _SECOND:
        middle = early + (late - early) / 2
        if middle.astimezone(where).replace(tzinfo=None) >= naive:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


def add_months(day: date, months: int) -> date:
    """The same day of another month, held to its last: 31 January + 1 month = 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def first_day_of(unit: Unit, day: date, *, week_starts_on: int = 0) -> date:
    """The first day of the calendar period that holds this day (weeks: 0 is Monday)."""
    if unit is Unit.DAY:
        return day
    if unit is Unit.WEEK:
        return day - timedelta(days=(day.weekday() - week_starts_on) % 7)
    if unit is Unit.EVER:
        return date.min
    months = MONTHS_IN[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def first_day_after(unit: Unit, day: date, *, week_starts_on: int = 0) -> date:
    """The first day of the period after the one that holds this day."""
    first = first_day_of(unit, day, week_starts_on=week_starts_on)
    if unit is Unit.DAY:
        return first + timedelta(days=1)
    if unit is Unit.WEEK:
        return first + timedelta(days=7)
    if unit is Unit.EVER:
        return date.max
    return add_months(first, MONTHS_IN[unit])


def last_day_of(unit: Unit, day: date, *, week_starts_on: int = 0) -> date:
    """The last day of the calendar period that holds this day."""
    return first_day_after(unit, day, week_starts_on=week_starts_on) - timedelta(days=1)
