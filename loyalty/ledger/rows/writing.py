"""Writing: the one place where the ledger's rows reach the database.

One statement for any number of rows: each table is a data-modifying step fed by arrays, which `bulk_create` and
`bulk_update` are ten times slower than. All steps see the state before the statement; constraints are checked after.
"""
# ruff: noqa: S608 (put together from the names on this page; values travel as parameters)

from collections.abc import Sequence
from typing import Final

from loyalty.foundation.database.statements import Values, run

_ENTRY: Final = (
    "id uuid, program_id uuid, account_id uuid, number bigint, kind text, points bigint, balance_after bigint, "
    "reason text, source_key text, rule_id uuid, rule_version int, event_id uuid, reverses_id uuid, group_id uuid, "
    "hold_id uuid, counts_for_tier bool, actor_kind text, actor_id uuid, actor_name text, approved_by_id uuid, "
    "occurred_at timestamptz, posted_at timestamptz"
)
_LOT: Final = (
    "id uuid, account_id uuid, entry_id uuid, size bigint, free bigint, held bigint, origin text, worth bigint, "
    "opens_at timestamptz, opened_at timestamptz, lapses_at timestamptz, expires_at timestamptz, terms jsonb"
)


def _insert(table: str, columns: str) -> str:
    names, types = zip(*(column.split() for column in columns.split(", ")), strict=True)
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM unnest({arrays})"


def _update(table: str, columns: str) -> str:
    names, types = zip(*(column.split() for column in columns.split(", ")), strict=True)
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    moved = ", ".join(f"{name} = fresh.{name}" for name in names[1:])
    return (
        f"UPDATE {table} SET {moved} FROM unnest({arrays}) AS fresh ({', '.join(names)}) "
        f"WHERE {table}.{names[0]} = fresh.{names[0]}"
    )


# The order of writing: what is referred to comes first, which is for readers; the database checks at the end.
STEPS: Final = {
    "accounts": _update(
        "loyalty_account",
        "id uuid, available bigint, pending bigint, held bigint, negative bigint, last_number bigint",
    ),
    "holds": _insert(
        "loyalty_hold",
        "id uuid, program_id uuid, account_id uuid, points bigint, captured bigint, state text, quote_id uuid, "
        "order_key text, held_at timestamptz, expires_at timestamptz",
    ),
    "settled_holds": _update(
        "loyalty_hold",
        "id uuid, state text, captured bigint, order_key text, settled_at timestamptz",
    ),
    "entries": _insert("loyalty_entry", _ENTRY),
    "notes": _insert("loyalty_entrynote", "entry_id uuid, text text"),
    "lots": _insert("loyalty_lot", _LOT),
    "moved_lots": _update(
        "loyalty_lot",
        "id uuid, free bigint, held bigint, opened_at timestamptz, expires_at timestamptz",
    ),
    "lot_changes": _insert(
        "loyalty_lotchange",
        "id uuid, lot_id uuid, why text, ended_at timestamptz, ends_at timestamptz, at timestamptz",
    ),
    "draws": _insert(
        "loyalty_draw",
        "id uuid, lot_id uuid, entry_id uuid, hold_id uuid, points bigint, at timestamptz",
    ),
    "debts": _insert(
        "loyalty_debt", "entry_id uuid, account_id uuid, points bigint, filled bigint"
    ),
    "filled_debts": _update("loyalty_debt", "entry_id uuid, filled bigint"),
    "claims": _insert(
        "loyalty_claim",
        "id uuid, account_id uuid, earning_id uuid, source_key text, asked bigint, pending bigint, own bigint, "
        "expired bigint, other bigint, owing bigint, waived bigint, entry_id uuid, group_id uuid, at timestamptz",
    ),
}


def write(rows: dict[str, Sequence[Values]]) -> None:
    """Write all these rows, by the name of their step, in one statement; nothing for no rows."""
    steps = [name for name in STEPS if rows.get(name)]
    if not steps:
        return
    sql = ", ".join(f"{name} AS ({STEPS[name]})" for name in steps)
    values = [list(column) for name in steps for column in zip(*rows[name], strict=True)]
    run(f"WITH {sql} SELECT 1", values)
