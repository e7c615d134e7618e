"""Shapes of what the doors of checkout tell; what a question looks like stands in `shapes.py`."""

from rest_framework import serializers

from loyalty.foundation.serializers import MoneyOut, Out


class QuotedLineOut(Out):
    """One line as it is to be told once the order is paid, vouchers taken off."""

    line_id = serializers.CharField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField()
    tax = serializers.IntegerField(required=False)
    categories = serializers.ListField(child=serializers.CharField(), required=False)
    gift_card = serializers.BooleanField(required=False)


class QuotedOrderOut(Out):
    """The amounts of the order as they are to be told once it is paid: vouchers are taken off, points are not."""

    currency = serializers.CharField()
    total = serializers.IntegerField()
    tax = serializers.IntegerField()
    shipping = serializers.IntegerField()
    fees = serializers.IntegerField()
    discount = serializers.IntegerField()
    lines = QuotedLineOut(many=True, required=False)


class LineDiscountOut(Out):
    line_id = serializers.CharField()
    amount = serializers.IntegerField(help_text="Minor units taken off this line.")


class VoucherDiscountOut(Out):
    """What one voucher takes off."""

    voucher = serializers.CharField()
    kind = serializers.CharField()
    amount = serializers.IntegerField()
    shipping = serializers.IntegerField()
    lines = LineDiscountOut(many=True)


class DiscountsOut(Out):
    """What all vouchers take off: in all, per line, and of the shipping."""

    amount = MoneyOut()
    shipping = serializers.IntegerField()
    lines = LineDiscountOut(many=True)
    vouchers = VoucherDiscountOut(many=True)


class TrimOut(Out):
    """Why fewer points may be used than were asked for."""

    code = serializers.ChoiceField(choices=["available", "share", "block", "minimum"])
    limit = serializers.IntegerField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    sentence = serializers.CharField()


class PayTermsOut(Out):
    """So many points pay so much money, in minor units of the programme's currency."""

    points_per_block = serializers.IntegerField()
    money_per_block = serializers.IntegerField()
    min_points = serializers.IntegerField()
    max_share = serializers.CharField()


class PayOut(Out):
    """What points may pay of the order. Nothing is reserved: a hold sets points aside."""

    currency = serializers.CharField()
    available = serializers.IntegerField()
    most = serializers.IntegerField(help_text="The most points that may be used.")
    most_value = MoneyOut()
    held_by = serializers.ListField(
        child=serializers.CharField(), help_text="What keeps `most` below what is available."
    )
    wanted = serializers.IntegerField(allow_null=True)
    use = serializers.IntegerField(help_text="What of `use_points` may be used.")
    value = MoneyOut()
    trims = TrimOut(many=True)
    terms = PayTermsOut()


class QuotedPointsOut(Out):
    """Points that one rule would give, and when they open and end."""

    currency = serializers.CharField()
    points = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["available", "pending"])
    available_at = serializers.CharField(allow_null=True)
    expires_at = serializers.CharField(allow_null=True)
    rule = serializers.CharField()
    explanation = serializers.JSONField()


class QuotedTierOut(Out):
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class EarnsOut(Out):
    """What the order would bring, paid like this, and why."""

    points = QuotedPointsOut(many=True)
    tier = QuotedTierOut()
    why_nothing = serializers.CharField(required=False)
    explanation = serializers.JSONField()


class QuoteTierOut(Out):
    slug = serializers.CharField()
    name = serializers.CharField()


class FreeShippingOut(Out):
    """Whether the tier makes the shipping of this order free; the shop applies it."""

    applies = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of Python."""
        least = serializers.IntegerField(help_text="Least goods, in the programme's currency.")
        return {"from": least, **super().get_fields()}


class PerkOut(Out):
    slug = serializers.CharField()
    text = serializers.CharField()


class BenefitsOut(Out):
    """What the member's tier brings to this order."""

    tier = QuoteTierOut()
    multiplier = serializers.CharField()
    free_shipping = FreeShippingOut(allow_null=True)
    perks = PerkOut(many=True)


class QuoteRefusalOut(Out):
    """Something that was asked for and cannot be had."""

    code = serializers.CharField()
    pointer = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField(), required=False)
    sentence = serializers.CharField()


class QuoteUseOut(Out):
    """An order that named the quote."""

    event = serializers.CharField()
    used = serializers.BooleanField()
    why_not = serializers.CharField(allow_null=True)


class QuoteOut(Out):
    """What an order would bring and what may pay for it; clock, rules and prices are frozen until `expires_at`."""

    id = serializers.CharField()
    member = serializers.CharField()
    status = serializers.ChoiceField(choices=["open", "expired"])
    as_of = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    order = QuotedOrderOut()
    discounts = DiscountsOut()
    pay_with_points = PayOut(allow_null=True)
    to_pay = MoneyOut(help_text="The total less what the points used would pay.")
    earns = EarnsOut()
    benefits = BenefitsOut(allow_null=True)
    refusals = QuoteRefusalOut(many=True)
    orders = QuoteUseOut(many=True)
