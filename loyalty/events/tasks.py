"""Jobs of the events room. A name, a bound, and no rule."""

from datetime import date, datetime

from loyalty.events.kept import waiting
from loyalty.events.observing import tell_anniversaries, tell_birthdays
from loyalty.events.purchases import pasts
from loyalty.outbox.scheduling import Midnight, scheduled
from loyalty.programs.models import Program

__all__ = ["pasts", "waiting"]  # imported for what it registers


@scheduled(job="events.birthdays", place=Midnight.AFTER)
def birthdays(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Birthdays begin with the day, after tiers and expiry."""
    return tell_birthdays(program=program, day=day, cursor=cursor, at=at)


@scheduled(job="events.anniversaries", place=Midnight.AFTER)
def anniversaries(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Years of membership."""
    return tell_anniversaries(program=program, day=day, cursor=cursor, at=at)
