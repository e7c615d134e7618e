"""Allocating: points and money that go back for what was returned, in all and per line (E-64, E-65)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from loyalty.earning.settling.returning import Left
from loyalty.foundation.spreading import spread


@dataclass(frozen=True, slots=True)
class Payment:
    """What paid for an order beside money: points and their value, and gift cards; in minor units of its currency."""

    points: int = 0
    value: int = 0
    cards: int = 0


@dataclass(frozen=True, slots=True)
class LineShare:
    """What one line got back: pieces, value, and the money and points in it."""

    position: int
    quantity: int
    value: int
    money: int
    points: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """What one return gives back. The shop refunds exactly `money`; `cards` goes back on the gift cards by itself."""

    points: int
    money: int
    lines: tuple[LineShare, ...]
    cards: int = 0


def given_back(left: Left, payment: Payment) -> tuple[int, int]:
    """Points and money given back so far: ⌊K·C÷T⌋ of the points, and ⌊C⌋ less the worth ⌊P·C÷T⌋ of them.

    What came back on gift cards is not in the money.
    """
    if not left.total:
        return 0, 0
    share = left.returned / left.total
    worth = int(payment.value * share)
    money = int(left.returned) - worth - cards_given_back(left, payment)
    return int(payment.points * share), money


def cards_given_back(left: Left, payment: Payment) -> int:
    """What came back on gift cards so far: ⌊G·C÷T⌋ of what was drawn (W-61)."""
    return int(payment.cards * left.returned / left.total) if left.total else 0


def allocation_between(
    before: Left, after: Left, *, gross: Sequence[int], payment: Payment, money_before: int
) -> Allocation:
    """What the step from one state to the next gives back: cumulative, so any split adds up to the whole.

    `money_before` is what was refunded so far. Two floors may part by a minor unit while C is no whole number: then
    nothing is refunded by this step, and the next one makes it up.
    """
    points_before, _money = given_back(before, payment)
    points_after, money_after = given_back(after, payment)
    points, money = points_after - points_before, max(0, money_after - money_before)
    values = [g * (b - a) for g, b, a in zip(gross, before.shares, after.shares, strict=True)]
    weights = _whole_weights(values)
    moneys, points_each, worths = (
        spread(money, weights),
        spread(points, weights),
        spread(int(sum(values, Fraction(0))), weights),
    )
    return Allocation(
        points=points,
        money=money,
        cards=cards_given_back(after, payment) - cards_given_back(before, payment),
        lines=tuple(
            LineShare(
                position=place,
                quantity=before.quantities[place] - after.quantities[place],
                value=worths[place],
                money=moneys[place],
                points=points_each[place],
            )
            for place, value in enumerate(values)
            if value
        ),
    )


def _whole_weights(values: Sequence[Fraction]) -> list[int]:
    """The same proportions as whole numbers, so that spreading stays exact."""
    scale = lcm(*(value.denominator for value in values))
    return [int(value * scale) for value in values]
