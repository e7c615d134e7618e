"""Deeds: events as games count them: what was told, line by line, and what is left after each thing that took some away.

Everything in programme currency by the stamped basis (E-10 to E-14), so games and points never disagree.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loyalty.earning.basis import SHIPPING, read_order
from loyalty.earning.basis import Order as Bought
from loyalty.earning.explaining import explanations_of
from loyalty.earning.settling.orders import CANCELLED
from loyalty.earning.settling.recomputing import basis_left
from loyalty.earning.settling.returning import (
    Left,
    Return,
    goods_read,
    gross_lines,
    holds_tax,
    left_after,
    read_return,
)
from loyalty.events.intake.paying import Payments
from loyalty.events.kinds import IMPORTED, ORDER_PAID, RETURNS, EventStatus
from loyalty.events.models import Event, Order
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program
from loyalty.programs.rates import minor_units_factor


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldLine:
    """One line as it was bought; `amount` is its stamped basis, rounded down."""

    number: int
    sku: str
    categories: tuple[str, ...]
    quantity: int
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lessening:
    """What is left of each line (pieces, amount, whether any share is left) once this was settled too.

    `source` is the event that took some away, or none for points that paid later, with `paid` so far.
    """

    source: Id | None
    paid: int = 0
    recorded_at: datetime | None = None
    is_void: bool = False
    left: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldEvent:
    """An event as it was taken in. `lines` and `lessenings` are those of a paid order, oldest first."""

    id: Id
    program_id: Id
    member_id: Id
    type: str
    is_void: bool
    voided_at: datetime | None
    is_held_back: bool  # its member could not earn then
    is_imported: bool
    occurred_at: datetime
    recorded_at: datetime
    order_id: Id | None
    store: str
    channel: str
    data: Mapping[str, Any]
    lines: tuple[ToldLine, ...] = ()
    lessenings: tuple[Lessening, ...] = field(default=())


def told_events(*, program: Program, event_ids: Collection[Id]) -> dict[Id, ToldEvent]:
    """These events as told, without what came back since; three statements, fewer without an order."""
    rows = Event.objects.filter(program=program, pk__in=set(event_ids)).exclude(
        status=EventStatus.WAITING
    )
    return _read(program, list(rows.select_related("voided")), with_returns=False)


def settled_orders(*, program: Program, order_ids: Collection[Id]) -> dict[Id, ToldEvent]:
    """The paid orders with these ids by the event that told them, with all that took some away, in the order of coming."""
    told_by = Order.objects.filter(program=program, pk__in=set(order_ids)).values("event_id")
    rows = Event.objects.filter(pk__in=told_by).select_related("voided")
    return _read(program, list(rows), with_returns=True)


def events_after(*, program: Program, after: Id | None, limit: int) -> list[Id]:
    """The next events of a programme by id, for jobs that pass by all of them."""
    rows = Event.objects.filter(program=program).exclude(status=EventStatus.WAITING)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def _read(program: Program, events: Sequence[Event], *, with_returns: bool) -> dict[Id, ToldEvent]:
    paid = [event for event in events if event.type == ORDER_PAID and event.order_id]
    orders = {o.event_id: o for o in Order.objects.filter(event_id__in=[e.pk for e in paid])} if paid else {}  # fmt: skip
    explained = explanations_of([event.pk for event in events]) if events else {}
    returns = _returns_of(list(orders.values())) if with_returns else {}
    payments = None
    if with_returns:
        asked = [(e.member_id, e.data["order_id"]) for e in paid]
        payments = Payments(program, asked)
    found = {}
    for event in events:
        explanation = explained.get(event.pk) or {}
        order = orders.get(event.pk)
        fold = None
        if order is not None and "basis" in explanation:
            fold = _Fold(program, event, order, explanation)
        found[event.pk] = ToldEvent(
            id=event.pk,
            program_id=event.program_id,
            member_id=event.member_id,
            type=event.type,
            is_void=event.status == EventStatus.VOID,
            voided_at=event.voided.at if event.status == EventStatus.VOID else None,
            is_held_back=explanation.get("why_nothing") == "member_suspended",
            is_imported=event.source.startswith(IMPORTED),
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
            order_id=event.order_id,
            store=event.store,
            channel=event.channel,
            data=event.data,
            lines=fold.lines() if fold else (),
            lessenings=fold.lessenings(returns.get(order.pk, ()), payments)
            if fold and order and payments
            else (),
        )
    return found


def _returns_of(orders: Sequence[Order]) -> Mapping[Id, Sequence[Event]]:
    """What came back of these orders, in the order in which it was taken in."""
    rows = Event.objects.filter(
        order_id__in=[each.pk for each in orders], type__in=RETURNS, status=EventStatus.RECORDED
    )
    found: defaultdict[Id, list[Event]] = defaultdict(list)
    for event in rows.order_by("recorded_at", "pk"):
        assert event.order_id, "returns are of an order"
        found[event.order_id].append(event)
    return found


class _Fold:
    """One paid order, by its stamped basis."""

    def __init__(
        self, program: Program, event: Event, order: Order, explanation: Mapping[str, Any]
    ) -> None:
        self.event, self.order, self.explanation = event, order, explanation
        taxed = holds_tax(
            event.data, by_default=program.prices_include_tax, goods=goods_read(explanation)
        )
        self.bought: Bought = read_order(event.data, prices_include_tax=taxed)
        self.gross = gross_lines(self.bought, prices_include_tax=taxed)
        self.factor = minor_units_factor(
            rate=Decimal(order.rate), theirs=order.currency, ours=program.currency
        )

    def lines(self) -> tuple[ToldLine, ...]:
        """Every line, one that does not count with an amount of zero."""
        told = self.explanation["basis"]["lines"]
        return tuple(
            ToldLine(
                number=place + 1,
                sku=line.sku,
                categories=tuple(sorted(line.categories)),
                quantity=line.quantity,
                amount=int(Fraction(told[place]["counts"]) * self.factor),
            )
            for place, line in enumerate(self.bought.lines)
        )

    def lessenings(self, returns: Sequence[Event], payments: Payments) -> tuple[Lessening, ...]:
        """Points that paid later first, then every return, last of all that staff took the order back."""
        event = self.event
        rate = f"{self.order.rate.normalize():f}"
        spent = payments.of(
            event.member_id, event.data["order_id"], currency=self.order.currency, rate=rate
        )
        paid = sum(each.value for each in spent) if spent else None
        steps, came_back = [], list[Return]()
        if paid:
            left = self._left(came_back, paid)
            steps.append(Lessening(source=None, paid=paid, left=left))
        for each in returns:
            is_all = each.type == CANCELLED
            came_back.append(
                Return(is_cancellation=True) if is_all else read_return(each.data, self.bought)
            )
            left = self._left(came_back, paid)
            steps.append(Lessening(source=each.pk, recorded_at=each.recorded_at, left=left))
        if event.status == EventStatus.VOID:
            left = self._left([*came_back, Return(is_cancellation=True)], paid)
            at = event.voided.at
            steps.append(Lessening(source=event.pk, recorded_at=at, is_void=True, left=left))
        return tuple(steps)

    def _left(
        self, came_back: Sequence[Return], paid: int | None
    ) -> tuple[tuple[int, int, bool], ...]:
        left: Left = left_after(self.bought, self.gross, came_back)
        basis = basis_left(
            self.bought, left, explanation=self.explanation, factor=self.factor, paid=paid
        )
        worth = iter(each.worth for each in basis.lines if each.line.line_id != SHIPPING)
        return tuple(
            (quantity, int(next(worth)), True) if share else (0, 0, False)
            for share, quantity in zip(left.shares, left.quantities, strict=True)
        )


def event_ids_told_of(*, program: Program, member_ids: Collection[Id]) -> list[Id]:
    """The events that were told of these very members, whoever answers for them today."""
    rows = Event.objects.filter(program=program, member_id__in=member_ids)
    return list(
        rows.exclude(status=EventStatus.WAITING).order_by("pk").values_list("pk", flat=True)
    )
