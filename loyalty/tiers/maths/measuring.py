"""Measuring: M(d), the metric in the window that ends with day d, and the standing that reaching a tier gives."""

from dataclasses import replace
from datetime import date

from loyalty.tiers.kinds import How
from loyalty.tiers.maths.values import Climber, Standing, Tier
from loyalty.tiers.maths.windows import through_after_reaching, window_start


def measured(climber: Climber, day: date, *, last: date | None = None) -> int:
    """M(day): what is counted in the window that ends with this day, perhaps only through an earlier `last`."""
    first = window_start(climber.terms.cycle, day, joined_on=climber.joined_on)
    return climber.tally.between(first, last or day)


def first_day_reaching(climber: Climber, tier: Tier, *, first: date, last: date) -> date | None:
    """The first day d of this stretch with M(d) >= reach, or None."""
    for day in days_that_rise(climber, first=first, last=last):
        if measured(climber, day) >= tier.reach:
            return day
    return None


def days_that_rise(climber: Climber, *, first: date, last: date) -> list[date]:
    """The only days on which M can be higher than the day before: the first one, and those with a count.

    Between them days only leave the window, so asking about these is asking about all.
    """
    counted = climber.tally.days(first, last)
    return counted if counted and counted[0] == first else [first, *counted]


def reached(tier: Tier, day: date, climber: Climber, *, before: Standing | None) -> Standing:
    """The standing of a tier reached on this day, on top of the one before."""
    last = through_after_reaching(climber.terms.cycle, day, joined_on=climber.joined_on)
    return Standing(
        slug=tier.slug,
        how=How.REACHED,
        qualified_on=day,
        counted_through=day,
        through=None if tier.for_life else last,
        before=before,
    )


def without_note(standing: Standing) -> Standing:
    """The standing without a tier noted for the next cycle."""
    return replace(standing, next_slug="", next_from=None, next_qualified_on=None)
