"""Jobs of checkout. A name, a bound, and no rule."""

from datetime import datetime

from loyalty.checkout import keeping
from loyalty.outbox.scheduling import scheduled_for_service


@scheduled_for_service(job="checkout.prune", every="hour")
def forget_quotes(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Quotes that nobody relied on go 30 days after their end, 5,000 at a time."""
    return period if keeping.prune.step(at=at) else None
