"""Climbing: up as soon as enough is counted (T-10, T-11), and down again when a return undoes it (T-25)."""

from dataclasses import replace
from datetime import date

from loyalty.tiers.kinds import CycleKind, How, OnReturn, Up
from loyalty.tiers.maths.measuring import (
    days_that_rise,
    first_day_reaching,
    measured,
    reached,
    without_note,
)
from loyalty.tiers.maths.reviewing import renew_in_grace, turned
from loyalty.tiers.maths.values import Climber, Standing, Terms, Tier
from loyalty.tiers.maths.windows import A_DAY, cycle_end, window_start


def climb(standing: Standing, climber: Climber, *, changed_on: date, today: date) -> Standing:
    """The standing after a day's count rose: straight to the highest tier reached, or the same standing.

    Looks at M(d) for each d from the day just changed to today. A tier whose time would be over by now (imports of
    old days) is given only as far as it would still be held had everything been told on time.
    """
    terms = climber.terms
    tier, day = _highest(climber, first=min(changed_on, today), last=today)
    if tier.rank <= terms.at(standing.slug).rank:
        return standing
    if _waits_for_a_cycle(terms):
        return _with_next_cycle(standing, climber, tier=tier, day=day, today=today)
    climbed = reached(tier, day, climber, before=standing)
    if climbed.through is None or climbed.through >= today:
        return climbed
    lasting = replay(climber, today=today, first=changed_on)
    is_higher = terms.at(lasting.slug).rank > terms.at(standing.slug).rank
    return replace(lasting, before=standing) if is_higher else standing


def fall(standing: Standing, climber: Climber, *, today: date) -> Standing:
    """The standing after a return lowered a day (T-25): the same, the same with later dates, or a lower one."""
    if climber.terms.on_return == OnReturn.AT_REVIEW:
        return standing
    held = _upheld(without_note(standing), climber, today=today)
    if not standing.next_slug:
        return held
    return _noted(held, climber, today=today)


def replay(climber: Climber, *, today: date, first: date = date.min) -> Standing:
    """The standing that the tier days from `first` on give when each is told on its day: what a rebuild finds."""
    standing = Standing(slug=climber.terms.lowest.slug)
    for day in climber.tally.days(first, today):
        standing = turned(standing, climber, today=day)
        climbed = climb(standing, climber, changed_on=day, today=day)
        renewed = renew_in_grace(climbed, climber, today=day)
        standing = renewed.standing if renewed and climbed is standing else climbed
    return turned(standing, climber, today=today)


def _highest(climber: Climber, *, first: date, last: date) -> tuple[Tier, date]:
    """The highest tier that some day of this stretch reaches, and the first day that does."""
    best, on = climber.terms.lowest, first
    for day in days_that_rise(climber, first=first, last=last):
        tier = climber.terms.reached_by(measured(climber, day))
        if tier.rank > best.rank:
            best, on = tier, day
    return best, on


def _waits_for_a_cycle(terms: Terms) -> bool:
    yearly = terms.cycle.kind in {CycleKind.CALENDAR, CycleKind.MEMBER_YEAR}
    return terms.up == Up.NEXT_CYCLE and yearly


def _with_next_cycle(
    standing: Standing, climber: Climber, *, tier: Tier, day: date, today: date
) -> Standing:
    """Note the tier for the next cycle; one reached in a cycle already over begins at once (T-11)."""
    starts = cycle_end(climber.terms.cycle, day, joined_on=climber.joined_on) + A_DAY
    if starts <= today:
        begun = reached(tier, starts, climber, before=without_note(standing))
        return replace(begun, qualified_on=day, counted_through=starts - A_DAY)
    if standing.next_slug and climber.terms.at(standing.next_slug).rank >= tier.rank:
        return standing
    return replace(standing, next_slug=tier.slug, next_from=starts, next_qualified_on=day)


def _noted(standing: Standing, climber: Climber, *, today: date) -> Standing:
    """What is noted for the next cycle after a return: the highest tier that this cycle still reaches."""
    first = window_start(climber.terms.cycle, today, joined_on=climber.joined_on)
    tier, day = _highest(climber, first=first, last=today)
    if tier.rank <= climber.terms.at(standing.slug).rank:
        return standing
    return _with_next_cycle(standing, climber, tier=tier, day=day, today=today)


def _upheld(standing: Standing, climber: Climber, *, today: date) -> Standing:
    """What is left of a standing that was reached, once the days that carried it are corrected."""
    terms = climber.terms
    if standing.how != How.REACHED or standing.qualified_on is None:
        return standing
    tier = terms.at(standing.slug)
    day = first_day_reaching(climber, tier, first=standing.qualified_on, last=today)
    if day == standing.qualified_on:
        return standing
    if day is not None:
        return reached(tier, day, climber, before=standing.before)
    by_count, on = _highest(climber, first=standing.qualified_on, last=today)
    under = fallback(standing, climber, today=today)
    if terms.at(under.slug).rank >= by_count.rank:
        return under
    return reached(by_count, on, climber, before=under)


def fallback(standing: Standing, climber: Climber, *, today: date) -> Standing:
    """The standing before the climb, if it still stands and its time has not passed; else the lowest tier."""
    before = standing.before
    if before is None:
        return Standing(slug=climber.terms.lowest.slug)
    held = _upheld(before, climber, today=today)
    last = held.grace_through or held.through  # a grace that had begun goes on
    if last is None or last >= today:
        return held
    return fallback(held, climber, today=today)
