"""Sliding: activity of chosen types moves the end of all open lots whose policy says so (L-15)."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import Book
from loyalty.ledger.rows.writing import write
from loyalty.programs.expiry import Policy, activities_of, end_under
from loyalty.programs.models import Program

# Lots that a hold has emptied slide as well: what it does not spend goes back to them.
_OPEN: Final = """
    WITH mine AS (
        SELECT id FROM loyalty_lot
        WHERE account_id = ANY(%s::uuid[]) AND free > 0 AND opened_at IS NOT NULL
        UNION
        SELECT draw.lot_id FROM loyalty_hold hold JOIN loyalty_draw draw ON draw.hold_id = hold.id
        WHERE hold.account_id = ANY(%s::uuid[]) AND hold.state = 'held'
    )
    SELECT lot.id, lot.account_id, lot.free, lot.held, lot.opened_at, lot.expires_at, lot.terms
    FROM mine JOIN loyalty_lot lot ON lot.id = mine.id
    WHERE lot.expires_at > %s AND lot.terms ->> 'kind' = 'sliding' ORDER BY lot.id
"""


@inside_unit_of_work
def slide(
    *, program: Program, accounts: Book, active: Collection[tuple[Id, str, datetime]], at: datetime
) -> int:
    """Move the ends on for members who were active: (member, type of the event, when it happened).

    `accounts` are locked. Ends only ever move on, and no lot comes back that has ended; answers how many moved.
    """
    latest: dict[tuple[Id | None, str], datetime] = {}
    for member_id, kind, happened_at in active:
        slot = (member_id, kind)
        latest[slot] = max(happened_at, latest.get(slot, happened_at))
    members = {member_id for member_id, _ in latest}
    owners = {each.id: each.member_id for each in accounts.values() if each.member_id in members}
    moved, changes = [], []
    ids = sorted(owners)
    for lot_id, account_id, free, held, opened_at, ended_at, told in run(_OPEN, [ids, ids, at]):
        terms = json.loads(told)
        slots = [(owners[account_id], kind) for kind in activities_of(terms)]
        instants = [latest[slot] for slot in slots if slot in latest]
        if not instants:
            continue
        ends = end_under(Policy.read(terms), max(instants), program.zone)
        if ends and ends > ended_at:
            moved.append((lot_id, free, held, opened_at, ends))
            changes.append((new_id(), lot_id, "activity", ended_at, ends, at))
    write({"moved_lots": moved, "lot_changes": changes})
    return len(moved)
