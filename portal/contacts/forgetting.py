"""Forgetting: an address that was not believed goes with its end, one of before as soon as its notice has left (S-54)."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from loyalty.foundation.units import unit_of_work
from portal.contacts.models import NewAddress, Notice

SENT_FOR: Final = timedelta(minutes=5)  # a letter that a worker has in hand is marked as sent


@unit_of_work
def forget(*, at: datetime) -> int:
    """Erase addresses that nobody needs any more; answers how many."""
    is_over = Q(letter__sent_at__lt=at - SENT_FOR) | Q(letter__ends_at__lte=at)
    gone, _by_model = NewAddress.objects.filter(ends_at__lte=at).delete()
    told, _by_model = Notice.objects.filter(is_over).delete()
    return gone + told
