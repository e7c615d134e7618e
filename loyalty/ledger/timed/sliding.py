"""Sliding: activity of chosen types moves the end of all open lots whose policy says so (L-15)."""

from collections.abc import Collection
from datetime import datetime

from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.models import Lot
from loyalty.ledger.rows.states import Book
from loyalty.ledger.rows.writing import write
from loyalty.programs.expiry import ends_at
from loyalty.programs.models import Program


@inside_unit_of_work
def slide(
    *, program: Program, accounts: Book, active: Collection[tuple[Id, str, datetime]], at: datetime
) -> int:
    """Move the ends on for members who were active: (member, type of the event, when it happened).

    `accounts` are locked. Ends only ever move on, and no lot comes back that has ended; answers how many moved.
    """
    latest: dict[tuple[Id, str], datetime] = {}
    for member_id, kind, happened_at in active:
        slot = (member_id, kind)
        latest[slot] = max(happened_at, latest.get(slot, happened_at))
    owners = {
        state.id: state.member_id
        for state in accounts.values()
        if any(member_id == state.member_id for member_id, _ in latest)
    }
    lots = Lot.objects.filter(
        account__in=owners, opened_at__isnull=False, free__gt=0, expires_at__gt=at
    ).filter(terms__kind="sliding")
    moved, changes = [], []
    for lot in lots.order_by("id"):
        assert lot.terms is not None
        assert lot.expires_at is not None
        kinds = set(lot.terms["activities"])
        instants = [
            happened
            for (member_id, kind), happened in latest.items()
            if member_id == owners[lot.account_id] and kind in kinds
        ]
        ends = ends_at(lot.terms, max(instants), program.zone) if instants else None
        if ends and ends > lot.expires_at:
            moved.append((lot.pk, lot.free, lot.held, lot.opened_at, ends))
            changes.append((new_id(), lot.pk, "activity", lot.expires_at, ends, at))
    write({"moved_lots": moved, "lot_changes": changes})
    return len(moved)
