"""Facts of the events room: our ids and the type, never a source id, an order id or data (S-56)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EventRecorded(Fact):
    """An event was taken in. Its body is read by id, many in one query."""

    name: ClassVar[str] = "event.recorded"
    event_id: Id
    type: str
    occurred_at: datetime
    recorded_at: datetime
    order_id: Id | None = None
    imported: bool = False  # told by an import, perhaps long after it happened


@dataclass(frozen=True, kw_only=True)
class EventVoided(Fact):
    """Staff took an event back; what it brought is settled to zero."""

    name: ClassVar[str] = "event.voided"
    event_id: Id
    type: str
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderSettled(Fact):
    """A return or cancellation was settled: what counts of the order before and after, in programme currency."""

    name: ClassVar[str] = "order.settled"
    order_id: Id
    event_id: Id
    basis_before: int
    basis_after: int
    is_whole: bool
