"""Spent: what entries took from which lots, and how much of it may still be given back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.ledger.kinds import Purse


@dataclass(slots=True)
class Spent:
    """What one entry took, and may still get back: (lot, points), in the order of taking."""

    account_id: Id
    purse: Purse
    left: list[tuple[Id, int]] = field(default_factory=list)


# What the entry (or the hold that it captured) took from each lot, less what came back by entries that reverse it.
_TAKEN: Final = """
    SELECT spent.id, spent.account_id, COALESCE(a.member_id, a.voucher_id), a.currency_id, taken.lot_id, taken.points
    FROM loyalty_entry spent
    JOIN loyalty_account a ON a.id = spent.account_id
    CROSS JOIN LATERAL (
        SELECT id, lot_id, points FROM loyalty_draw WHERE entry_id = spent.id
        UNION ALL
        SELECT id, lot_id, points FROM loyalty_draw WHERE hold_id = spent.hold_id
    ) taken
    WHERE spent.id = ANY(%s::uuid[]) ORDER BY taken.id
"""
# An entry without a lot gave back to another account: to who answers for the member since a merge.
_BACK: Final = """
    SELECT back.reverses_id, draw.lot_id, draw.points
    FROM loyalty_entry back JOIN loyalty_draw draw ON draw.entry_id = back.id
    WHERE back.reverses_id = ANY(%s::uuid[]) AND back.kind = 'return_spent' AND draw.points < 0
    UNION ALL
    SELECT back.reverses_id, NULL, -back.points
    FROM loyalty_entry back JOIN loyalty_entry spent ON spent.id = back.reverses_id
    WHERE back.reverses_id = ANY(%s::uuid[]) AND back.kind = 'return_spent'
      AND back.account_id <> spent.account_id
"""


def read_spent(spent_ids: Sequence[Id]) -> dict[Id, Spent]:
    """These entries with what is left to give back of each; two statements."""
    spent: dict[Id, Spent] = {}
    taken: dict[tuple[Id, Id], int] = {}
    elsewhere: dict[Id, int] = {}
    ids = list(spent_ids)
    for entry_id, account_id, owner_id, currency_id, lot_id, points in run(_TAKEN, [ids]):
        spent.setdefault(entry_id, Spent(account_id, (owner_id, currency_id)))
        taken[entry_id, lot_id] = taken.get((entry_id, lot_id), 0) + points
    for entry_id, lot_id, points in run(_BACK, [ids, ids]):
        if lot_id is None:
            elsewhere[entry_id] = elsewhere.get(entry_id, 0) - points
        else:
            taken[entry_id, lot_id] += points
    for (entry_id, lot_id), points in taken.items():
        if points > 0:
            spent[entry_id].left.append((lot_id, points))
    for entry_id, points in elsewhere.items():
        _take_off(spent[entry_id], points)
    return spent


def _take_off(spent: Spent, points: int) -> None:
    """What went elsewhere came off the lots that were drawn last."""
    while points:
        lot_id, there = spent.left.pop()
        if there > points:
            spent.left.append((lot_id, there - points))
        points -= min(there, points)
