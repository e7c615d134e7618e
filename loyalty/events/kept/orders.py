"""Orders: what members have paid, line by line, and what of it is left after returns (E-60), in programme currency."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count

from loyalty.earning.basis import SHIPPING, read_order
from loyalty.earning.explaining import explanations_of
from loyalty.earning.settling.orders import CANCELLED, ReturnTold
from loyalty.earning.settling.recomputing import basis_left
from loyalty.earning.settling.returning import (
    Return,
    gross_lines,
    left_after,
    read_return,
)
from loyalty.events.intake.looking_up import returns_of
from loyalty.events.intake.paying import Payments
from loyalty.events.kinds import ORDER_PAID
from loyalty.events.models import Event, Order
from loyalty.events.shapes import FINGERPRINTS
from loyalty.foundation.ids import Id
from loyalty.members.persons import merged_into
from loyalty.programs.models import Program
from loyalty.programs.rates import minor_units_factor


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
    returned_at: datetime | None = None

    def worth_without(self, *, skus: Collection[str], categories: Collection[str]) -> int:
        """What is left of it in whole minor units, these articles and categories left out; rounded down once."""
        left_out = frozenset(categories)
        worth = (
            line.worth
            for line in self.lines
            if line.sku not in skus and not line.categories & left_out
        )
        return int(sum(worth, Fraction(0)))


def paid_orders_of(
    *, program: Program, member_ids: Collection[Id], before: datetime | None = None
) -> dict[Id, list[PaidOrder]]:
    """The paid orders of these members and of all that were merged into them, by time; as many statements for any number.

    `before` leaves out what was paid then or later. An order that nobody may count (wholly returned, voided) is there
    with no lines, so that whoever looks knows of it.
    """
    whole = merged_into(member_ids)
    owners = {each: member_id for member_id, all_of in whole.items() for each in all_of}
    wanted = Order.objects.filter(program=program, member_id__in=owners)
    if before is not None:
        wanted = wanted.filter(paid_at__lt=before)
    orders = list(wanted.order_by("paid_at", "id"))
    found: dict[Id, list[PaidOrder]] = {member_id: [] for member_id in member_ids}
    if not orders:
        return found
    events = {
        event.pk: event for event in Event.objects.filter(pk__in=[each.event_id for each in orders])
    }
    returns = returns_of([each.pk for each in orders])
    explained = explanations_of(list(events))
    payments = Payments(
        program, [(each.member_id, events[each.event_id].data["order_id"]) for each in orders]
    )
    for order in orders:
        event = events[order.event_id]
        member_id = owners[order.member_id]
        told = returns.get(order.pk, [])
        found[member_id].append(
            _read(
                _Kept(program, order, event, told, payments),
                explained.get(event.pk),
                member_id=member_id,
            )
        )
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
    """An order with all that is known of it."""

    program: Program
    order: Order
    event: Event
    returns: Sequence[ReturnTold]
    payments: Payments

    @property
    def paid(self) -> int | None:
        """What points have paid of it by now, in its own money (E-14); None where no hold did."""
        spent = self.payments.of(
            self.order.member_id,
            self.event.data["order_id"],
            currency=self.order.currency,
            rate=f"{self.order.rate.normalize():f}",
        )
        return sum(each.value for each in spent) if spent else None


def _read(kept: _Kept, explanation: Mapping[str, Any] | None, *, member_id: Id) -> PaidOrder:
    order, event = kept.order, kept.event
    counts = explanation is not None and "basis" in explanation and event.status == "recorded"
    return PaidOrder(
        id=order.pk,
        event_id=event.pk,
        member_id=member_id,
        paid_at=order.paid_at,
        recorded_at=event.recorded_at,
        lines=_lines_left(kept, explanation or {}) if counts else (),
        keys={name: event.data[name] for name in FINGERPRINTS if name in event.data},
        returned_at=max((each.occurred_at for each in kept.returns), default=None),
    )


def _lines_left(kept: _Kept, explanation: Mapping[str, Any]) -> tuple[LineLeft, ...]:
    program, order = kept.program, kept.order
    bought = read_order(kept.event.data, prices_include_tax=program.prices_include_tax)
    gross = gross_lines(bought, prices_include_tax=program.prices_include_tax)
    came_back = [
        Return(is_cancellation=True) if each.type == CANCELLED else read_return(each.data, bought)
        for each in kept.returns
    ]
    factor = minor_units_factor(
        rate=Decimal(order.rate), theirs=order.currency, ours=program.currency
    )
    left = left_after(bought, gross, came_back)
    basis = basis_left(bought, left, explanation=explanation, factor=factor, paid=kept.paid)
    return tuple(
        LineLeft(sku=each.line.sku, categories=each.line.categories, worth=each.worth)
        for each in basis.lines
        if each.line.line_id != SHIPPING
    )
