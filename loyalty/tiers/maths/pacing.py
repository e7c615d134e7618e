"""Pacing: when a tier is reached if a member goes on as lately. A guess, told as one; nothing is decided by it."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from loyalty.tiers.maths.values import Climber, Tier
from loyalty.tiers.maths.windows import A_DAY, window_start

PACE_DAYS: Final = 90  # long enough for who buys once a month, short enough to follow the season
KNOWN_DAYS_MIN: Final = 14  # one order of yesterday is no pace
AHEAD_DAYS_MAX: Final = 731


def pace_days(climber: Climber, *, today: date) -> int:
    """How many days the pace is taken from: the last ninety, or fewer since joining."""
    return min(PACE_DAYS, (today - climber.joined_on).days + 1)


def counted_lately(climber: Climber, *, today: date) -> int:
    """What was counted in those days."""
    days = pace_days(climber, today=today)
    return climber.tally.between(today - timedelta(days=days - 1), today)


def reached_at_pace(climber: Climber, tier: Tier, *, today: date) -> date | None:
    """The first day on which this tier is reached at that pace, as counted days leave the window; None: not in two years."""
    days = pace_days(climber, today=today)
    lately = counted_lately(climber, today=today)
    if days < KNOWN_DAYS_MIN or not lately:
        return None
    each = Fraction(lately, days)
    for ahead in range(1, AHEAD_DAYS_MAX + 1):
        day = today + ahead * A_DAY
        start = window_start(climber.terms.cycle, day, joined_on=climber.joined_on)
        to_come = (day - max(start - A_DAY if start > date.min else start, today)).days
        if climber.tally.between(start, today) + each * to_come >= tier.reach:
            return day
    return None
