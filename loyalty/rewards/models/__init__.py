"""Tables of the rewards room."""

from loyalty.rewards.models.redemptions import Redemption
from loyalty.rewards.models.rewards import (
    Reward,
    RewardPeriod,
    RewardPrice,
    RewardRevision,
    RewardStock,
)

__all__ = [
    "Redemption",
    "Reward",
    "RewardPeriod",
    "RewardPrice",
    "RewardRevision",
    "RewardStock",
]
