"""Rebuilding: an account's parts and a lot's rest, worked out from rows and put right under the lock (L-71, V-36)."""

from collections.abc import Iterator
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.proofs.proving import Found, Scope
from loyalty.foundation.proofs.rebuilding import Difference, rebuilds
from loyalty.foundation.units import unit_of_work
from loyalty.ledger.locks import lock_accounts_by_id
from loyalty.ledger.models import Account
from loyalty.ledger.proofs import checking

_LOTS: Final = """
    UPDATE loyalty_lot SET free = size - drawn.taken, held = drawn.held
    FROM (
        SELECT lot.id, COALESCE(sum(draw.points), 0)::bigint AS taken,
               COALESCE(sum(draw.points) FILTER (WHERE hold.state = 'held'), 0)::bigint AS held
        FROM loyalty_lot lot
        LEFT JOIN loyalty_draw draw ON draw.lot_id = lot.id
        LEFT JOIN loyalty_hold hold ON hold.id = draw.hold_id
        WHERE lot.account_id = ANY(%s::uuid[]) GROUP BY lot.id
    ) drawn
    WHERE loyalty_lot.id = drawn.id
      AND (free, loyalty_lot.held) IS DISTINCT FROM (size - drawn.taken, drawn.held)
"""
_ACCOUNTS: Final = """
    UPDATE loyalty_account a SET available = lots.available, pending = lots.pending, held = holds.held,
           negative = debts.negative, last_number = entries.last
    FROM loyalty_account b
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(free) FILTER (WHERE opened_at IS NOT NULL), 0)::bigint AS available,
               COALESCE(sum(free) FILTER (WHERE opened_at IS NULL), 0)::bigint AS pending
        FROM loyalty_lot WHERE account_id = b.id
    ) lots
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(points), 0)::bigint AS held FROM loyalty_hold
        WHERE account_id = b.id AND state = 'held'
    ) holds
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(points - filled), 0)::bigint AS negative FROM loyalty_debt WHERE account_id = b.id
    ) debts
    CROSS JOIN LATERAL (
        SELECT COALESCE(max(number), 0) AS last FROM loyalty_entry WHERE account_id = b.id
    ) entries
    WHERE b.id = a.id AND a.id = ANY(%s::uuid[])
"""


@rebuilds("lots")
def rebuild_lots(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """What is free and held in each lot, from its draws."""
    for part in checking.account_ranges(scope):
        found = list(checking.lots_add_up(part))
        yield from _differences(found)
        if found and not dry_run:
            _repair(part, sql=_LOTS)


@rebuilds("balances")
def rebuild_balances(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """The parts of each account, from its lots, holds, debts and entries."""
    for part in checking.account_ranges(scope):
        found = list(checking.parts_add_up(part))
        yield from _differences(found)
        if found and not dry_run:
            _repair(part, sql=_ACCOUNTS)


@unit_of_work
def _repair(scope: Scope, *, sql: str) -> None:
    """Lock the accounts of this part, and work out again under the lock what was found wrong before it."""
    ids = scope.ids or tuple(
        Account.objects.filter(pk__gt=scope.above, pk__lte=scope.upto).values_list("pk", flat=True)
    )
    lock_accounts_by_id(account_ids=ids)
    run(sql, [list(ids)])


def _differences(found: list[Found]) -> Iterator[Difference]:
    for row, stands, should in found:
        yield Difference(row=row, found=stands, rebuilt=should)
