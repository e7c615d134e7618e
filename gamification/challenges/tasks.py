"""Tasks of this room. A name, and no rule."""

from datetime import datetime

from gamification.challenges.attempts.closing import close_due, earliest_closing
from loyalty.outbox.scheduling import falls_due
from loyalty.programs.tenants import Program


@falls_due(name="challenges.close", earliest=earliest_closing)
def close(*, program: Program, at: datetime) -> bool:
    """Windows close."""
    return close_due(program=program, at=at)
