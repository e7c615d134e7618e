"""Shapes of rewards and redemptions: what callers send, and what they are told."""

from typing import Final

from rest_framework import serializers

from loyalty.foundation.serializers import In, Out
from loyalty.pictures.serializers import Images
from loyalty.rewards.kinds import Fulfilment, Origin, RedemptionState, RewardKind, RewardState
from loyalty.rewards.models.redemptions import QUANTITY_MAX

POINTS_MAX: Final = 10**12
TEXT_LENGTH_MAX: Final = 100
NOTE_LENGTH_MAX: Final = 500


class MyRedemptionIn(In):
    """Which reward for oneself; `expected_points` is the price that was shown, of all pieces together."""

    reward = serializers.CharField(max_length=60)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX, default=1)
    currency = serializers.SlugField(max_length=50, required=False)
    expected_points = serializers.IntegerField(min_value=1, max_value=POINTS_MAX, required=False)


class RedemptionIn(MyRedemptionIn):
    """Which reward for whom; `expected_points` is the price that the member was shown, of all pieces together."""

    member = serializers.CharField(max_length=210)


class GiftIn(In):
    """A gift by hand: what, why, and a note that says it in words."""

    reward = serializers.CharField(max_length=60)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX, default=1)
    reason = serializers.CharField(max_length=TEXT_LENGTH_MAX)
    note = serializers.CharField(max_length=NOTE_LENGTH_MAX)
    case = serializers.CharField(max_length=TEXT_LENGTH_MAX, required=False)


class CancelIn(In):
    """Why, if there is something to say."""

    reason = serializers.CharField(max_length=60, required=False)


class PriceOut(Out):
    """What a piece costs in one point currency, for one tier or for everybody."""

    currency = serializers.CharField()
    points = serializers.IntegerField()


class TierPriceOut(PriceOut):
    """A price of the catalogue."""

    tier = serializers.CharField(allow_null=True)


class StockOut(Out):
    """Pieces in all, and what is left."""

    total = serializers.IntegerField()
    left = serializers.IntegerField()


class WhyNotOut(Out):
    """One reason why a member cannot have a reward now, in the reader's language."""

    code = serializers.CharField()
    sentence = serializers.CharField()
    values = serializers.DictField()


class RewardOut(Out):
    """A reward of the catalogue. The last five are there when a member is named."""

    id = serializers.CharField()
    slug = serializers.CharField()
    state = serializers.ChoiceField(choices=RewardState.values)
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=RewardKind.values)
    name = serializers.CharField()
    names = serializers.DictField()
    text = serializers.DictField()
    small_print = serializers.DictField()
    image = Images(help_text="An address per language; where a language lacks one, take another.")
    terms = serializers.DictField()
    prices = TierPriceOut(many=True)
    stock = StockOut(allow_null=True)
    fulfilment = serializers.ChoiceField(choices=Fulfilment.values)
    valid_for = serializers.CharField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    rules = serializers.DictField()
    price = PriceOut(allow_null=True, required=False)
    affordable = serializers.BooleanField(required=False)
    missing = serializers.IntegerField(allow_null=True, required=False)
    reasons_not = serializers.ListField(child=serializers.CharField(), required=False)
    why_not = WhyNotOut(many=True, required=False)


class RewardsOut(Out):
    """The catalogue; a programme has a handful of rewards, so it comes in one piece."""

    data = RewardOut(many=True)  # type: ignore[assignment]


class RedeemedRewardOut(Out):
    """Which reward, in the version by which it was handed out."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=RewardKind.values)
    version = serializers.IntegerField()


class HeldVoucherOut(Out):
    """A voucher as its holder sees it; `code` is null where it is not shown, or forgotten after its end."""

    id = serializers.CharField()
    number = serializers.IntegerField()
    code = serializers.CharField(allow_null=True)
    last_four = serializers.CharField()
    pin = serializers.CharField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class PointsBackOut(Out):
    """Points that came back: to be spent again, or to lots that had ended."""

    available = serializers.IntegerField()
    already_expired = serializers.IntegerField()


class RedemptionOut(Out):
    """One member got one reward, for points or as a gift."""

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=RedemptionState.values)
    member = serializers.CharField()
    reward = RedeemedRewardOut()
    quantity = serializers.IntegerField()
    points = serializers.IntegerField()
    currency = serializers.CharField(allow_null=True)
    origin = serializers.ChoiceField(choices=Origin.values)
    redeemed_at = serializers.DateTimeField()
    waits_to_be_handed_over = serializers.BooleanField()
    member_may_cancel_until = serializers.DateTimeField(allow_null=True)
    voucher = HeldVoucherOut(allow_null=True)
    vouchers = HeldVoucherOut(many=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    given_back = PointsBackOut(allow_null=True)


class MyRedemptionOut(RedemptionOut):
    """What one has taken or was given oneself."""
