"""What the room announces. Ids and plain values only (S-56)."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class LeaderboardClosed(Fact):
    """A period of a board is final: its scores do not change any more. `members` were shown with a score."""

    name: ClassVar[str] = "leaderboard.closed"
    leaderboard_id: Id
    slug: str
    version: int
    occasion: str
    period_id: Id
    members: int
