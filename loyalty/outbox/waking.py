"""Waking up: a hint to the workers, after commit. Losing it costs time, never a fact (V-15)."""

import time
from typing import Final

from celery import current_app

from loyalty.foundation import metrics

SILENCE_SECONDS: Final = 5.0  # after a failure nobody waits for the broker again for so long
DELIVER: Final = "loyalty.outbox.deliver"

_silent_until = 0.0


def wake_up() -> None:
    """Ask a worker to deliver what waits. Never raises, never takes longer than the broker's 0.5 s limit."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task(DELIVER, retry=False, ignore_result=True)
    except Exception:  # noqa: BLE001 (whatever the broker's client raises: the sweeper will find the facts)
        metrics.WAKEUPS_FAILED.inc()
        _silent_until = time.monotonic() + SILENCE_SECONDS
