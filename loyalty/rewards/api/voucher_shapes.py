"""Shapes of what doors take and tell about vouchers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.serializers import In, Out
from loyalty.foundation.shapes import WHOLE_MAX
from loyalty.ledger.kinds import POINTS_PER_MOVEMENT_MAX
from loyalty.programs.calendar import Period
from loyalty.rewards.codes.spelling import CODE_LENGTH_MAX
from loyalty.rewards.voucher_kinds import RESERVATION_LASTS, RESERVATION_LASTS_MAX, VoucherState
from loyalty.rewards.vouchers.baskets import Basket, BasketLine

KEY_LENGTH_MAX: Final = 64
ORDER_LENGTH_MAX: Final = 200
LINES_MAX: Final = 500
CODE: Final = "Groups, dashes, case and O, I, L are forgiven."


class AmountField(serializers.IntegerField):
    """Whole minor units that every JSON reader keeps exact."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": WHOLE_MAX, "required": False} | how)


class BasketLineIn(In):
    """One line of an order that is not paid yet; `amount` after its own discount."""

    sku = serializers.CharField(max_length=100, allow_blank=False)
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)
    amount = AmountField(required=True)
    line_id = serializers.CharField(max_length=60, required=False)
    tax = AmountField()
    categories = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=20, required=False
    )
    gift_card = serializers.BooleanField(required=False)


class BasketIn(In):
    """An order as it will be told by `order.paid`; what discounts do not need is taken and left aside."""

    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="ISO 4217, such as EUR.")
    lines = BasketLineIn(many=True, required=False, allow_empty=False)
    total = AmountField()
    tax = AmountField()
    shipping = AmountField()
    fees = AmountField()
    discount = AmountField()
    paid_with_points = AmountField()
    paid_with_gift_card = AmountField()
    order_id = serializers.CharField(max_length=ORDER_LENGTH_MAX, required=False)
    order_source = serializers.CharField(max_length=60, required=False)
    channel = serializers.CharField(max_length=20, required=False)
    store = serializers.CharField(max_length=100, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.get("lines", ())) > LINES_MAX:
            raise serializers.ValidationError({"lines": _("Too many lines.")}, code="too_many")
        if not attrs.get("lines") and "total" not in attrs:
            message = _("Tell the lines of the order, or its total.")
            raise serializers.ValidationError({"lines": message}, code="required")
        return attrs


class ShownIn(In):
    """A code that somebody shows, perhaps with whose it is and a gift card's PIN."""

    code = serializers.CharField(max_length=CODE_LENGTH_MAX, trim_whitespace=False, help_text=CODE)
    member = serializers.CharField(
        max_length=250, required=False, help_text="`mem_…` or `ext:…`; bound vouchers need it."
    )
    pin = serializers.CharField(max_length=20, required=False, trim_whitespace=False)


class ValidateIn(ShownIn):
    key = serializers.CharField(max_length=KEY_LENGTH_MAX, required=False)
    order = BasketIn(required=False)


class ReserveIn(ShownIn):
    key = serializers.CharField(max_length=KEY_LENGTH_MAX, help_text="The basket's own key.")
    order = BasketIn(required=False)
    amount = serializers.IntegerField(
        min_value=1,
        max_value=POINTS_PER_MOVEMENT_MAX,
        required=False,
        help_text="Of a gift card, in minor units of its currency; all that is left if not told.",
    )
    expires_in = serializers.CharField(
        max_length=20,
        required=False,
        help_text="ISO 8601 duration, at most PT24H; PT15M if not told.",
    )


class ReleaseIn(ShownIn):
    key = serializers.CharField(max_length=KEY_LENGTH_MAX)


class RedeemIn(ShownIn):
    key = serializers.CharField(max_length=KEY_LENGTH_MAX, required=False)
    order_id = serializers.CharField(max_length=ORDER_LENGTH_MAX)
    order = BasketIn(required=False)
    amount = serializers.IntegerField(
        min_value=1,
        max_value=POINTS_PER_MOVEMENT_MAX,
        required=False,
        help_text="Of a gift card; what the basket holds, or all that is left, if not told.",
    )


class ReinstateIn(In):
    voucher = serializers.CharField(max_length=40, help_text="`vch_…`")
    order_id = serializers.CharField(max_length=ORDER_LENGTH_MAX)


class VoucherSumOut(Out):
    amount = serializers.IntegerField(help_text="Whole minor units.")
    currency = serializers.CharField()


class VoucherLineOut(Out):
    line_id = serializers.CharField()
    amount = serializers.IntegerField()


class TakenOffOut(Out):
    """What the voucher takes off the order: the sum, its parts per line, and of the shipping."""

    amount = serializers.IntegerField()
    currency = serializers.CharField()
    lines = VoucherLineOut(many=True)
    shipping = serializers.IntegerField()


class VoucherRewardOut(Out):
    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.DictField()


class VoucherOut(Out):
    """A voucher or gift card; never its code. `value`, `remaining` and `paid_with` only of gift cards."""

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=VoucherState.values)
    kind = serializers.CharField()
    reward = VoucherRewardOut(allow_null=True)
    terms = serializers.DictField()
    bound = serializers.BooleanField()
    combinable = serializers.BooleanField()
    member = serializers.CharField(allow_null=True)
    last_four = serializers.CharField()
    issued_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    reserved_until = serializers.DateTimeField(allow_null=True)
    redeemed_at = serializers.DateTimeField(allow_null=True)
    discount = TakenOffOut(allow_null=True)
    amount = VoucherSumOut(allow_null=True, required=False)
    value = VoucherSumOut(required=False)
    remaining = VoucherSumOut(required=False)
    paid_with = serializers.CharField(required=False)


def basket_of(
    told: Mapping[str, Any] | None, *, prices_include_tax: bool
) -> tuple[Basket | None, list[str]]:
    """The order that was told, and its lines' ids; without lines, one line is worth the goods (E-11)."""
    if told is None:
        return None, []
    lines = told.get("lines") or [_goods_of(told, prices_include_tax=prices_include_tax)]
    basket = Basket(
        currency=told["currency"],
        lines=tuple(
            BasketLine(
                sku=line["sku"],
                quantity=line["quantity"],
                amount=line["amount"],
                categories=frozenset(line.get("categories", ())),
                is_gift_card=line.get("gift_card", False),
            )
            for line in lines
        ),
        shipping=told.get("shipping", 0),
        discount=told.get("discount", 0),
    )
    return basket, [line.get("line_id", str(place)) for place, line in enumerate(lines, start=1)]


def lasts_of(told: str | None) -> timedelta:
    """How long a reservation lives; raises Malformed for what is no duration of some seconds up to a day."""
    if told is None:
        return RESERVATION_LASTS
    try:
        period = Period.read(told)
    except ValueError:
        period = Period()
    lasts = timedelta(days=period.days, seconds=period.seconds)
    if period.months or not timedelta() < lasts <= RESERVATION_LASTS_MAX:
        problem = Problem(
            pointer="/expires_in", code="duration_invalid", message=_("Between PT1S and PT24H.")
        )
        raise Malformed(problems=[problem])
    return lasts


def _goods_of(told: Mapping[str, Any], *, prices_include_tax: bool) -> dict[str, Any]:
    beside = told.get("shipping", 0) + told.get("fees", 0) - told.get("discount", 0)
    taxes = 0 if prices_include_tax else told.get("tax", 0)
    return {"sku": "", "quantity": 1, "amount": max(0, told["total"] - beside - taxes)}
