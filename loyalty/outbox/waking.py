"""Waking up: a hint to the workers, after commit. Losing it costs time, never a fact (V-15)."""

import time
from contextlib import suppress
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

from loyalty.foundation import metrics

SILENCE_SECONDS: Final = 5.0  # after a failure nobody waits for the broker again for so long
DELIVER: Final = "loyalty.outbox.deliver"
RUNG: Final = "wafa:rung"  # somebody has rung, and nobody has begun to look yet
RUNG_SECONDS_MAX: Final = 10  # a wake-up that was lost must not keep others from ringing for long
TASK_SECONDS_MAX: Final = 60  # after that the sweeper has been there: old wake-ups need not pile up

_silent_until = 0.0


def wake_up() -> None:
    """Ask a worker to deliver what waits. Never raises, never waits longer than 0.5 s for the broker."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        _ring()
    except Exception:  # noqa: BLE001 (whatever the broker's client raises: the sweeper will find the facts)
        metrics.WAKEUPS_FAILED.inc()
        _silent_until = time.monotonic() + SILENCE_SECONDS


def begin_to_look() -> None:
    """Called by whoever was woken, before looking: what is committed from now on is worth another wake-up."""
    with suppress(Exception), _broker().producer_or_acquire() as producer:
        producer.channel.client.delete(RUNG)


def can_wake() -> bool:
    """Whether the broker answers."""
    try:
        with _broker().connection_for_write() as connection:
            connection.default_channel.client.ping()
    except Exception:  # noqa: BLE001 (an answer is all that counts)
        return False
    return True


def _ring() -> None:
    """Send the wake-up, unless one is on its way already: it will find our facts, which are committed."""
    broker = _broker()
    with broker.producer_or_acquire() as producer:
        if producer.channel.client.set(RUNG, 1, nx=True, ex=RUNG_SECONDS_MAX):
            broker.send_task(
                DELIVER,
                producer=producer,
                retry=False,
                ignore_result=True,
                expires=TASK_SECONDS_MAX,
            )


@cache
def _broker() -> Any:
    """The one that the settings name. Celery's "current" one differs from thread to thread."""
    return import_string(settings.JOBS_APP)
