"""Tables of leaderboards."""

from gamification.leaderboards.models.boards import BoardNote, BoardPeriod
from gamification.leaderboards.models.rulings import BoardRuling
from gamification.leaderboards.models.scores import (
    BoardBucket,
    BoardDelta,
    BoardScore,
    BoardStep,
)
from gamification.leaderboards.models.visibility import Visibility

__all__ = [
    "BoardBucket",
    "BoardDelta",
    "BoardNote",
    "BoardPeriod",
    "BoardRuling",
    "BoardScore",
    "BoardStep",
    "Visibility",
]
