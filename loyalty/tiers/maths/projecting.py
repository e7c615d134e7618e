"""Projecting: what is coming if nothing more is earned, and what would change it (T-35). Exact on the day it is read."""

from dataclasses import dataclass
from datetime import date

from loyalty.tiers.maths.measuring import measured
from loyalty.tiers.maths.reviewing import counted_at, drop_day, turned
from loyalty.tiers.maths.values import Climber, Standing, Tier
from loyalty.tiers.maths.windows import A_DAY, counts_until, window_start


@dataclass(frozen=True, kw_only=True, slots=True)
class Remaining:
    """How much is missing for a tier, and the last day on which that figure holds (None: it does not age)."""

    tier: Tier
    missing: int
    by: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ComingDrop:
    """A standing that will not be kept as things are: where it falls, when, and what by when would keep it."""

    day: date
    to: Standing
    missing: int
    keep_by: date


def standing_after_review(standing: Standing, climber: Climber) -> Standing:
    """The standing after its next review, grace included, if nothing more is earned."""
    day = drop_day(standing, climber.terms)
    if day is None:
        day = standing.next_from
    return standing if day is None else turned(standing, climber, today=day)


def coming_drop(standing: Standing, climber: Climber, *, today: date) -> ComingDrop | None:
    """The drop that is coming as things are, or None: enough is counted already, or there is no review."""
    day = drop_day(standing, climber.terms)
    if day is None or standing.through is None:
        return None
    tier = climber.terms.at(standing.slug)
    missing = tier.keep - counted_at(standing, climber, through=min(today, day - A_DAY))
    after = turned(standing, climber, today=day)
    if missing <= 0 or climber.terms.at(after.slug).rank >= tier.rank:
        return None
    return ComingDrop(day=day, to=after, missing=missing, keep_by=day - A_DAY)


def remaining(climber: Climber, *, above: int, today: date) -> list[Remaining]:
    """What is missing for every tier by metric above this rank, the nearest first."""
    counted = measured(climber, today)
    by = _holds_until(climber, today=today)
    return [
        Remaining(tier=tier, missing=max(tier.reach - counted, 0), by=by)
        for tier in climber.terms.climbed
        if tier.rank > above
    ]


def _holds_until(climber: Climber, *, today: date) -> date | None:
    """The eve of the first day on which a counted day leaves the window; else the end of the cycle, or None."""
    cycle = climber.terms.cycle
    start = window_start(cycle, today, joined_on=climber.joined_on)
    first = climber.tally.first_counted(start, today)
    if first is None and cycle.kind == "rolling":
        return None
    return counts_until(cycle, first or today, today, joined_on=climber.joined_on)
