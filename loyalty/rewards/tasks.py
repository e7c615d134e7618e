"""Tasks of this room: what midnights and instants set going. A name, a bound, and no rule."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from loyalty.outbox.scheduling import (
    Midnight,
    falls_due,
    runs_on_request,
    scheduled,
    scheduled_for_service,
)
from loyalty.programs.models import Program
from loyalty.rewards.batches.making import JOB, make_chunk
from loyalty.rewards.ending import forgetting, lapsing, warning
from loyalty.rewards.giving.automatic import redeem_automatically
from loyalty.rewards.guesses import guessing


@scheduled(job="rewards.automatic", missed="latest", place=Midnight.REDEEMING)
def redeem_at_night(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Automatic redemptions, after points have opened and before tiers are reviewed."""
    return redeem_automatically(program=program, cursor=cursor, at=at)


@scheduled(job="rewards.end_codes", place=Midnight.EXPIRING)
def end_codes(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Pool codes past their end leave the stock."""
    forgetting.end_pool_codes(program=program, at=at)
    return None


@scheduled(job="rewards.warn", place=Midnight.NOTICES)
def warn(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Holders hear which vouchers end within seven days."""
    return warning.warn_of_ends(program=program, day=day, cursor=cursor, at=at)


@scheduled(job="rewards.forget", missed="latest", place=Midnight.AFTER)
def forget(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Sealed copies of codes that nobody needs any more go."""
    return forgetting.forget_codes(program=program, day=day, cursor=cursor, at=at)


@falls_due(name="rewards.lapse", earliest=lapsing.earliest_lapse)
def lapse(*, program: Program, at: datetime) -> bool:
    """Reservations and vouchers whose instant has come are over."""
    return lapsing.lapse_due(program=program, at=at)


@runs_on_request(job=JOB)
def make_a_batch(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """A batch of vouchers, 5,000 at a time."""
    return make_chunk(program=program, argument=argument, cursor=cursor, at=at)


@scheduled_for_service(job="rewards.guesses")
def forget_guesses(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Who has shown no code for a day is forgotten."""
    guessing.forget_guesses.step(at=at)
    return None
