"""Tasks of entry: what has ended is forgotten."""

from datetime import datetime

from loyalty.outbox.scheduling import scheduled_for_service
from portal.entry import staying


@scheduled_for_service(job="portal.prune", every="hour")
def forget_sessions(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Sessions and tickets go a day after their end."""
    staying.prune.step(at=at)
    return None
