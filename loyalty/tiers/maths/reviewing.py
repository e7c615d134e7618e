"""Reviewing: what midnights do to a standing: reviews, grace, drops, and tiers noted for a new cycle.

A review looks at days before it only, so it gives the same whenever it runs (T-15).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from loyalty.tiers.kinds import CycleKind, Drop, How
from loyalty.tiers.maths.measuring import measured, reached, without_note
from loyalty.tiers.maths.values import Climber, Standing, Terms, Tier
from loyalty.tiers.maths.windows import (
    A_DAY,
    through_after_renewing,
    window_start,
)


class Happened(StrEnum):
    """What one step of a review did."""

    STARTED = "started"
    RENEWED = "renewed"
    GRACE = "grace"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a standing through its reviews: what happened, on which day, on which count."""

    standing: Standing
    happened: Happened
    day: date
    counted: int
    threshold: int


def turn(standing: Standing, climber: Climber, *, today: date) -> list[Step]:
    """Everything that midnights up to the one that begins `today` do to this standing, in order; often nothing."""
    steps: list[Step] = []
    while (step := _next_step(standing, climber, today=today)) is not None:
        steps.append(step)
        standing = step.standing
    return steps


def turned(standing: Standing, climber: Climber, *, today: date) -> Standing:
    """The standing after `turn`."""
    steps = turn(standing, climber, today=today)
    return steps[-1].standing if steps else standing


def renew_in_grace(standing: Standing, climber: Climber, *, today: date) -> Step | None:
    """Renew a standing in grace as if at its review once enough is counted, today included (T-16)."""
    through, grace = standing.through, standing.grace_through
    if through is None or grace is None:
        return None
    keep = _tier_of(standing, climber).keep
    last = min(grace, today)
    for day in [through, *climber.tally.days(through + A_DAY, last)]:
        counted = counted_at(standing, climber, through=day)
        if counted >= keep:
            return _renewed(standing, climber, counted_through=day, counted=counted)
    return None


def counted_at(standing: Standing, climber: Climber, *, through: date) -> int:
    """What counts towards keeping a standing, through this day: at its review the eve, in grace later days too."""
    assert standing.through is not None
    first = first_counted_day(standing, climber)
    return climber.tally.between(first, through)


def first_counted_day(standing: Standing, climber: Climber) -> date:
    """The first day that counts for the coming review. Rolling: the day after the last count. Otherwise the start of the cycle that is under review."""
    assert standing.through is not None
    if climber.terms.cycle.kind == CycleKind.ROLLING:
        assert standing.counted_through is not None
        return standing.counted_through + A_DAY
    return window_start(climber.terms.cycle, standing.through, joined_on=climber.joined_on)


def next_due(standing: Standing) -> date | None:
    """The day at whose midnight something happens to this standing next; None: never."""
    due = [] if standing.next_from is None else [standing.next_from]
    if standing.grace_through is not None:
        due.append(standing.grace_through + A_DAY)
    elif standing.through is not None:
        due.append(standing.through + A_DAY)
    return min(due, default=None)


def drop_day(standing: Standing, terms: Terms) -> date | None:
    """The day at whose midnight this standing drops if it is not renewed; None: it never does."""
    if standing.through is None:
        return None
    last = standing.grace_through or standing.through + timedelta(days=terms.grace_days)
    return last + A_DAY


def dropped(standing: Standing, climber: Climber, *, day: date) -> Standing:
    """The standing after dropping at the midnight that begins this day (T-17)."""
    terms = climber.terms
    rank = _tier_of(standing, climber).rank
    counted = terms.reached_by(measured(climber, day, last=day - A_DAY))
    target = counted
    if terms.drop == Drop.ONE_LEVEL:
        target = max(terms.below(rank), counted, key=lambda tier: tier.rank)
    if target.rank == 0:
        return Standing(slug=target.slug)
    after = reached(target, day, climber, before=None)
    return replace(after, how=How.DROPPED, counted_through=day - A_DAY)


def _next_step(standing: Standing, climber: Climber, *, today: date) -> Step | None:
    if standing.next_from is not None and standing.next_from <= today:
        return _started(standing, climber)
    if standing.through is None or standing.through >= today:
        return None
    if standing.grace_through is None:
        return _reviewed(standing, climber)
    in_time = renew_in_grace(standing, climber, today=today - A_DAY)
    if in_time is not None:
        return in_time
    return None if standing.grace_through >= today else _fallen(standing, climber)


def _reviewed(standing: Standing, climber: Climber) -> Step:
    eve = standing.through
    assert eve is not None
    keep = _tier_of(standing, climber).keep
    counted = counted_at(standing, climber, through=eve)
    if counted >= keep:
        return _renewed(standing, climber, counted_through=eve, counted=counted)
    if not climber.terms.grace_days:
        return _fallen(standing, climber)
    return Step(
        standing=replace(standing, grace_through=eve + timedelta(days=climber.terms.grace_days)),
        happened=Happened.GRACE,
        day=eve + A_DAY,
        counted=counted,
        threshold=keep,
    )


def _renewed(standing: Standing, climber: Climber, *, counted_through: date, counted: int) -> Step:
    assert standing.through is not None
    after = through_after_renewing(
        climber.terms.cycle, standing.through, joined_on=climber.joined_on
    )
    return Step(
        standing=replace(
            standing,
            how=How.RENEWED,
            counted_through=counted_through,
            through=after,
            grace_through=None,
            before=None,
        ),
        happened=Happened.RENEWED,
        day=max(counted_through, standing.through + A_DAY),
        counted=counted,
        threshold=_tier_of(standing, climber).keep,
    )


def _fallen(standing: Standing, climber: Climber) -> Step:
    day = drop_day(standing, climber.terms)
    assert day is not None
    return Step(
        standing=replace(
            dropped(standing, climber, day=day),
            next_slug=standing.next_slug,
            next_from=standing.next_from,
            next_qualified_on=standing.next_qualified_on,
        ),
        happened=Happened.DROPPED,
        day=day,
        counted=counted_at(standing, climber, through=day - A_DAY),
        threshold=_tier_of(standing, climber).keep,
    )


def _started(standing: Standing, climber: Climber) -> Step:
    """A tier noted for this cycle begins, and lasts through it (T-11)."""
    day, noted_on = standing.next_from, standing.next_qualified_on
    assert day is not None
    assert noted_on is not None
    tier = climber.terms.at(standing.next_slug)
    begun = reached(tier, day, climber, before=without_note(standing))
    return Step(
        standing=replace(begun, qualified_on=noted_on, counted_through=day - A_DAY),
        happened=Happened.STARTED,
        day=day,
        counted=measured(climber, day - A_DAY),
        threshold=tier.reach,
    )


def _tier_of(standing: Standing, climber: Climber) -> Tier:
    return climber.terms.at(standing.slug)
