"""The programme's clock: real time, or the own clock of a test programme (V-25).

Doors ask it and hand the instant down; rules never ask.
"""

from datetime import datetime
from typing import Protocol

from django.utils import timezone


class HasClock(Protocol):
    test_now: datetime | None


def now_of(program: HasClock) -> datetime:
    """Now, as this programme sees it."""
    return program.test_now or timezone.now()
