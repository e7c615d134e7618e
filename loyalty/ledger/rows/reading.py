"""Reading under the lock: the lots that will be taken from, and the debts that will be filled."""
# ruff: noqa: S608 (put together from the names on this page; values travel as parameters)

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.ledger.rows.states import DebtState, LotState

_COLUMNS: Final = "id, account_id, entry_id, size, free, held, opened_at, expires_at, origin, worth, opens_at, lapses_at, terms"
# Walks each account's open lots in spending order, one step of the index a lot, and stops where enough is found: the
# cost follows what is taken, not how many lots there are.
_STEP: Final = """
    SELECT lot.*, COALESCE(lot.expires_at, 'infinity'::timestamptz) AS ends FROM loyalty_lot lot
    WHERE lot.account_id = {account} AND lot.free > 0 AND lot.opened_at IS NOT NULL
      AND (COALESCE(lot.expires_at, 'infinity'::timestamptz), lot.id) > {after}
    ORDER BY COALESCE(lot.expires_at, 'infinity'::timestamptz), lot.id LIMIT 1
"""
_WALK: Final = f"""
    WITH RECURSIVE walk AS (
        SELECT step.*, wanted.points - step.free AS missing
        FROM unnest(%s::uuid[], %s::bigint[]) AS wanted (account_id, points)
        CROSS JOIN LATERAL ({_STEP.format(account="wanted.account_id", after="(%s::timestamptz, %s::uuid)")}) step
        UNION ALL
        SELECT step.*, walk.missing - step.free
        FROM walk CROSS JOIN LATERAL ({_STEP.format(account="walk.account_id", after="(walk.ends, walk.id)")}) step
        WHERE walk.missing > 0
    )
    SELECT {_COLUMNS} FROM walk
"""
_NAMED: Final = f"SELECT {_COLUMNS} FROM loyalty_lot WHERE id = ANY(%s::uuid[])"
_DEBTS: Final = """
    SELECT account_id, entry_id, points, filled FROM loyalty_debt
    WHERE account_id = ANY(%s::uuid[]) AND filled < points ORDER BY entry_id
"""
_HOLD_DRAWS: Final = """
    SELECT hold_id, lot_id, points FROM loyalty_draw WHERE hold_id = ANY(%s::uuid[]) ORDER BY id
"""
_LAST_ID: Final = Id(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class HoldDraw:
    """What a hold took from a lot."""

    hold_id: Id
    lot_id: Id
    points: int


def read_lots(*, wanted: Mapping[Id, int], named: Sequence[Id], at: datetime) -> list[LotState]:
    """Open lots in spending order up to what each account is asked for, and the named ones whatever their state."""
    lots: dict[Id, LotState] = {}
    if wanted:
        accounts = sorted(wanted)
        points = [wanted[each] for each in accounts]
        lots |= _by_id(run(_WALK, [accounts, points, at, _LAST_ID]))
    if named:
        lots |= _by_id(run(_NAMED, [sorted(set(named))]))
    return list(lots.values())


def read_debts(*, account_ids: Sequence[Id]) -> list[tuple[Id, DebtState]]:
    """What is still owed, oldest first."""
    if not account_ids:
        return []
    rows = run(_DEBTS, [list(account_ids)])
    return [
        (account_id, DebtState(entry_id=entry_id, points=points, filled=filled))
        for account_id, entry_id, points, filled in rows
    ]


def read_hold_draws(*, hold_ids: Sequence[Id]) -> list[HoldDraw]:
    """What these open holds took, in the order of taking."""
    return [HoldDraw(*row) for row in run(_HOLD_DRAWS, [list(hold_ids)])]


def _by_id(rows: Iterable[tuple[Any, ...]]) -> dict[Id, LotState]:
    return {row[0]: LotState(*[*row[:-1], _terms(row[-1])]) for row in rows}


def _terms(told: str | None) -> dict[str, object] | None:
    """Django leaves JSON as text on its connections."""
    terms: dict[str, object] | None = json.loads(told) if told else None
    return terms
