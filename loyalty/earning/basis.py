"""What counts of an order (E-10 to E-14): one exact fraction of money per line, never rounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind

SHIPPING: Final = "shipping"  # the line id under which counted shipping stands in a basis

_NONE: Final = Fraction(0)
_ONE: Final = Fraction(1)


class OrderDoesNotAddUp(DomainError):
    """The amounts of an order contradict each other beyond one minor unit per line plus one (E-11)."""

    code = "order_does_not_add_up"
    kind = Kind.REFUSED
    title = _("The order does not add up")
    detail = _("The total is {total}, its parts add up to {parts}.")


class LineTaxesIncomplete(DomainError):
    """Some lines tell their tax and others do not (E-11)."""

    code = "line_taxes_incomplete"
    kind = Kind.REFUSED
    title = _("Line taxes are incomplete")
    detail = _("Tell the tax of every line, or of none.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as bought: `amount` after its own discount, in minor units of the order's currency."""

    line_id: str
    sku: str
    quantity: int
    amount: int
    tax: int | None = None
    categories: frozenset[str] = frozenset()
    is_gift_card: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order's amounts in minor units of its currency; `total` is what the buyer owes after discounts."""

    currency: str
    total: int
    lines: tuple[Line, ...]
    tax: int = 0
    shipping: int = 0
    fees: int = 0
    discount: int = 0
    paid_with_points: int = 0

    @property
    def goods(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Switches:
    """What a programme counts (E-13); all off unless set."""

    prices_include_tax: bool = False
    count_tax: bool = False
    count_shipping: bool = False
    count_gift_card_lines: bool = False
    count_paid_with_points: bool = False
    left_out_skus: frozenset[str] = frozenset()
    left_out_categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line, what of it counts in the order's currency, and its worth in programme currency."""

    line: Line
    counts: Fraction
    worth: Fraction


@dataclass(frozen=True, slots=True)
class Basis:
    """What counts of an order. `worth` is the sum over lines in programme currency (E-71)."""

    order: Order
    lines: tuple[CountedLine, ...]
    counts: Fraction
    worth: Fraction
    factor: Fraction  # minor units of programme currency for one minor unit of the order's
    rate: str
    left_out: tuple[tuple[str, int], ...] = field(default=())
    counts_paid: bool = False  # whether what points paid counts as well


def read_order(data: Mapping[str, Any], *, prices_include_tax: bool) -> Order:
    """The order in `data` of an order.paid, already of the right types; without lines, one line is worth the goods."""
    tax, shipping, fees = data.get("tax", 0), data.get("shipping", 0), data.get("fees", 0)
    discount, told = data.get("discount", 0), data.get("lines") or ()
    if told:
        lines = tuple(_read_line(line, position) for position, line in enumerate(told, start=1))
    else:
        goods = data["total"] - shipping - fees + discount - (0 if prices_include_tax else tax)
        lines = (Line(line_id="1", sku="", quantity=1, amount=goods),)
    return Order(
        currency=data["currency"],
        total=data["total"],
        lines=lines,
        tax=tax,
        shipping=shipping,
        fees=fees,
        discount=discount,
        paid_with_points=data.get("paid_with_points", 0),
    )


def check_sum(order: Order, *, prices_include_tax: bool) -> None:
    """Refuse an order whose amounts contradict each other: OrderDoesNotAddUp, LineTaxesIncomplete."""
    taxes = [line.tax for line in order.lines if line.tax is not None]
    if taxes and len(taxes) != len(order.lines):
        raise LineTaxesIncomplete
    tax = 0 if prices_include_tax else order.tax
    parts = order.goods - order.discount + order.shipping + order.fees + tax
    tolerance = len(order.lines) + 1
    is_below_zero = any(line.amount < 0 for line in order.lines) or order.discount > order.goods
    if abs(order.total - parts) > tolerance or is_below_zero:
        raise OrderDoesNotAddUp(total=order.total, parts=parts)


def basis_of(
    order: Order,
    *,
    switches: Switches,
    factor: Fraction = Fraction(1),
    rate: str = "1",
    paid_with_points: int | None = None,
) -> Basis:
    """What counts of this order, per line (E-12); `paid_with_points` of captured holds goes before the order's own (E-14)."""
    paid = order.paid_with_points if paid_with_points is None else paid_with_points
    goods = order.goods
    discounted = _ONE
    if order.discount or not goods:
        discounted = Fraction(goods - order.discount, goods) if goods else Fraction(0)
    taxing = _Taxing.of(order, switches=switches)
    left_to_pay = _ONE
    if paid and not switches.count_paid_with_points:
        left_to_pay = (
            Fraction(max(0, order.total - paid), order.total) if order.total else Fraction(0)
        )
    counted = []
    for line in order.lines:
        if _is_left_out(line, switches):
            counts = Fraction(0)
        else:
            amount = _times(Fraction(line.amount), discounted)
            counts = _times(taxing.settled(amount, line.tax), left_to_pay)
        counted.append(CountedLine(line, counts, _times(counts, factor)))
    if switches.count_shipping and order.shipping:
        counts = taxing.settled(Fraction(order.shipping), taxing.shipping_tax) * left_to_pay
        shipping = Line(line_id=SHIPPING, sku="", quantity=1, amount=order.shipping)
        counted.append(CountedLine(shipping, counts, counts * factor))
    total = counted[0].counts if len(counted) == 1 else sum((x.counts for x in counted), _NONE)
    return Basis(
        order=order,
        lines=tuple(counted),
        counts=total,
        worth=_times(total, factor),
        factor=factor,
        rate=rate,
        left_out=_left_out(order, switches=switches, paid=paid),
        counts_paid=switches.count_paid_with_points,
    )


def _times(number: Fraction, by: Fraction) -> Fraction:
    """Their product; nearly all factors are one, and multiplying fractions is what costs most here."""
    return number if by == 1 else number * by


@dataclass(frozen=True, slots=True)
class _Taxing:
    """How tax changes an amount: `share` of it for orders that tell one tax, or the line's own."""

    share: Fraction
    own_sign: int
    shipping_tax: int | None

    @classmethod
    def of(cls, order: Order, *, switches: Switches) -> "_Taxing":
        sign = 0
        if switches.prices_include_tax and not switches.count_tax:
            sign = -1
        elif switches.count_tax and not switches.prices_include_tax:
            sign = 1
        has_own = any(line.tax is not None for line in order.lines)
        taxable = order.goods - order.discount + order.shipping
        is_shared = sign and order.tax and taxable and not has_own
        share = Fraction(sign * order.tax, taxable) if is_shared else _NONE
        rest = max(0, order.tax - sum(line.tax or 0 for line in order.lines)) if has_own else None
        return cls(share=share, own_sign=sign if has_own else 0, shipping_tax=rest)

    def settled(self, amount: Fraction, own: int | None) -> Fraction:
        if self.own_sign:
            return max(_NONE, amount + self.own_sign * (own or 0))
        return max(_NONE, amount * (1 + self.share)) if self.share else amount


def _read_line(told: Mapping[str, Any], position: int) -> Line:
    return Line(
        line_id=str(told.get("line_id") or position),
        sku=told.get("sku", ""),
        quantity=told.get("quantity", 1),
        amount=told["amount"],
        tax=told.get("tax"),
        categories=frozenset(told.get("categories") or ()),
        is_gift_card=bool(told.get("gift_card", False)),
    )


def _is_left_out(line: Line, switches: Switches) -> bool:
    if line.is_gift_card and not switches.count_gift_card_lines:
        return True
    return line.sku in switches.left_out_skus or bool(
        line.categories & switches.left_out_categories
    )


def _left_out(order: Order, *, switches: Switches, paid: int) -> tuple[tuple[str, int], ...]:
    """What did not count, in minor units of the order's currency, for the explanation."""
    parts: Sequence[tuple[str, int, bool]] = (
        ("tax", order.tax, not switches.count_tax),
        ("shipping", order.shipping, not switches.count_shipping),
        ("fees", order.fees, True),
        ("discount", order.discount, True),
        ("lines", sum(x.amount for x in order.lines if _is_left_out(x, switches)), True),
        ("paid_with_points", paid, not switches.count_paid_with_points),
    )
    return tuple((what, amount) for what, amount, is_left_out in parts if amount and is_left_out)
