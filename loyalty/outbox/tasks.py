"""Tasks of the outbox."""

import time
from typing import Final

from celery import shared_task
from django.utils import timezone

from loyalty.outbox.delivering import deliver_due
from loyalty.outbox.waking import DELIVER, begin_to_look, wake_up

SECONDS_MAX: Final = 20.0  # then others have the thread, and another wake-up goes on


@shared_task(name=DELIVER, acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def deliver_waiting_facts(**_future: object) -> None:
    """Deliver what is due, a batch a transaction. A lost or doubled call costs time, not points."""
    begin_to_look()
    give_up_at = time.monotonic() + SECONDS_MAX
    while deliver_due(at=timezone.now()):
        if time.monotonic() > give_up_at:
            wake_up()
            return
