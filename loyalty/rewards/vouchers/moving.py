"""Moving: each change of a voucher's state is one compare-and-set update; who comes too late finds nothing (W-30, W-75)."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

_RESERVE: Final = """
    UPDATE loyalty_voucher v
    SET state = 'reserved', reserved_key = told.key, reserved_until = told.until, discount = told.discount
    FROM (VALUES (%s::uuid, %s::text, %s::timestamptz, %s::jsonb, %s::timestamptz))
         AS told (id, key, until, discount, at)
    WHERE v.id = told.id
      AND (v.starts_at IS NULL OR v.starts_at <= told.at) AND (v.ends_at IS NULL OR v.ends_at > told.at)
      AND (v.state = 'issued'
           OR v.state = 'reserved' AND (v.reserved_key = told.key OR v.reserved_until <= told.at))
    RETURNING v.id
"""
_REDEEM: Final = """
    UPDATE loyalty_voucher v
    SET state = 'redeemed', order_key = told.order_key, redeemed_at = told.at, reserved_key = '',
        reserved_until = NULL
    FROM (VALUES (%s::uuid, %s::text, %s::text, %s::timestamptz)) AS told (id, key, order_key, at)
    WHERE v.id = told.id
      AND ((v.starts_at IS NULL OR v.starts_at <= told.at) AND (v.ends_at IS NULL OR v.ends_at > told.at)
           AND (v.state = 'issued' OR v.state = 'reserved' AND v.reserved_until <= told.at)
           OR v.state = 'reserved' AND v.reserved_key = told.key AND v.reserved_until > told.at)
    RETURNING v.id
"""
_USE: Final = """
    INSERT INTO loyalty_voucheruse (id, program_id, voucher_id, order_key, used_at, discount, entry_id, amount, given_back)
    VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s, %s, 0)
"""
_RELEASE: Final = """
    UPDATE loyalty_voucher SET state = 'issued', reserved_key = '', reserved_until = NULL, discount = NULL
    WHERE id = %s AND state = 'reserved' AND reserved_key = %s
"""
_CANCEL: Final = """
    UPDATE loyalty_voucher
    SET state = 'cancelled', cancelled_at = %s, reserved_key = '', reserved_until = NULL, discount = NULL
    WHERE id = ANY(%s::uuid[]) AND state IN ('issued', 'reserved')
    RETURNING id
"""
_REINSTATE: Final = """
    UPDATE loyalty_voucher v
    SET state = 'issued', order_key = '', redeemed_at = NULL, discount = NULL, warned_at = NULL, ends_at = told.ends_at
    FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS told (id, order_key, ends_at)
    WHERE v.id = told.id AND v.state = 'redeemed' AND v.order_key = told.order_key
    RETURNING v.id
"""
_REINSTATED: Final = """
    UPDATE loyalty_voucheruse u SET reinstated_at = %s
    FROM unnest(%s::uuid[], %s::text[]) AS told (voucher_id, order_key)
    WHERE u.voucher_id = told.voucher_id AND u.order_key = told.order_key AND u.reinstated_at IS NULL
"""
_EXTEND: Final = """
    UPDATE loyalty_voucher SET state = 'issued', ends_at = %s, warned_at = NULL
    WHERE id = %s AND state IN ('issued', 'expired') AND (ends_at IS NULL OR ends_at < %s)
    RETURNING id
"""


@inside_unit_of_work
def reserve(
    voucher_id: Id, *, key: str, until: datetime, discount: Mapping[str, Any] | None, at: datetime
) -> bool:
    """issued → reserved, or a new end for the same key; False if somebody else was first."""
    return bool(run(_RESERVE, [voucher_id, key, until, _json(discount), at]))


@inside_unit_of_work
def redeem(voucher_id: Id, *, key: str, order_key: str, at: datetime) -> bool:
    """issued or reserved by this key → redeemed; False if somebody else was first."""
    return bool(run(_REDEEM, [voucher_id, key, order_key, at]))


@inside_unit_of_work
def note_use(
    use_id: Id,
    *,
    program_id: Id,
    voucher_id: Id,
    order_key: str,
    discount: Mapping[str, Any] | None = None,
    drawn: tuple[Id, int] | None = None,
    at: datetime,
) -> None:
    """Remember that it served this order, and what was told or drawn (`drawn`: entry and amount)."""
    entry_id, amount = drawn or (None, None)
    run(
        _USE,
        [use_id, program_id, voucher_id, order_key, at, _json(discount), entry_id, amount],
    )


@inside_unit_of_work
def release(voucher_id: Id, *, key: str) -> None:
    """reserved by this key → issued; anything else stays."""
    run(_RELEASE, [voucher_id, key])


@inside_unit_of_work
def cancel(voucher_ids: Collection[Id], *, at: datetime) -> set[Id]:
    """issued, reserved → cancelled; answers those that moved."""
    return {row[0] for row in run(_CANCEL, [at, sorted(voucher_ids)])}


@inside_unit_of_work
def reinstate(wanted: Mapping[Id, tuple[str, datetime | None]], *, at: datetime) -> set[Id]:
    """redeemed for this order → issued until this end; answers those that moved."""
    ids = sorted(wanted)
    keys, ends = [wanted[each][0] for each in ids], [wanted[each][1] for each in ids]
    moved = {row[0] for row in run(_REINSTATE, [ids, keys, ends])}
    run(_REINSTATED, [at, ids, keys])
    return moved


@inside_unit_of_work
def extend(voucher_id: Id, *, ends_at: datetime) -> bool:
    """issued, expired → issued until a later end; False if it is neither."""
    return bool(run(_EXTEND, [ends_at, voucher_id, ends_at]))


def _json(told: Mapping[str, Any] | None) -> str | None:
    return None if told is None else json.dumps(told)
