"""Returning: what is left of an order after its returns (E-60), whatever their order and however they are split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.basis import Line, Order, OrderDoesNotAddUp, check_sum, read_order
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.spreading import spread

_NONE: Final = Fraction(0)
_ALL: Final = Fraction(1)


class ReturnExceedsOrder(DomainError):
    """More was returned than was bought, or more refunded than was paid (E-66)."""

    code = "return_exceeds_order"
    kind = Kind.REFUSED
    title = _("More returned than bought")
    detail = _("Line {line}: {asked} asked, {left} left.")


class LineUnknown(DomainError):
    """The return names a line that the order does not have (E-66)."""

    code = "line_unknown"
    kind = Kind.REFUSED
    title = _("Line unknown")
    detail = _("The order has no line {line}.")


class LineAmbiguous(DomainError):
    """The return names an article that stands on two lines: `line_id` tells which (E-66)."""

    code = "line_ambiguous"
    kind = Kind.MALFORMED
    title = _("Which line?")
    detail = _("The article {line} stands on several lines; tell the line_id.")


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """So many pieces of a line, or so much money on it."""

    position: int
    quantity: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Return:
    """One return: lines, money without lines, shipping; a cancellation is all that is left."""

    lines: tuple[ReturnedLine, ...] = ()
    amount: int = 0
    shipping: int = 0
    is_cancellation: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of an order: the share of each line, whole pieces of it, and what was given back in money's worth."""

    shares: tuple[Fraction, ...]
    quantities: tuple[int, ...]
    returned: Fraction  # C of E-64: gross value returned so far, refunded shipping included
    total: int  # T

    @property
    def is_nothing(self) -> bool:
        return not any(self.shares)


def read_return(data: Mapping[str, Any], order: Order) -> Return:
    """The return in `data` of an order.returned. Refusals: LineUnknown, LineAmbiguous."""
    lines = []
    for told in data.get("lines", ()):
        position = _position_of(told, order.lines)
        amount = told.get("amount", 0)
        quantity = told.get("quantity", 0)
        if not (amount or quantity):
            quantity = order.lines[position].quantity
        lines.append(ReturnedLine(position, quantity=quantity, amount=amount))
    return Return(
        lines=tuple(lines), amount=data.get("amount", 0), shipping=data.get("shipping", 0)
    )


def goods_read(explanation: Mapping[str, Any]) -> int | None:
    """What the first line of this order was read as when it was judged, of its kept explanation."""
    lines = explanation["basis"]["lines"] if "basis" in explanation else ()
    return lines[0]["amount"] if lines else None


def holds_tax(data: Mapping[str, Any], *, by_default: bool, goods: int | None = None) -> bool:
    """Whether the prices of a kept order hold its tax: as its own sums say, by default where they would fit either way.

    The programme's switch may have been turned since (E-61). An order without lines always adds up: there `goods`, what
    its one line was read as, says how.
    """
    if goods is not None and data.get("tax") and not data.get("lines"):
        return read_order(data, prices_include_tax=True).goods == goods
    for reading in (by_default, not by_default):
        try:
            check_sum(read_order(data, prices_include_tax=reading), prices_include_tax=reading)
        except OrderDoesNotAddUp:
            continue
        return reading
    return by_default


def gross_lines(order: Order, *, prices_include_tax: bool) -> tuple[int, ...]:
    """What the buyer paid for each line: whole minor units after the order's discount, tax spread by largest remainder."""
    amounts = [line.amount for line in order.lines]
    discounts = spread(order.discount, amounts)
    goods = [amount - less for amount, less in zip(amounts, discounts, strict=True)]
    if prices_include_tax:
        return tuple(goods)
    own = [line.tax for line in order.lines]
    if any(tax is not None for tax in own):
        return tuple(each + (tax or 0) for each, tax in zip(goods, own, strict=True))
    *taxes, _of_shipping = spread(order.tax, [*goods, order.shipping])
    return tuple(each + tax for each, tax in zip(goods, taxes, strict=True))


def shipping_paid(order: Order, gross: Sequence[int]) -> int:
    """What the buyer paid for shipping, its tax included: what lines and fees leave of the total."""
    if not order.shipping:
        return 0
    return max(order.shipping, order.total - order.fees - sum(gross))


def left_after(order: Order, gross: Sequence[int], returns: Sequence[Return]) -> Left:
    """What all these returns together leave; the same for every order and split of them.

    Money without lines shrinks what is left of every line by max(0, 1 - refunds ÷ gross goods left). What cost nothing
    is left until its pieces come back.
    """
    if any(each.is_cancellation for each in returns):
        nothing = tuple(_NONE for _line in gross)
        return Left(nothing, tuple(0 for _line in gross), Fraction(order.total), order.total)
    shares, quantities = _after_lines(order, gross, returns)
    goods = _worth(gross, shares)
    refunds = min(Fraction(sum(each.amount for each in returns)), goods)
    shipping = min(sum(each.shipping for each in returns), shipping_paid(order, gross))
    if refunds:
        shares = [share * (_ALL - refunds / goods) for share in shares]
    back = sum(gross) - goods + refunds + shipping
    return Left(
        shares=tuple(shares),
        quantities=tuple(q if s else 0 for q, s in zip(quantities, shares, strict=True)),
        returned=min(back, Fraction(order.total)),
        total=order.total,
    )


def check_return(
    order: Order, gross: Sequence[int], *, before: Sequence[Return], told: Return
) -> None:
    """Refuse a return of more than is left (E-66): ReturnExceedsOrder. Of a cancelled order nothing is."""
    if any(each.is_cancellation for each in before) and not told.is_cancellation:
        asked = told.amount + sum(each.quantity or each.amount for each in told.lines)
        raise ReturnExceedsOrder(line="-", asked=asked or told.shipping, left=0)
    shares, quantities = _after_lines(order, gross, before)
    for position, line in enumerate(order.lines):
        mine = [each for each in told.lines if each.position == position]
        pieces, money = sum(each.quantity for each in mine), sum(each.amount for each in mine)
        if pieces > quantities[position]:
            raise ReturnExceedsOrder(line=line.line_id, asked=pieces, left=quantities[position])
        there = gross[position] * shares[position]
        if Fraction(gross[position] * pieces, line.quantity) + money > there:
            raise ReturnExceedsOrder(line=line.line_id, asked=money, left=int(there))
    together = [*before, told]
    goods = _worth(gross, _after_lines(order, gross, together)[0])
    refunds = sum(each.amount for each in together)
    if refunds > goods:
        raise ReturnExceedsOrder(
            line="-", asked=told.amount, left=int(goods) - refunds + told.amount
        )
    shipping, paid = sum(each.shipping for each in together), shipping_paid(order, gross)
    if shipping > paid:
        left = paid - shipping + told.shipping
        raise ReturnExceedsOrder(line="-", asked=told.shipping, left=left)


def _after_lines(
    order: Order, gross: Sequence[int], returns: Sequence[Return]
) -> tuple[list[Fraction], list[int]]:
    """The share and the pieces left of each line: max(0, (q - returned) ÷ q - refunded ÷ gross)."""
    shares, quantities = [], []
    for position, line in enumerate(order.lines):
        mine = [each for told in returns for each in told.lines if each.position == position]
        pieces = line.quantity - sum(each.quantity for each in mine)
        share = Fraction(pieces, line.quantity)
        if gross[position]:
            share -= Fraction(sum(each.amount for each in mine), gross[position])
        shares.append(max(_NONE, share))
        quantities.append(max(0, pieces))
    return shares, quantities


def _worth(gross: Sequence[int], shares: Sequence[Fraction]) -> Fraction:
    return sum((g * share for g, share in zip(gross, shares, strict=True)), _NONE)


def _position_of(told: Mapping[str, Any], lines: Sequence[Line]) -> int:
    key, name = ("line_id", told["line_id"]) if "line_id" in told else ("sku", told["sku"])
    found = [place for place, line in enumerate(lines) if getattr(line, key) == str(name)]
    if not found:
        raise LineUnknown(line=name)
    if len(found) > 1:
        raise LineAmbiguous(line=name)
    return found[0]
