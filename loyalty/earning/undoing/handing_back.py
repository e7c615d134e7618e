"""Handing back: what a return tells the room of rewards, and what gift cards paid of an order (W-60 to W-63)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loyalty.earning.settling.allocating import Allocation
from loyalty.earning.settling.orders import Bought, Folded, ReturnTold
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program
from loyalty.rewards.returning import ReturnedOrder, drawn_on_cards


def with_cards(orders: Sequence[Bought], *, program: Program) -> Iterator[Bought]:
    """These orders with what gift cards paid of each; one query for all."""
    named = {(each.told.data["order_id"], each.told.data["currency"]) for each in orders}
    drawn = drawn_on_cards(program=program, orders=named)
    for each in orders:
        yield replace(each, cards=drawn.get(each.told.data["order_id"], 0))


def returned_order(
    told: ReturnTold, folded: Folded, allocation: Allocation, group_id: Id
) -> ReturnedOrder:
    """One settled return as rewards need it."""
    left, order = folded.left, folded.order
    return ReturnedOrder(
        order_id=folded.bought.told.data["order_id"],
        currency=order.currency,
        order_event_id=folded.bought.told.event_id,
        event_id=told.event_id,
        member_id=folded.bought.told.member.id,
        is_nothing_left=left.is_nothing,
        cards=allocation.cards,
        lines={
            order.lines[share.position].line_id: (share.quantity, not left.shares[share.position])
            for share in allocation.lines
        },
        group_id=group_id,
    )
