"""Returning: the one step by which a return reaches what was used in its order, sold by it, or handed out because of it.

Whoever settles an order calls it, in the same unit, after the points (W-60 to W-64).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.afterwards.withdrawing import withdraw
from loyalty.rewards.undoing.returning import ReturnedOrder, drawn_on_cards, settle_used

__all__ = ["ReturnedOrder", "drawn_on_cards", "settle_returns", "settle_voided"]


@inside_unit_of_work
def settle_returns(
    *, program: Program, orders: Sequence[ReturnedOrder], actor: Actor, at: datetime
) -> list[list[dict[str, Any]]]:
    """What these returns did to vouchers and gift cards, as the answer tells it, for each in order."""
    answers = settle_used(program=program, orders=orders, actor=actor, at=at)
    over = {each.order_event_id for each in orders if each.is_nothing_left}
    withdrawn = withdraw(program=program, event_ids=over, actor=actor, at=at) if over else {}
    for order, answer in zip(orders, answers, strict=True):
        if order.is_nothing_left:
            answer += withdrawn.pop(order.order_event_id, [])
    return answers


@inside_unit_of_work
def settle_voided(
    *, program: Program, event_id: Id, actor: Actor, at: datetime
) -> list[dict[str, Any]]:
    """What became of gifts that this event brought, once it is taken back; orders are settled as returns."""
    return withdraw(program=program, event_ids=[event_id], actor=actor, at=at).get(event_id, [])
