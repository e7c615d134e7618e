"""Tasks of letters: what waits is sent, what is over is forgotten."""

from datetime import datetime

from loyalty.outbox.scheduling import each_tick, scheduled_for_service
from portal.letters import forgetting, sending


@each_tick(name="portal.letters")
def send_letters(*, at: datetime) -> int:
    """A person waits for each of them; a tick comes every fifteen seconds."""
    return sending.send_waiting(at=at)


@scheduled_for_service(job="portal.letters.prune", every="hour")
def forget_letters(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Letters go a day after their end."""
    forgetting.forget.step(at=at)
    return None
