"""What this room announces. Ids and plain values only."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class StampGiven(Fact):
    """Stamps were added to a card; `total` is the running total after them."""

    name: ClassVar[str] = "stamp.given"
    card_id: Id
    version_id: Id
    stamp_id: Id
    kind: str
    quantity: int
    total: int


@dataclass(frozen=True, kw_only=True)
class StampUndone(Fact):
    """Stamps were taken from a card: undone, returned or expired."""

    name: ClassVar[str] = "stamp.undone"
    card_id: Id
    version_id: Id
    stamp_id: Id
    kind: str
    quantity: int
    total: int


@dataclass(frozen=True, kw_only=True)
class CardPositionReached(Fact):
    """A position of a card was reached; `occasion` is the card's number and the position."""

    name: ClassVar[str] = "card.position_reached"
    card_id: Id
    version_id: Id
    occasion: str
    is_silent: bool = False
