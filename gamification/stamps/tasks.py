"""Tasks of this room: cards whose stamps expire. A name, and no rule."""

from datetime import date, datetime

from gamification.stamps.expiring import wipe_due
from loyalty.outbox.scheduling import scheduled
from loyalty.programs.tenants import Program


@scheduled(job="stamps.expire", missed="latest")
def expire_stamps(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Open cards that rested for too long, or whose date has come."""
    return wipe_due(program=program, day=day, cursor=cursor, at=at)
