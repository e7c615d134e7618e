"""Words of the room that callers need: kinds of events, what is told, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError

EVENTS_MAX: Final = 1_000  # what one unit of work takes in within its seconds (E-1)
ORDER_PAID: Final = "order.paid"
ORDER_FULFILLED: Final = "order.fulfilled"
RETURNS: Final = frozenset({"order.returned", "order.cancelled"})
# What cannot be applied before its order is there (E-67).
OF_AN_ORDER: Final = RETURNS | {ORDER_FULFILLED}
CUSTOM: Final = "custom."
OURS: Final = "wafa"  # the source of what we tell ourselves (E-7)
IMPORTED: Final = "import:"


class EventStatus(models.TextChoices):
    """Where an event stands: judged, waiting for its order, or taken back by staff."""

    RECORDED = "recorded", _("Recorded")
    WAITING = "waiting", _("Waiting")
    VOID = "void", _("Void")


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldEvent:
    """One event as somebody told it, already of the right shape. `occurred_at` is None when it was left out.

    `is_history`: it is kept and counts, and brings no points (E-88).
    """

    type: str
    member: str
    source: str
    source_id: str
    occurred_at: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""
    store: str = ""
    is_history: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one told event: kept now, kept before (`is_replay`), or refused."""

    event_id: Id | None = None
    answer: Mapping[str, Any] | None = None
    is_replay: bool = False
    refusal: DomainError | None = None
