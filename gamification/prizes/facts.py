"""What becomes of prizes. Ids and plain values only."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PrizeFact(Fact):
    """What all facts about a prize say."""

    grant_id: Id
    game: str
    definition_id: Id
    version_id: Id
    occasion: str
    item: str
    kind: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class PrizeGiven(PrizeFact):
    """A prize was given; `again`: after it had been taken back, so much of it."""

    name: ClassVar[str] = "prize.given"
    again: int = 0


@dataclass(frozen=True, kw_only=True)
class PrizeCapped(PrizeFact):
    """A prize was earned and not given, for this reason."""

    name: ClassVar[str] = "prize.capped"
    reason: str


@dataclass(frozen=True, kw_only=True)
class PrizeReversed(PrizeFact):
    """What earned a prize is no more; so much of it came back."""

    name: ClassVar[str] = "prize.reversed"
    recovered: int
