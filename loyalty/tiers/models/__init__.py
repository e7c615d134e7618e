"""Tables of the tiers room."""

from loyalty.tiers.models.ladders import Ladder, LadderRevision, Tier
from loyalty.tiers.models.moves import TierGift, TierGrant, TierMove
from loyalty.tiers.models.standings import Standing, TierDay

__all__ = [
    "Ladder",
    "LadderRevision",
    "Standing",
    "Tier",
    "TierDay",
    "TierGift",
    "TierGrant",
    "TierMove",
]
