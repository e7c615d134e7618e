"""Windows: which days count for a tier, and until when a tier lasts (T-9). Whole local days only."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from loyalty.programs.calendar import Unit, add_months, last_day_of
from loyalty.tiers.kinds import CycleKind

A_DAY: Final = timedelta(days=1)
ROLLING_MONTHS_MAX: Final = 24
LATE_MONTHS: Final = 4  # the window of a late event begins so much earlier


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """Which days are counted: a rolling number of months, a year from a fixed day, or everything."""

    kind: CycleKind = CycleKind.ROLLING
    months: int = 12
    starts_on: tuple[int, int] = (1, 1)  # month and day, for calendar cycles


def window_start(cycle: Cycle, day: date, *, joined_on: date) -> date:
    """The first day of the window that ends with this day.

    Months are calendar months held to the last day: twelve months to 29 February 2028 begin on 1 March 2027.
    """
    if cycle.kind == CycleKind.LIFETIME:
        return date.min
    if cycle.kind == CycleKind.ROLLING:
        return add_months(day, -cycle.months) + A_DAY
    return _cycle_start(_turn_of(cycle, joined_on=joined_on), day)


def known_from(cycle: Cycle, first: date, *, today: date) -> date:
    """From which day on days must be known for a count on day `first`; of what is older than late, all of them."""
    if cycle.kind == CycleKind.LIFETIME:
        return date.min
    months = cycle.months if cycle.kind == CycleKind.ROLLING else 12
    usual = add_months(today, -months - LATE_MONTHS)
    return usual if add_months(first, -months) >= usual else date.min


def cycle_end(cycle: Cycle, day: date, *, joined_on: date) -> date:
    """The last day of the calendar or member year that holds this day."""
    month, number = _turn_of(cycle, joined_on=joined_on)
    start = _cycle_start((month, number), day)
    return _in_year(start.year + 1, month, number) - A_DAY


def through_after_reaching(cycle: Cycle, day: date, *, joined_on: date) -> date | None:
    """The last day of a tier reached on this day; None: it is never reviewed."""
    if cycle.kind == CycleKind.LIFETIME:
        return None
    if cycle.kind == CycleKind.ROLLING:
        return last_day_of(Unit.MONTH, add_months(day, cycle.months))
    return cycle_end(cycle, day, joined_on=joined_on)


def through_after_renewing(cycle: Cycle, through: date, *, joined_on: date) -> date:
    """The last day of a tier that was renewed after `through`."""
    if cycle.kind == CycleKind.ROLLING:
        return last_day_of(Unit.MONTH, add_months(through, cycle.months))
    return cycle_end(cycle, through + A_DAY, joined_on=joined_on)


def counts_until(cycle: Cycle, first: date, today: date, *, joined_on: date) -> date | None:
    """The last day on which all counted so far still counts: the eve of the day on which the earliest
    counted day `first` leaves the window, or the end of the cycle; None: it counts for ever (T-35).
    """
    if cycle.kind == CycleKind.LIFETIME:
        return None
    if cycle.kind != CycleKind.ROLLING:
        return cycle_end(cycle, today, joined_on=joined_on)
    leaves = add_months(first, cycle.months)
    # Held months bunch up at their end: 29 to 31 August all stand for the 28th of February.
    while window_start(cycle, leaves, joined_on=joined_on) > first:
        leaves -= A_DAY
    while window_start(cycle, leaves + A_DAY, joined_on=joined_on) <= first:
        leaves += A_DAY
    return leaves


def _turn_of(cycle: Cycle, *, joined_on: date) -> tuple[int, int]:
    if cycle.kind == CycleKind.CALENDAR:
        return cycle.starts_on
    return joined_on.month, joined_on.day


def _cycle_start(turn: tuple[int, int], day: date) -> date:
    start = _in_year(day.year, *turn)
    return start if start <= day else _in_year(day.year - 1, *turn)


def _in_year(year: int, month: int, number: int) -> date:
    """That day of this year, held to the month's last: 29 February falls on the 28th (T-9)."""
    return date(year, month, min(number, monthrange(year, month)[1]))
