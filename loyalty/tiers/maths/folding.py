"""Folding: which days have to stay days, because a review, a return or a changed ladder may look at them one by one."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from loyalty.programs.calendar import add_months
from loyalty.tiers.kinds import CycleKind, How
from loyalty.tiers.maths.reviewing import first_counted_day
from loyalty.tiers.maths.values import Climber, Standing
from loyalty.tiers.maths.windows import ROLLING_MONTHS_MAX, window_start

PERIODS_KEPT: Final = 2


def kept_without_a_ladder(today: date) -> date:
    """The first day that stays: never less than the longest window that any ladder may have."""
    return _new_year(add_months(today, -ROLLING_MONTHS_MAX))


def kept_from(standing: Standing, climber: Climber, *, today: date) -> date:
    """The first day that stays, a first of January: two periods back, and no less than without a ladder.

    Further back where this standing, or one that a return may give back, hangs on older days.
    """
    cycle = climber.terms.cycle
    months = PERIODS_KEPT * cycle.months if cycle.kind == CycleKind.ROLLING else ROLLING_MONTHS_MAX
    days = [add_months(today, -months), kept_without_a_ladder(today)]
    return _new_year(min([*days, *_hung_on(standing, climber)]))


def _hung_on(standing: Standing | None, climber: Climber) -> Iterator[date]:
    """The first days that a standing and those under it hang on."""
    cycle, joined_on = climber.terms.cycle, climber.joined_on
    while standing is not None:
        if standing.through is not None:
            yield first_counted_day(standing, climber)
        reached = standing.qualified_on if standing.how == How.REACHED else None
        for day in (reached, standing.next_qualified_on):
            if day is not None:
                is_for_ever = cycle.kind == CycleKind.LIFETIME
                yield day if is_for_ever else window_start(cycle, day, joined_on=joined_on)
        standing = standing.before


def _new_year(day: date) -> date:
    return day.replace(month=1, day=1)
