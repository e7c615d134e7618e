"""Tasks of this room: deadlines of streaks. A name, and no rule."""

from datetime import datetime

from gamification.streaks.keeping.following import earliest_deadline, settle_due
from loyalty.outbox.scheduling import falls_due
from loyalty.programs.tenants import Program


@falls_due(name="streaks.settle", earliest=earliest_deadline)
def settle_streaks(*, program: Program, at: datetime) -> bool:
    """Periods that ended without anything done: frozen, or lost."""
    return settle_due(program=program, at=at)
