"""Shapes of what doors take and tell about gift cards and batches."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from loyalty.foundation.serializers import In, Instant, MoneyIn, Out
from loyalty.ledger.kinds import POINTS_PER_MOVEMENT_MAX
from loyalty.programs.calendar import Period
from loyalty.rewards.api.voucher_shapes import VoucherSumOut
from loyalty.rewards.voucher_kinds import CODES_PER_BATCH_MAX, BatchState, PaidWith


class CardValueIn(MoneyIn):
    """What the card is worth, in whole minor units."""

    amount = serializers.IntegerField(
        min_value=1,
        max_value=POINTS_PER_MOVEMENT_MAX,
        help_text="Whole minor units, such as cents.",
    )


class GiftCardIn(In):
    """A gift card that was sold; `reference` makes the sale count once, for ever."""

    value = CardValueIn()
    reference = serializers.CharField(max_length=200)
    member = serializers.CharField(max_length=250, required=False)
    order_id = serializers.CharField(max_length=200, required=False)
    line_id = serializers.CharField(max_length=60, required=False)
    valid_for = serializers.CharField(
        max_length=20, required=False, help_text="Whole days, as ISO 8601; no end if not told."
    )

    def validate_valid_for(self, told: str) -> str:
        try:
            period = Period.read(told)
        except ValueError:
            period = Period()
        if period.seconds or not (period.months or period.days):
            raise serializers.ValidationError(
                _("Whole days, such as P36M."), code="duration_invalid"
            )
        return told

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "line_id" in attrs and "order_id" not in attrs:
            message = _("A line belongs to an order.")
            raise serializers.ValidationError({"order_id": message}, code="required")
        return attrs


class GiftCardOut(Out):
    """A gift card; code and PIN are told to whoever sold it, and nowhere else."""

    id = serializers.CharField()
    status = serializers.CharField()
    value = VoucherSumOut()
    remaining = VoucherSumOut()
    held = VoucherSumOut()
    paid_with = serializers.ChoiceField(choices=PaidWith.values)
    member = serializers.CharField(allow_null=True)
    last_four = serializers.CharField()
    issued_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)


class SoldCardOut(GiftCardOut):
    code = serializers.CharField(help_text="Empty once no sealed copy is left.")
    pin = serializers.CharField(allow_null=True)


class VoucherBatchIn(In):
    """Many vouchers of one reward at once, for print or a partner: bearer vouchers, good for whoever holds the code."""

    reward = serializers.CharField(max_length=50, help_text="`rwd_…` or its slug.")
    count = serializers.IntegerField(min_value=1, max_value=CODES_PER_BATCH_MAX)
    name = serializers.CharField(max_length=100, required=False)
    starts_at = Instant(required=False)
    ends_at = Instant(required=False)


class VoucherBatchOut(Out):
    """A batch and how far it is. Its codes are fetched once, by whoever asked for it, until `fetch_until`."""

    id = serializers.CharField()
    reward = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=BatchState.values)
    count = serializers.IntegerField()
    made = serializers.IntegerField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    asked_at = serializers.DateTimeField()
    made_at = serializers.DateTimeField(allow_null=True)
    fetched_at = serializers.DateTimeField(allow_null=True)
    fetch_until = serializers.DateTimeField(allow_null=True)
