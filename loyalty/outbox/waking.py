"""Waking up: a hint to the workers, after commit. Losing it costs time, never a fact (V-15)."""

import time
from functools import cache
from typing import Final

from celery import Celery
from django.conf import settings

from loyalty.foundation import metrics

SILENCE_SECONDS: Final = 5.0  # after a failure nobody waits for the broker again for so long
SOCKET_SECONDS_MAX: Final = 0.5
DELIVER: Final = "loyalty.outbox.deliver"

_silent_until = 0.0


def wake_up() -> None:
    """Ask a worker to deliver what waits. Never raises, never waits longer than 0.5 s for the broker."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        _bell().send_task(DELIVER, retry=False, ignore_result=True)
    except Exception:  # noqa: BLE001 (whatever the broker's client raises: the sweeper will find the facts)
        metrics.WAKEUPS_FAILED.inc()
        _silent_until = time.monotonic() + SILENCE_SECONDS


def can_wake() -> bool:
    """Whether the broker answers."""
    try:
        with _bell().connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=SOCKET_SECONDS_MAX)
    except Exception:  # noqa: BLE001 (an answer is all that counts)
        return False
    return True


@cache
def _bell() -> Celery:
    """A sender of its own: the workers' connection waits as long as it likes, a request's must not."""
    bell = Celery("wafa-bell", broker=settings.CELERY_BROKER_URL, set_as_current=False)
    bell.conf.update(
        task_ignore_result=True,
        broker_connection_retry=False,
        broker_connection_timeout=SOCKET_SECONDS_MAX,
        broker_transport_options={
            "socket_timeout": SOCKET_SECONDS_MAX,
            "socket_connect_timeout": SOCKET_SECONDS_MAX,
            "max_retries": 0,
        },
    )
    return bell
