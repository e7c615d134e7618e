"""Pulses: which workers are alive, when the last tick was, and whether the broker still reaches them (V-26)."""

import os
import socket
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from loyalty.jobs.models import Pulse

FORGOTTEN_AFTER: Final = timedelta(days=1)


def worker_name() -> str:
    """This process: host and number."""
    return f"{socket.gethostname()}:{os.getpid()}"[:120]


def beat(*, at: datetime, ticked: bool = False, got_a_task: bool = False) -> None:
    """Show that this worker is alive, and what it has just done."""
    told = {"beat_at": at}
    if ticked:
        told["tick_at"] = at
    if got_a_task:
        told["task_at"] = at
    Pulse.objects.update_or_create(
        worker=worker_name(), defaults=told, create_defaults={**told, "started_at": at}
    )


def last_beat() -> datetime | None:
    """When any worker last showed that it is alive."""
    latest: datetime | None = Pulse.objects.aggregate(latest=Max("beat_at"))["latest"]
    return latest


def last_tick() -> datetime | None:
    """When any process last ticked."""
    latest: datetime | None = Pulse.objects.aggregate(latest=Max("tick_at"))["latest"]
    return latest


def forget_the_dead(*, at: datetime) -> None:
    """Drop pulses of processes that are long gone."""
    Pulse.objects.filter(beat_at__lt=at - FORGOTTEN_AFTER).delete()
