"""Waking up: a hint to the workers, after commit. Losing it costs time, never a fact (V-15)."""

import time
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

from loyalty.foundation import metrics

SILENCE_SECONDS: Final = 5.0  # after a failure nobody waits for the broker again for so long
DELIVER: Final = "loyalty.outbox.deliver"

_silent_until = 0.0


def wake_up() -> None:
    """Ask a worker to deliver what waits. Never raises, never waits longer than 0.5 s for the broker."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        _broker().send_task(DELIVER, retry=False, ignore_result=True)
    except Exception:  # noqa: BLE001 (whatever the broker's client raises: the sweeper will find the facts)
        metrics.WAKEUPS_FAILED.inc()
        _silent_until = time.monotonic() + SILENCE_SECONDS


def can_wake() -> bool:
    """Whether the broker answers."""
    try:
        with _broker().connection_for_write() as connection:
            connection.default_channel.client.ping()
    except Exception:  # noqa: BLE001 (an answer is all that counts)
        return False
    return True


@cache
def _broker() -> Any:
    """The one that the settings name. Celery's "current" one differs from thread to thread."""
    return import_string(settings.JOBS_APP)
