"""Sweeping: a loop in every worker's parent process that needs PostgreSQL only (V-16, V-26).

With the broker and the metronome both dead it does what they would have done, at most 90 s later.
"""

import os
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connections
from django.utils import timezone

from loyalty.foundation import metrics
from loyalty.jobs import pulses
from loyalty.jobs.ticking import tick
from loyalty.outbox.delivering import deliver_overdue
from loyalty.outbox.putting_off import place_of
from loyalty.outbox.waking import can_wake, wake_up

EVERY_SECONDS: Final = 30.0
JITTER: Final = 0.2
OVERDUE_AFTER: Final = timedelta(seconds=60)
QUIET_SECONDS: Final = 60.0  # nothing from the broker for so long: ask it for a task ourselves
DEAF_SECONDS: Final = 180.0  # and still nothing: this worker has lost its ear
EXIT_DEAF: Final = 70

log = structlog.get_logger(__name__)


def sweep(*, at: datetime) -> int:
    """Do what is overdue by a minute: ticks, and facts that nobody was woken for; answers how much."""
    pulses.beat(at=at)
    swept = 0
    last = pulses.last_tick()
    if last is None or at - last >= OVERDUE_AFTER:
        metrics.SWEPT.labels(kind="tick").inc()
        swept += tick()
    if delivered := deliver_overdue(at=at, by=OVERDUE_AFTER):
        metrics.SWEPT.labels(kind="fact").inc(delivered)
        swept += delivered
    return swept


class Sweeper(threading.Thread):
    """The loop. `heard` is called for each task that the broker hands to this process."""

    def __init__(self, *, leave: Callable[[int], None] = os._exit) -> None:
        super().__init__(name="wafa-sweeper", daemon=True)
        self._leave = leave
        self._over = threading.Event()
        self._heard_at = time.monotonic()

    def heard(self) -> None:
        """The broker reached us."""
        self._heard_at = time.monotonic()

    def stop(self) -> None:
        """End the loop; a sweep under way is let finish."""
        self._over.set()

    def run(self) -> None:
        """Sweep, rest, sweep. A sweep that fails is logged, and the next one tries again."""
        while not self._over.wait(EVERY_SECONDS * random.uniform(1 - JITTER, 1 + JITTER)):  # noqa: S311
            try:
                sweep(at=timezone.now())
                self.check_ear(silence=time.monotonic() - self._heard_at)
            except Exception as error:  # noqa: BLE001 (the loop outlives whatever is wrong with the database)
                log.error("sweep failed", error=place_of(error))
            finally:
                connections.close_all()

    def check_ear(self, *, silence: float) -> None:
        """After a sweep, so that the database answers: leave if the broker answers and yet no task arrives."""
        if silence < QUIET_SECONDS or not can_wake():
            return
        wake_up()
        if silence >= DEAF_SECONDS:
            log.error("worker heard nothing from a broker that answers", silence=round(silence))
            self._leave(EXIT_DEAF)
