"""Tasks of this room: instants that referrals name. A name, and no rule."""

from datetime import datetime

from loyalty.outbox.scheduling import falls_due
from loyalty.programs.tenants import Program
from referrals.qualification.releasing import (
    earliest_expiry,
    earliest_release,
    expire_due,
    release_due,
)


@falls_due(name="referrals.release", earliest=earliest_release)
def release(*, program: Program, at: datetime) -> bool:
    """Holds that are over."""
    return release_due.step(program=program, at=at)


@falls_due(name="referrals.expire", earliest=earliest_expiry)
def expire(*, program: Program, at: datetime) -> bool:
    """Windows that are over."""
    return expire_due.step(program=program, at=at)
