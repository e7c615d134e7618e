"""Settled: what is announced when less of an order counts than before, by a return or by points that paid later."""

from datetime import datetime

from loyalty.earning.undoing.planning import Settled
from loyalty.events.facts import OrderSettled
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program


def fact_of(
    settled: Settled, *, program: Program, order_id: Id, member_id: Id, at: datetime
) -> OrderSettled:
    """The fact of one settlement; its event is what was told: the return, or the order itself."""
    return OrderSettled(
        program_id=program.pk,
        member_id=member_id,
        at=at,
        order_id=order_id,
        event_id=settled.told.event_id,
        basis_before=int(settled.worth.before),
        basis_after=int(settled.worth.after),
        is_whole=settled.folded.left.is_nothing,
    )
