"""Paying: what captured holds paid of an order, in money of the order (E-14)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from loyalty.checkout.keeping import prices_of
from loyalty.checkout.paying import PayTerms
from loyalty.earning.settling.orders import SpentOn
from loyalty.foundation.ids import Id
from loyalty.ledger.reports.holds import Capture, captures_for_orders
from loyalty.members.finding import survivors_of
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.rates import minor_units_factor


class Payments:
    """The captures of some orders; one query, and a few more if there is any.

    After a merge it makes no difference under which of the names an order was bought and points were set aside.
    """

    def __init__(self, program: Program, orders: Iterable[tuple[Id, str]]) -> None:
        asked = list(orders)
        self._program = program
        self._captures = _of_these(program, asked) if asked else {}
        self._pay = (
            dict(PointCurrency.objects.filter(program=program).values_list("pk", "pay"))
            if self._captures
            else {}
        )
        holds = [each.hold_id for found in self._captures.values() for each in found]
        self._prices = prices_of(holds) if holds else {}

    def of(
        self,
        member_id: Id,
        order_id: str,
        *,
        currency: str,
        rate: str,
        but_for: Id | None = None,
    ) -> tuple[SpentOn, ...]:
        """What points paid of this order: entries, points, and their value in its minor units, rounded down once.

        `but_for` leaves out one hold: what had paid before it was captured.
        """
        factor = minor_units_factor(
            rate=Decimal(rate), theirs=currency, ours=self._program.currency
        )
        return tuple(
            SpentOn(
                entry_id=capture.entry_id,
                points=capture.points,
                value=int(self._worth(capture) / factor),
            )
            for capture in self._captures.get((member_id, order_id), ())
            if capture.hold_id != but_for
        )

    def _worth(self, capture: Capture) -> Fraction:
        """By the price at which the points were set aside; for holds of before prices were kept, by today's."""
        terms = self._prices.get(capture.hold_id) or PayTerms.read(
            self._pay.get(capture.currency_id) or {}
        )
        return terms.worth(capture.points) if terms else Fraction(0)


def _of_these(
    program: Program, asked: Sequence[tuple[Id, str]]
) -> Mapping[tuple[Id, str], list[Capture]]:
    """By member and order: numbers are the shop's own, so that strangers may have the same one."""
    found = captures_for_orders(
        program=program, order_ids={order_id for _member, order_id in asked}
    )
    if not found:
        return {}
    payers = {each.member_id for captures in found.values() for each in captures}
    persons = survivors_of(
        payers | {member_id for member_id, order_id in asked if order_id in found}
    )
    return {
        (member_id, order_id): [
            each for each in found[order_id] if persons[each.member_id] == persons[member_id]
        ]
        for member_id, order_id in asked
        if order_id in found
    }
