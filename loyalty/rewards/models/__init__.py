"""Tables of the rewards room."""

from loyalty.rewards.models.automatic import AutomaticRun
from loyalty.rewards.models.codes import PoolCode, VoucherBatch
from loyalty.rewards.models.gift_cards import CardHold, GiftCard
from loyalty.rewards.models.guesses import GuessGuard, GuessHour
from loyalty.rewards.models.redemptions import Redemption
from loyalty.rewards.models.rewards import (
    Reward,
    RewardPeriod,
    RewardPrice,
    RewardRevision,
    RewardStock,
)
from loyalty.rewards.models.vouchers import Voucher, VoucherUse

__all__ = [
    "AutomaticRun",
    "CardHold",
    "GiftCard",
    "GuessGuard",
    "GuessHour",
    "PoolCode",
    "Redemption",
    "Reward",
    "RewardPeriod",
    "RewardPrice",
    "RewardRevision",
    "RewardStock",
    "Voucher",
    "VoucherBatch",
    "VoucherUse",
]
