"""Capturing: points that were set aside pay for an order; one that was judged already is settled at once (E-14, E-78)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty.earning.rules.compiling import rule_set_of
from loyalty.earning.undoing.answering import answer_of
from loyalty.earning.undoing.paying import PaidLater, settle_payments
from loyalty.earning.undoing.planning import Settled
from loyalty.events.intake.items import KnownOrder
from loyalty.events.intake.looking_up import known_of, returns_of
from loyalty.events.intake.paying import Payments
from loyalty.events.intake.returning import answer_for, fold_of_known
from loyalty.events.models import Event, Order
from loyalty.events.purchases.settled import fact_of
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.holding import Capture, capture_held
from loyalty.ledger.kinds import HoldState
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.reports.holds import (
    HeldRow,
    hold_called,
    needs_points_of,
    order_key_of,
    show_hold,
)
from loyalty.ledger.rows.states import Book
from loyalty.members.persons import merged_into
from loyalty.outbox.announcing import announce
from loyalty.programs.models import PointCurrency, Program


class OrderPaysItself(DomainError):
    """The points of an order never pay for that order (E-77)."""

    code = "order_pays_itself"
    kind = Kind.REFUSED
    title = _("Points of the same order")
    detail = _("These points were earned by the order that they are to pay for.")


@dataclass(frozen=True, kw_only=True, slots=True)
class For:
    """What a hold is captured for: the shop's number of the order, and how many points (all, if not told)."""

    order_id: str
    points: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Captured:
    """The hold, and what its capture did to orders that had been told before."""

    hold: HeldRow
    settled: Sequence[Settled]


@unit_of_work
def capture_for_order(
    *, program: Program, hold_id: Id, what_for: For, actor: Actor, at: datetime
) -> Captured:
    """Spend what the hold set aside, for this order; the same order again answers the same and does nothing.

    An order that was told before counts for less now: what its earnings have too much is claimed in the same unit.
    Raises HoldNotHeld, HoldExpired, AmountOutOfRange, OrderPaysItself, NotFound.
    """
    member_id = hold_called(program=program, hold_id=hold_id).account.member_id
    if member_id is not None:
        _lock(program, member_id, at)
    row = hold_called(program=program, hold_id=hold_id)
    is_open = row.state == HoldState.HELD and at < row.expires_at
    orders = _orders_told(program, member_id, what_for) if is_open else []
    if orders and needs_points_of(hold=row, event_ids=[order.event.id for order in orders]):
        raise OrderPaysItself
    key = order_key_of(program=program, order_id=what_for.order_id)
    captured = capture_held(
        program=program,
        hold_id=hold_id,
        how=Capture(order_key=key, points=what_for.points),
        actor=actor,
        at=at,
    )
    settled = []
    if orders and member_id is not None:
        settled = _settle(program, captured, orders, member_id=member_id, actor=actor, at=at)
    return Captured(hold=captured, settled=settled)


def show_captured(captured: Captured, *, program: Program) -> dict[str, Any]:
    """The hold as doors tell it, with what became of orders that had been told before."""
    slugs: dict[Id, str] = {}
    if captured.settled:
        mine = PointCurrency.objects.filter(program=program)
        slugs = dict(mine.values_list("pk", "slug"))
    settled = []
    for each in captured.settled:
        told = answer_of(each, currencies=slugs)
        event = {"event": shown(Event.prefix, each.told.event_id)}
        settled.append(event | {name: told[name] for name in ("taken_back", "given_back")})
    return {**show_hold(captured.hold), "settled": settled}


@inside_unit_of_work
def _settle(
    program: Program,
    hold: HeldRow,
    orders: Sequence[KnownOrder],
    *,
    member_id: Id,
    actor: Actor,
    at: datetime,
) -> list[Settled]:
    """Bring orders that were judged before to what counts of them now that these points have paid.

    The member whose points pay answers for them, also for those that somebody bought who was merged into it.
    """
    payments = Payments(program, [(each.member_id, each.data["order_id"]) for each in orders])
    earlier = returns_of([each.id for each in orders])
    paid = []
    for order in orders:
        fold = fold_of_known(order, earlier=earlier.get(order.id, ()), payments=payments)
        answer_for(fold, member_id=member_id)
        before = payments.of(
            order.member_id,
            order.data["order_id"],
            currency=order.data["currency"],
            rate=order.rate,
            but_for=hold.pk,
        )
        paid.append(PaidLater(bought=fold.as_it_stands(), before=before, source=hold.shown_id))
    accounts = _lock(program, member_id, at)
    settled = settle_payments(program=program, paid=paid, actor=actor, at=at, accounts=accounts)
    by_event = {each.event.id: each for each in orders}
    announce(
        [
            fact_of(
                each,
                program=program,
                order_id=by_event[each.told.event_id].id,
                member_id=by_event[each.told.event_id].member_id,
                at=at,
            )
            for each in settled
        ]
    )
    return settled


def _lock(program: Program, member_id: Id, at: datetime) -> Book:
    currencies = [terms.id for terms in rule_set_of(program).currencies.values()]
    return lock_accounts(program=program, member_ids=[member_id], currency_ids=currencies, at=at)


def _orders_told(program: Program, member_id: Id | None, what_for: For) -> list[KnownOrder]:
    """The member's orders with this number, and those of who was merged into it, whichever source told them."""
    if member_id is None:
        return []
    rows = list(
        Order.objects.filter(
            program=program,
            member_id__in=merged_into([member_id])[member_id],
            order_number=what_for.order_id,
        ).order_by("id")
    )
    return known_of(rows)
