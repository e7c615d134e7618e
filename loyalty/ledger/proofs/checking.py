"""Checking: I1, I2, I3, I7 and I10 from rows alone, account by account (L-70, V-35)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import FIRST_ID, Found, Scope, invariant, within
from loyalty.ledger.proofs import queries

ACCOUNTS_AT_ONCE_MAX: Final = 20_000
OVERDUE_AFTER: Final = timedelta(hours=1)


def account_ranges(scope: Scope) -> Sequence[Scope]:
    """The accounts of the scope, some ten thousand a part, in the order of their ids."""
    if scope.member_id or scope.since or scope.sample:
        chosen = [row[0] for row in _rows(queries.CHOSEN, scope)]
        return [within(scope, chosen)] if chosen else []
    edges = [row[0] for row in _rows(queries.EDGES, scope, every=ACCOUNTS_AT_ONCE_MAX)]
    return [
        Scope(program_id=scope.program_id, above=above, upto=upto)
        for above, upto in zip([FIRST_ID, *edges], edges, strict=False)
    ]


@invariant("I1", name="account parts", parts=account_ranges)
def parts_add_up(scope: Scope) -> Iterable[Found]:
    """available, pending, held, negative and the balance are what lots, holds, debts and entries say."""
    return _told(queries.PARTS, scope, prefix="acc")


@invariant("I1", name="lot parts", parts=account_ranges)
def lots_add_up(scope: Scope) -> Iterable[Found]:
    """A lot's free points are its size less its draws, its held ones those of open holds."""
    return _told(queries.LOTS, scope, prefix="lot")


@invariant("I2", name="numbers and balances", parts=account_ranges)
def entries_count_up(scope: Scope) -> Iterable[Found]:
    """Entries are numbered without a gap, and each balance is the one before plus the points."""
    return _told(queries.NUMBERS, scope, prefix="ent")


@invariant("I3", name="debts", parts=account_ranges)
def only_some_owe(scope: Scope) -> Iterable[Found]:
    """Parts are not below zero, and only returns, merges and approved adjustments leave debts."""
    return _told(queries.DEBTS, scope, prefix="ent")


@invariant("I7", name="entries and draws", parts=account_ranges)
def entries_have_their_draws(scope: Scope) -> Iterable[Found]:
    """Each debit is what its lots gave and what it left owing; each credit is what its lots brought or got back."""
    return _told(queries.DRAWS, scope, prefix="ent")


@invariant("I7", name="times of draws", parts=account_ranges)
def draws_keep_the_times(scope: Scope) -> Iterable[Found]:
    """Nothing was spent before its lot opened, nor at or after its end."""
    return _told(queries.TIMES, scope, prefix="drw")


@invariant("I7", name="holds end", parts=account_ranges)
def holds_end(scope: Scope) -> Iterable[Found]:
    """No hold is open long after its end by the programme's clock."""
    return _told(queries.OVERDUE, scope, prefix="hld", now=timezone.now() - OVERDUE_AFTER)


@invariant("I10", name="counterparts", parts=lambda scope: [scope])
def counterparts_foot(scope: Scope) -> Iterable[Found]:
    """Per programme and currency, everything issued less everything gone is what the accounts hold; moves cancel out."""
    if scope.member_id or scope.since or scope.sample:
        return
    for currency_id, found, expected in _rows(queries.FOOTING, scope):
        yield (shown("cur", currency_id) if currency_id else "money"), str(found), str(expected)


def _told(sql: str, scope: Scope, *, prefix: str, **more: object) -> Iterable[Found]:
    for row_id, found, expected in _rows(sql, scope, **more):
        yield shown(prefix, row_id), str(found), str(expected)


def _rows(sql: str, scope: Scope, **more: object) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "program": scope.program_id,
        "member": scope.member_id,
        "since": scope.since,
        "sample": scope.sample,
        "above": scope.above,
        "upto": scope.upto,
        "ids": None if scope.ids is None else list(scope.ids),
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def checked_ids(scope: Scope) -> list[Id]:
    """The accounts that a scope names; for tests and for the admin."""
    return [row[0] for row in _rows(queries.CHOSEN, scope)]
