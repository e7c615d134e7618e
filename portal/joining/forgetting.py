"""Forgetting: what nobody pressed a button for goes as soon as its time is over (S-54)."""

from datetime import datetime

from loyalty.foundation.units import unit_of_work
from portal.joining.models import Application


@unit_of_work
def forget(*, at: datetime) -> int:
    """Erase applications that are over; answers how many."""
    return Application.objects.filter(ends_at__lte=at).delete()[0]
