"""Tasks of this room: what nobody names goes. A name, a bound, and no rule."""

from datetime import datetime

from loyalty.foundation.ids import Id
from loyalty.outbox.scheduling import scheduled_for_service
from loyalty.pictures.keeping import forget_unnamed


@scheduled_for_service(job="pictures.forget")
def forget(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Pictures that no definition has named for thirty days."""
    after = forget_unnamed(after=Id(cursor) if cursor else None, at=at)
    return str(after) if after else None
