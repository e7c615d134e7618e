"""Jobs of the ledger: the midnight order, and what falls due in between. A name, a bound, and no rule (L-20)."""

from datetime import date, datetime

from loyalty.foundation.actors import job
from loyalty.ledger import ending_holds
from loyalty.ledger.proofs import sealing
from loyalty.ledger.timed import expiring, opening, warning
from loyalty.ledger.timed.opening import LOTS_AT_ONCE_MAX
from loyalty.outbox.scheduling import Midnight, falls_due, scheduled
from loyalty.programs.models import Program


@scheduled(job="ledger.open", place=Midnight.OPENING)
def open_pending(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Pending points whose instant has come are opened before tiers are reviewed."""
    done = opening.open_due(program=program, actor=job("opening"), at=at)
    return f"{day}" if done == LOTS_AT_ONCE_MAX else None


@scheduled(job="ledger.expire", place=Midnight.EXPIRING)
def expire(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Points whose last day is over end, in chunks."""
    return expiring.expire_chunk(program=program, cursor=cursor, actor=job("expiry"), at=at)


@scheduled(job="ledger.warn", place=Midnight.NOTICES)
def warn(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Members hear what ends in 30, 7 and 1 days."""
    return warning.warn(program=program, day=day, cursor=cursor, at=at)


@scheduled(job="ledger.seal", place=Midnight.AFTER)
def seal_a_day(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """The day before yesterday is sealed."""
    sealing.seal(program=program, day=day - sealing.SEALED_AFTER)
    return None


@falls_due(name="ledger.open_due", earliest=opening.earliest_opening)
def open_at_instants(*, program: Program, at: datetime) -> bool:
    """Points that open in the middle of the day."""
    return opening.open_due(program=program, actor=job("opening"), at=at) == LOTS_AT_ONCE_MAX


@falls_due(name="ledger.expire_due", earliest=expiring.earliest_odd_end)
def expire_at_instants(*, program: Program, at: datetime) -> bool:
    """Points whose terms count hours end in the middle of the day."""
    return expiring.expire_due(program=program, actor=job("expiry"), at=at) == LOTS_AT_ONCE_MAX


@falls_due(name="ledger.end_holds", earliest=ending_holds.earliest_end)
def end_holds(*, program: Program, at: datetime) -> bool:
    """Holds whose time is over give back what they set aside (L-31)."""
    done = ending_holds.end_overdue(program=program, actor=job("holds"), at=at)
    return done == ending_holds.HOLDS_ENDED_AT_ONCE_MAX
