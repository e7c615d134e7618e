"""Tasks of this room. A name, and no rule."""

from datetime import date, datetime

from gamification.badges.nightly import count_rarity, earliest_end, end_due, review
from loyalty.outbox.scheduling import Midnight, falls_due, scheduled
from loyalty.programs.tenants import Program


@scheduled(job="badges.review", place=Midnight.AFTER)
def review_badges(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Badges that time alone may change; then how rare each is."""
    more = review(program=program, cursor=cursor, at=at)
    if more is None:
        count_rarity(program=program, at=at)
    return more


@falls_due(name="badges.end", earliest=earliest_end)
def end_awards(*, program: Program, at: datetime) -> bool:
    """Awards that end, and suspensions that are over."""
    return end_due(program=program, at=at)
