"""Baskets: what shall be bought, and how the terms of a voucher read against it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from loyalty.foundation.ids import Id
from loyalty.rewards.kinds import RewardKind


class Misfit(StrEnum):
    """Why a good voucher does not fit an order (W-36)."""

    BELOW_FROM = "below_from"
    CURRENCY = "currency"
    NO_LINES_MATCH = "no_lines_match"
    NOT_COMBINABLE = "not_combinable"


@dataclass(frozen=True, kw_only=True, slots=True)
class BasketLine:
    """One line of a basket; `amount` in minor units, after its own discount."""

    sku: str = ""
    quantity: int = 1
    amount: int
    categories: frozenset[str] = frozenset()
    is_gift_card: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """What shall be bought: lines, shipping, and an order's discount that is not in the lines yet."""

    currency: str
    lines: tuple[BasketLine, ...]
    shipping: int = 0
    discount: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Coupon:
    """A voucher as discounting sees it. `terms` are those of its revision."""

    id: Id
    kind: RewardKind
    terms: Mapping[str, Any]
    is_combinable: bool = False


class Unfit(Exception):
    """A voucher does not fit this basket; caught by whoever tries several."""

    def __init__(self, why: Misfit) -> None:
        super().__init__(why)
        self.why = why


def picked_by(basket: Basket, coupon: Coupon, left: Sequence[int]) -> list[int]:
    """What is left of each line that the voucher picks, and 0 of the others."""
    told = coupon.terms.get("lines", {})
    include, exclude = told.get("include", {}), told.get("exclude", {})
    return [
        amount
        if not line.is_gift_card
        and not _names(line, exclude)
        and (not include or _names(line, include))
        else 0
        for line, amount in zip(basket.lines, left, strict=True)
    ]


def _names(line: BasketLine, told: Mapping[str, Sequence[str]]) -> bool:
    return line.sku in told.get("skus", ()) or bool(
        line.categories.intersection(told.get("categories", ()))
    )


def goods_of(basket: Basket, left: Sequence[int]) -> int:
    """What is left of all lines but gift cards that are bought."""
    return sum(
        amount for line, amount in zip(basket.lines, left, strict=True) if not line.is_gift_card
    )


def capped(whole: int, coupon: Coupon, name: str, *, basket: Basket, currency: str) -> int:
    """At most the sum that the terms give under this name, if they give one."""
    if name not in coupon.terms:
        return whole
    return min(whole, sum_of(coupon, name, basket=basket, currency=currency))


def sum_of(coupon: Coupon, name: str, *, basket: Basket, currency: str) -> int:
    """The sum under this name in the basket's currency. Raises Unfit."""
    bare = _bare_currency(coupon, currency)
    return sum_in(basket.currency, coupon.terms[name], bare=bare)


def _bare_currency(coupon: Coupon, currency: str) -> str:
    """The currency of numbers without one: the money's own if it is one sum, else the programme's."""
    money = coupon.terms.get("money")
    return str(money["currency"]) if isinstance(money, Mapping) else currency


def sum_in(wanted: str, told: Any, *, bare: str) -> int:
    """The sum in this currency; values hold in their own currencies only (W-38). Raises Unfit."""
    sums: Sequence[Mapping[str, Any]] = (
        [{"amount": told, "currency": bare}]
        if isinstance(told, int)
        else told
        if isinstance(told, Sequence)
        else [told]
    )
    for each in sums:
        if each["currency"] == wanted:
            return int(each["amount"])
    raise Unfit(Misfit.CURRENCY)
