"""Orders as settling needs them: how they were judged, what came back before, what comes back now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from loyalty.earning.basis import Order, read_order
from loyalty.earning.kinds import Told
from loyalty.earning.settling.allocating import Allocation, Payment, allocation_between
from loyalty.earning.settling.returning import (
    Left,
    Return,
    gross_lines,
    holds_tax,
    left_after,
    read_return,
)
from loyalty.foundation.ids import Id

CANCELLED: Final = "order.cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnTold:
    """One order.returned or order.cancelled, as it was taken in."""

    event_id: Id
    type: str
    occurred_at: datetime
    data: Mapping[str, Any]
    money: int | None = None  # what the shop was told to refund, once settled


@dataclass(frozen=True, kw_only=True, slots=True)
class SpentOn:
    """Points that a captured hold spent on the order: the entry, how many, and their value in its minor units."""

    entry_id: Id
    points: int
    value: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """A paid order and its returns: `earlier` ones are settled, `fresh` ones are not; both by time.

    `told` is the order.paid event as it was judged; `spent` what captured holds paid of it, `cards` what gift cards
    paid, in minor units of its currency.
    """

    told: Told
    earlier: tuple[ReturnTold, ...] = ()
    fresh: tuple[ReturnTold, ...] = ()
    spent: tuple[SpentOn, ...] = ()
    cards: int = 0


class Folded:
    """The order with a growing list of returns: what is left after each."""

    def __init__(self, bought: Bought, *, prices_include_tax: bool) -> None:
        self.bought = bought
        goods = bought.told.order.goods if bought.told.order else None
        taxed = holds_tax(bought.told.data, by_default=prices_include_tax, goods=goods)
        self.order: Order = read_order(bought.told.data, prices_include_tax=taxed)
        self.gross = gross_lines(self.order, prices_include_tax=taxed)
        self.returns: list[Return] = []
        self.money = 0  # refunded so far
        for each in bought.earlier:
            before = self.money
            self.fold(self.read(each))
            if each.money is not None:  # points that paid later do not change what was refunded
                self.money = before + each.money

    def read(self, told: ReturnTold) -> Return:
        """The return in an event. Refusals: LineUnknown, LineAmbiguous."""
        if told.type == CANCELLED:
            return Return(is_cancellation=True)
        return read_return(told.data, self.order)

    def fold(self, told: Return) -> Allocation:
        """Add one more return; answers what it gives back."""
        before = self.left
        self.returns.append(told)
        allocation = allocation_between(
            before, self.left, gross=self.gross, payment=self.payment, money_before=self.money
        )
        self.money += allocation.money
        return allocation

    @property
    def left(self) -> Left:
        return left_after(self.order, self.gross, self.returns)

    @property
    def payment(self) -> Payment:
        """What captured holds paid; without one, the order's own figure is money's worth that we cannot give back."""
        spent, cards = self.bought.spent, self.bought.cards
        if not spent:
            return Payment(points=0, value=self.order.paid_with_points, cards=cards)
        return Payment(
            points=sum(each.points for each in spent),
            value=sum(each.value for each in spent),
            cards=cards,
        )

    def spread_over_spent(self, points: int, *, given_before: int) -> list[tuple[SpentOn, int]]:
        """Which entry gives back how many of these points, the first one first."""
        parts, skip = [], given_before
        for each in self.bought.spent:
            there = max(0, each.points - skip)
            skip = max(0, skip - each.points)
            part = min(there, points)
            if part:
                parts.append((each, part))
                points -= part
        return parts


@dataclass(frozen=True, slots=True)
class Worth:
    """The basis of an order in programme currency, before and after a return; whole minor units, for tiers (T-5)."""

    before: Fraction
    after: Fraction

    @property
    def spend(self) -> int:
        return int(self.after) - int(self.before)

    @property
    def orders(self) -> int:
        return -1 if self.before and not self.after else 0
