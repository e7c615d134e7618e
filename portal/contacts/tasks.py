"""Tasks of contacts: addresses that nobody needs any more are erased."""

from datetime import datetime

import portal.contacts.noticing
from loyalty.outbox.scheduling import each_tick
from portal.contacts import forgetting


@each_tick(name="portal.addresses")
def forget_addresses(*, at: datetime) -> int:
    """A tick comes every fifteen seconds; nothing of a person stays longer than it has to."""
    return forgetting.forget(at=at)
