"""Baskets: the order of a question, and the same order once vouchers are taken off (E-75: vouchers, points, gift cards)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from loyalty.earning.basis import Line, Order
from loyalty.foundation.ids import shown
from loyalty.foundation.spreading import spread
from loyalty.rewards.kinds import DISCOUNTS
from loyalty.rewards.vouchers.baskets import Basket, BasketLine, Coupon, Misfit
from loyalty.rewards.vouchers.discounting import Discount
from loyalty.rewards.vouchers.refusals import OrderNotEligible, VoucherNotRedeemable

UNFIT: Final = OrderNotEligible.code


@dataclass(frozen=True, kw_only=True, slots=True)
class Reduced:
    """An order with vouchers taken off, and what they took of each line and of the shipping."""

    order: Order
    lines: tuple[int, ...]
    shipping: int

    @property
    def amount(self) -> int:
        return sum(self.lines) + self.shipping


def basket_of(order: Order) -> Basket:
    """The order as vouchers see it."""
    return Basket(
        currency=order.currency,
        lines=tuple(
            BasketLine(
                sku=line.sku,
                quantity=line.quantity,
                amount=line.amount,
                categories=line.categories,
                is_gift_card=line.is_gift_card,
            )
            for line in order.lines
        ),
        shipping=order.shipping,
        discount=order.discount,
    )


def usable_of(
    vouchers: Sequence[Coupon | VoucherNotRedeemable], refusals: list[dict[str, Any]]
) -> dict[int, Coupon]:
    """The discount vouchers among these, by their place; each of the others gets a refusal.

    Gift cards pay last of all, at the till: they take nothing off (E-75).
    """
    kept: dict[int, Coupon] = {}
    for place, told in enumerate(vouchers):
        refusal: dict[str, Any] = {"pointer": f"/vouchers/{place}"}
        if isinstance(told, VoucherNotRedeemable):
            reasons = {"reasons": [told.values["reason"]]} if "reason" in told.values else {}
            refusals.append({"code": told.code, **refusal, **reasons})
        elif told.kind not in DISCOUNTS:
            refusals.append({"code": UNFIT, **refusal, "reasons": ["no_discount"]})
        elif any(told.id == each.id for each in kept.values()):
            refusals.append({"code": UNFIT, **refusal, "reasons": [Misfit.NOT_COMBINABLE.value]})
        else:
            kept[place] = told
    return kept


def reduced_by(order: Order, discounts: Sequence[Discount], *, prices_include_tax: bool) -> Reduced:
    """The order after these discounts. Taxes shrink with what they are taxes on; shops may round them otherwise."""
    lines = tuple(sum(each.lines[place] for each in discounts) for place in range(len(order.lines)))
    shipping = sum(each.shipping for each in discounts)
    if not any(lines) and not shipping:
        return Reduced(order=order, lines=lines, shipping=0)
    left = tuple(
        replace(line, amount=line.amount - off, tax=_shrunk(line.tax, line.amount, off))
        for line, off in zip(order.lines, lines, strict=True)
    )
    tax = _tax_after(order, left, lines=lines, shipping=shipping)
    off = sum(lines) + shipping + (0 if prices_include_tax else order.tax - tax)
    after = replace(
        order,
        lines=left,
        shipping=order.shipping - shipping,
        tax=tax,
        total=max(0, order.total - off),
    )
    return Reduced(order=after, lines=lines, shipping=shipping)


def is_same_order(one: Order, other: Order, *, is_reduced: bool) -> str:
    """What differs between a quoted order and the one that was paid: `currency`, `lines`, `amounts`, or nothing.

    Means of payment do not matter. Where vouchers were taken off, taxes and total may differ by one minor unit per line
    plus one, as in E-11: only the shop knows how it rounds them.
    """
    if one.currency != other.currency:
        return "currency"
    if [_bare(line) for line in one.lines] != [_bare(line) for line in other.lines]:
        return "lines"
    if (one.shipping, one.fees, one.discount) != (other.shipping, other.fees, other.discount):
        return "amounts"
    tolerance = len(one.lines) + 1 if is_reduced else 0
    pairs = [(one.total, other.total), (one.tax, other.tax)]
    pairs += [(a.tax or 0, b.tax or 0) for a, b in zip(one.lines, other.lines, strict=True)]
    return "amounts" if any(abs(a - b) > tolerance for a, b in pairs) else ""


def as_told(order: Order) -> dict[str, Any]:
    """The order as data of an order.paid event: what a quote keeps, and what the shop is to tell."""
    told: dict[str, Any] = {
        "currency": order.currency,
        "total": order.total,
        "tax": order.tax,
        "shipping": order.shipping,
        "fees": order.fees,
        "discount": order.discount,
    }
    if any(line.sku for line in order.lines):  # without lines it was told by its sums alone
        told["lines"] = [_line_told(line) for line in order.lines]
    return told


def discounts_told(reduced: Reduced, discounts: Sequence[Discount]) -> dict[str, Any]:
    """What vouchers took off, in all and each of them; no code stands in it."""
    return {
        "amount": reduced.amount,
        "shipping": reduced.shipping,
        "lines": _by_line(reduced.order, reduced.lines),
        "vouchers": [
            {
                "voucher": shown("vch", each.coupon.id),
                "kind": each.coupon.kind.value,
                "amount": each.amount,
                "shipping": each.shipping,
                "lines": _by_line(reduced.order, each.lines),
            }
            for each in discounts
        ],
    }


def goods_worth(gross: Sequence[int], *, factor: Fraction) -> Fraction:
    """The gross goods in minor units of the programme's currency."""
    return sum(gross) * factor


def _by_line(order: Order, amounts: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"line_id": line.line_id, "amount": amount}
        for line, amount in zip(order.lines, amounts, strict=True)
    ]


def _line_told(line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "line_id": line.line_id,
        "sku": line.sku,
        "quantity": line.quantity,
        "amount": line.amount,
    }
    more: Mapping[str, Any] = {
        "tax": line.tax,
        "categories": sorted(line.categories) or None,
        "gift_card": line.is_gift_card or None,
    }
    return told | {name: value for name, value in more.items() if value is not None}


def _tax_after(order: Order, left: Sequence[Line], *, lines: Sequence[int], shipping: int) -> int:
    own = [line.tax for line in left if line.tax is not None]
    if own:
        of_shipping = max(0, order.tax - sum(line.tax or 0 for line in order.lines))
        return sum(own) + (_shrunk(of_shipping, order.shipping, shipping) or 0)
    taxed = [*order_lines(order), order.shipping]
    return _shrunk(order.tax, sum(taxed), sum(lines) + shipping) or 0


def order_lines(order: Order) -> list[int]:
    """What each line is after the order's own discount."""
    amounts = [line.amount for line in order.lines]
    less = spread(min(order.discount, sum(amounts)), amounts)
    return [amount - off for amount, off in zip(amounts, less, strict=True)]


def _shrunk(tax: int | None, amount: int, off: int) -> int | None:
    """A tax that falls with its amount, rounded half up to the minor unit."""
    if tax is None or not amount:
        return tax
    return int(Fraction(tax * (amount - off), amount) + Fraction(1, 2))


def _bare(line: Line) -> tuple[Any, ...]:
    categories = tuple(sorted(line.categories))
    return (
        line.line_id,
        line.sku,
        line.quantity,
        line.amount,
        line.tax is None,
        categories,
        line.is_gift_card,
    )
