"""Tasks of joining: what is over is erased."""

from datetime import datetime

import portal.joining.mailing
from loyalty.outbox.scheduling import each_tick
from portal.joining import forgetting


@each_tick(name="portal.applications")
def forget_applications(*, at: datetime) -> int:
    """A tick comes every fifteen seconds; nothing of a person stays longer than that."""
    return forgetting.forget(at=at)
