"""Tasks of this room: what midnights and instants set going. A name, a bound, and no rule."""

from datetime import date, datetime

from loyalty.outbox.scheduling import Midnight, scheduled
from loyalty.programs.models import Program
from loyalty.rewards.giving.automatic import redeem_automatically


@scheduled(job="rewards.automatic", missed="latest", place=Midnight.REDEEMING)
def redeem_at_night(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Automatic redemptions, after points have opened and before tiers are reviewed."""
    return redeem_automatically(program=program, cursor=cursor, at=at)
