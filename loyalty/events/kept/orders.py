"""Orders: what members have paid, line by line, and what of it is left after returns (E-60), in programme currency."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import Count

from loyalty.earning.basis import SHIPPING, read_order
from loyalty.earning.explaining import explanations_of
from loyalty.earning.settling.orders import CANCELLED, ReturnTold
from loyalty.earning.settling.recomputing import basis_left
from loyalty.earning.settling.returning import (
    Return,
    goods_read,
    gross_lines,
    holds_tax,
    left_after,
    read_return,
)
from loyalty.events.intake.looking_up import returns_of
from loyalty.events.intake.paying import Payments
from loyalty.events.kinds import ORDER_PAID, EventStatus
from loyalty.events.models import Event, Order
from loyalty.events.shapes import FINGERPRINTS
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.members.persons import merged_into
from loyalty.programs.models import Program
from loyalty.programs.rates import minor_units_factor

# From each member to all that were merged into it, and by their events, which have the index, to the orders.
_ORDERS: Final = """
    WITH RECURSIVE who AS (
        SELECT id, id AS survivor FROM unnest(%s::uuid[]) AS asked (id)
        UNION ALL
        SELECT m.id, w.survivor FROM loyalty_member m JOIN who w ON m.merged_into_id = w.id
    )
    SELECT o.id, w.survivor, o.member_id, o.currency, o.rate, o.paid_at, e.id, e.status, e.recorded_at, e.data
    FROM who w
    JOIN loyalty_event e ON e.member_id = w.id AND e.type = 'order.paid'
    JOIN loyalty_order o ON o.id = e.order_id AND o.event_id = e.id
    WHERE o.program_id = %s AND o.paid_at < COALESCE(%s::timestamptz, 'infinity')
    ORDER BY o.paid_at, o.id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineLeft:
    """What one line is still worth to the programme: exact minor units, nothing rounded."""

    sku: str
    categories: frozenset[str]
    worth: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidOrder:
    """A paid order as it stands after its returns. `keys` are the digests of how and where it was paid and sent."""

    id: Id
    event_id: Id
    member_id: Id
    paid_at: datetime
    recorded_at: datetime
    lines: tuple[LineLeft, ...]
    keys: Mapping[str, str]
    # What was left of it until each of its returns happened, by time.
    stood: tuple[tuple[datetime, tuple[LineLeft, ...]], ...] = ()

    def worth_without(
        self,
        *,
        skus: Collection[str],
        categories: Collection[str],
        before: datetime | None = None,
    ) -> int:
        """What is left of it in whole minor units, these articles and categories left out; rounded down once.

        `before` looks away from returns that happened then or later, whenever they were told.
        """
        left_out = frozenset(categories)
        worth = (
            line.worth
            for line in self.left(before)
            if line.sku not in skus and not line.categories & left_out
        )
        return int(sum(worth, Fraction(0)))

    def left(self, before: datetime | None = None) -> tuple[LineLeft, ...]:
        """Its lines as they stand, or as they stood before this instant."""
        if before is None:
            return self.lines
        return next((lines for until, lines in self.stood if until >= before), self.lines)


def paid_orders_of(
    *, program: Program, member_ids: Collection[Id], before: datetime | None = None
) -> dict[Id, list[PaidOrder]]:
    """The paid orders of these members and of all that were merged into them, by time; as many statements for any number.

    `before` leaves out what was paid then or later. An order that nobody may count (wholly returned, voided) is there
    with no lines, so that whoever looks knows of it.
    """
    orders = [_Kept.of(row) for row in run(_ORDERS, [list(member_ids), program.pk, before])]
    found: dict[Id, list[PaidOrder]] = {member_id: [] for member_id in member_ids}
    if not orders:
        return found
    returns = returns_of([each.id for each in orders])
    explained = explanations_of([each.event_id for each in orders])
    payments = Payments(program, [(each.bought_by, each.data["order_id"]) for each in orders])
    for order in orders:
        read = _read(
            order,
            explained.get(order.event_id),
            program=program,
            returns=returns.get(order.id, []),
            payments=payments,
        )
        found[order.member_id].append(read)
    return found


def bought_again(*, program: Program, member_ids: Collection[Id]) -> set[Id]:
    """Which of these members have more than one order that is not wholly returned; one query."""
    kept = Order.objects.filter(program=program, member_id__in=member_ids, is_wholly_returned=False)
    twice = kept.values("member_id").annotate(orders=Count("pk")).filter(orders__gt=1)
    return set(twice.order_by().values_list("member_id", flat=True))


def order_keys_of(*, program: Program, member_ids: Collection[Id]) -> dict[Id, dict[str, set[str]]]:
    """The digests of payments, devices and addresses in these members' orders, by name; two queries, more for merged."""
    whole = merged_into(member_ids)
    owners = {each: member_id for member_id, all_of in whole.items() for each in all_of}
    found: dict[Id, dict[str, set[str]]] = {
        member_id: {name: set() for name in FINGERPRINTS} for member_id in member_ids
    }
    told = Event.objects.filter(
        program=program, member_id__in=owners, type=ORDER_PAID, data__has_any_keys=FINGERPRINTS
    )
    for member_id, *keys in told.values_list(
        "member_id", *(f"data__{name}" for name in FINGERPRINTS)
    ).distinct():
        for name, key in zip(FINGERPRINTS, keys, strict=True):
            if key:
                found[owners[member_id]][name].add(key)
    return found


@dataclass(frozen=True, slots=True)
class _Kept:
    """An order as it was told: whose it is today, who bought it, and its event."""

    id: Id
    member_id: Id
    bought_by: Id
    currency: str
    rate: Decimal
    paid_at: datetime
    event_id: Id
    status: str
    recorded_at: datetime
    data: Mapping[str, Any]

    @classmethod
    def of(cls, row: Sequence[Any]) -> "_Kept":
        return cls(*[*row[:-1], json.loads(row[-1])])


def _read(
    order: _Kept,
    explanation: Mapping[str, Any] | None,
    *,
    program: Program,
    returns: Sequence[ReturnTold],
    payments: Payments,
) -> PaidOrder:
    counts = (
        explanation is not None and "basis" in explanation and order.status == EventStatus.RECORDED
    )
    paid = _paid_by_points(order, payments) if counts else None

    def left(before: datetime | None) -> tuple[LineLeft, ...]:
        told = [each for each in returns if before is None or each.occurred_at < before]
        return _lines_left(order, explanation or {}, program=program, returns=told, paid=paid)

    instants = sorted({each.occurred_at for each in returns}) if counts else []
    return PaidOrder(
        id=order.id,
        event_id=order.event_id,
        member_id=order.member_id,
        paid_at=order.paid_at,
        recorded_at=order.recorded_at,
        lines=left(None) if counts else (),
        keys={name: order.data[name] for name in FINGERPRINTS if name in order.data},
        stood=tuple((instant, left(instant)) for instant in instants),
    )


def _paid_by_points(order: _Kept, payments: Payments) -> int | None:
    """What points have paid of it by now, in its own money (E-14); None where no hold did."""
    spent = payments.of(
        order.bought_by,
        order.data["order_id"],
        currency=order.currency,
        rate=f"{order.rate.normalize():f}",
    )
    return sum(each.value for each in spent) if spent else None


def _lines_left(
    order: _Kept,
    explanation: Mapping[str, Any],
    *,
    program: Program,
    returns: Sequence[ReturnTold],
    paid: int | None,
) -> tuple[LineLeft, ...]:
    taxed = holds_tax(
        order.data, by_default=program.prices_include_tax, goods=goods_read(explanation)
    )
    bought = read_order(order.data, prices_include_tax=taxed)
    gross = gross_lines(bought, prices_include_tax=taxed)
    came_back = [
        Return(is_cancellation=True) if each.type == CANCELLED else read_return(each.data, bought)
        for each in returns
    ]
    factor = minor_units_factor(rate=order.rate, theirs=order.currency, ours=program.currency)
    left = left_after(bought, gross, came_back)
    basis = basis_left(bought, left, explanation=explanation, factor=factor, paid=paid)
    return tuple(
        LineLeft(sku=each.line.sku, categories=each.line.categories, worth=each.worth)
        for each in basis.lines
        if each.line.line_id != SHIPPING
    )
