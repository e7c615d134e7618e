"""Discounting: what vouchers take off a basket, line by line (W-38, W-39). Pure: no query, no clock, no chance.

Each voucher is one whole sum, rounded down to the minor unit, and spread over the lines that it picks by largest
remainder, ties by position. Free products come first, then percents, amounts and shipping, each on what is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.foundation.spreading import spread
from loyalty.rewards.kinds import DISCOUNTS, RewardKind
from loyalty.rewards.vouchers.baskets import (
    Basket,
    Coupon,
    Misfit,
    Unfit,
    capped,
    goods_of,
    picked_by,
    sum_in,
    sum_of,
)

TOGETHER_MAX: Final = 5  # more vouchers for one order than anybody carries
_EFFECT: Final = (
    RewardKind.FREE_PRODUCT,
    RewardKind.PERCENT_OFF,
    RewardKind.AMOUNT_OFF,
    RewardKind.FREE_SHIPPING,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Discount:
    """What one voucher takes off: per line in the basket's order, and of the shipping."""

    coupon: Coupon
    lines: tuple[int, ...]
    shipping: int = 0

    @property
    def amount(self) -> int:
        return sum(self.lines) + self.shipping


@dataclass(slots=True)
class Discounted:
    """What came of it: discounts in order of effect, who did not fit and why, and what is left to pay for."""

    lines: list[int]
    shipping: int
    discounts: list[Discount] = field(default_factory=list)
    misfits: dict[Id, Misfit] = field(default_factory=dict)


def discount(basket: Basket, coupons: Sequence[Coupon], *, currency: str) -> Discounted:
    """Take these vouchers off the basket; `currency` is the programme's, in which bare numbers of terms count."""
    amounts = [line.amount for line in basket.lines]
    less = spread(min(basket.discount, sum(amounts)), amounts)
    told = Discounted(
        lines=[amount - off for amount, off in zip(amounts, less, strict=True)],
        shipping=basket.shipping,
    )
    goods = goods_of(basket, told.lines)
    fitting = _together(coupons, told)
    for coupon in sorted(fitting, key=lambda each: _EFFECT.index(each.kind)):
        try:
            _demand_least(basket, coupon, goods=goods, currency=currency)
            taken = _TAKERS[coupon.kind](basket, coupon, told, currency)
        except Unfit as unfit:
            told.misfits[coupon.id] = unfit.why
            continue
        told.discounts.append(taken)
        told.lines = [left - off for left, off in zip(told.lines, taken.lines, strict=True)]
        told.shipping -= taken.shipping
    return told


def _together(coupons: Sequence[Coupon], told: Discounted) -> list[Coupon]:
    """Those that may be used together: one alone, or up to five that all may be combined (W-38)."""
    kept: list[Coupon] = []
    for coupon in coupons:
        if coupon.kind not in DISCOUNTS:
            continue
        alone = not kept
        if alone or (
            coupon.is_combinable
            and all(each.is_combinable for each in kept)
            and len(kept) < TOGETHER_MAX
        ):
            kept.append(coupon)
        else:
            told.misfits[coupon.id] = Misfit.NOT_COMBINABLE
    return kept


def _demand_least(basket: Basket, coupon: Coupon, *, goods: int, currency: str) -> None:
    """The least order counts the goods before any voucher; gift cards bought are no goods."""
    if "from" in coupon.terms and goods < sum_of(coupon, "from", basket=basket, currency=currency):
        raise Unfit(Misfit.BELOW_FROM)


def _take_products(basket: Basket, coupon: Coupon, told: Discounted, currency: str) -> Discount:
    """So many pieces of these articles, the dearest first."""
    wanted = set(coupon.terms["skus"])
    pieces = [
        (Fraction(told.lines[place], line.quantity), place)
        for place, line in enumerate(basket.lines)
        if line.sku in wanted and not line.is_gift_card and told.lines[place] > 0
    ]
    # The same proportions as whole numbers, so that spreading stays exact.
    scale = lcm(*(price.denominator for price, _place in pieces))
    left = coupon.terms.get("quantity", 1)
    worth, weights = Fraction(0), [0] * len(basket.lines)
    for price, place in sorted(pieces, key=lambda each: (-each[0], each[1])):
        taken = min(left, basket.lines[place].quantity)
        left -= taken
        worth += price * taken
        weights[place] = int(price * taken * scale)
    return _taken(
        basket,
        coupon,
        capped(int(worth), coupon, "max_value", basket=basket, currency=currency),
        weights,
    )


def _take_percent(basket: Basket, coupon: Coupon, told: Discounted, currency: str) -> Discount:
    weights = picked_by(basket, coupon, told.lines)
    share = Fraction(Decimal(coupon.terms["percent"])) / 100
    whole = int(sum(weights) * share)
    return _taken(
        basket,
        coupon,
        capped(whole, coupon, "max_discount", basket=basket, currency=currency),
        weights,
    )


def _take_amount(basket: Basket, coupon: Coupon, told: Discounted, currency: str) -> Discount:
    weights = picked_by(basket, coupon, told.lines)
    whole = min(sum(weights), sum_in(basket.currency, coupon.terms["money"], bare=currency))
    return _taken(basket, coupon, whole, weights)


def _take_shipping(basket: Basket, coupon: Coupon, told: Discounted, currency: str) -> Discount:
    whole = capped(told.shipping, coupon, "max_value", basket=basket, currency=currency)
    if not whole:
        raise Unfit(Misfit.NO_LINES_MATCH)
    return Discount(coupon=coupon, lines=(0,) * len(basket.lines), shipping=whole)


_TAKERS: Final[dict[RewardKind, Callable[[Basket, Coupon, Discounted, str], Discount]]] = {
    RewardKind.FREE_PRODUCT: _take_products,
    RewardKind.PERCENT_OFF: _take_percent,
    RewardKind.AMOUNT_OFF: _take_amount,
    RewardKind.FREE_SHIPPING: _take_shipping,
}


def _taken(basket: Basket, coupon: Coupon, whole: int, weights: Sequence[int]) -> Discount:
    if not any(weights):
        raise Unfit(Misfit.NO_LINES_MATCH)
    return Discount(coupon=coupon, lines=tuple(spread(whole, weights)))
