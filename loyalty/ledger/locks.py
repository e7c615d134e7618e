"""Locks: a member's account rows, ascending by id. Nothing else of a member is ever locked.

Whoever needs several members takes all of them in one call. What is read under the lock stands in a `Book`; posting
moves its states, so that a second post of the same transaction needs no second lock.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import AccountState, Book
from loyalty.programs.models import Program

_LOOK: Final = """
    SELECT a.id, a.program_id, a.member_id, a.currency_id, a.voucher_id, a.available, a.pending, a.held, a.negative,
           a.last_number, a.closed_at IS NOT NULL, COALESCE(c.spendable, TRUE)
    FROM loyalty_account a LEFT JOIN loyalty_pointcurrency c ON c.id = a.currency_id
    WHERE {which}
    ORDER BY a.id
"""
_LOCK: Final = _LOOK + "    FOR NO KEY UPDATE OF a\n"
_OF_MEMBERS: Final = _LOCK.format(
    which="a.member_id = ANY(%s::uuid[]) AND a.currency_id = ANY(%s::uuid[])"
)
_OF_OWNERS: Final = _LOCK.format(
    which="a.member_id = ANY(%s::uuid[]) OR a.voucher_id = ANY(%s::uuid[])"
)
_BY_ID: Final = _LOCK.format(which="a.id = ANY(%s::uuid[])")
_UNLOCKED: Final = _LOOK.format(which="a.member_id = ANY(%s::uuid[])")
_HOLD: Final = """
    SELECT count(*) FROM (
        SELECT FROM loyalty_account WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE
    ) AS held
"""
_CREATE_CARDS: Final = """
    INSERT INTO loyalty_account (id, program_id, voucher_id, money, available, pending, held, negative, last_number,
                                 opened_at)
    SELECT id, %s, voucher_id, money, 0, 0, 0, 0, 0, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS card (id, voucher_id, money)
    ON CONFLICT (voucher_id) WHERE voucher_id IS NOT NULL DO NOTHING
"""
_CREATE: Final = """
    INSERT INTO loyalty_account (id, program_id, member_id, currency_id, money, available, pending, held, negative,
                                 last_number, opened_at)
    SELECT id, %s, member_id, currency_id, '', 0, 0, 0, 0, 0, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS missing (id, member_id, currency_id)
    ON CONFLICT (member_id, currency_id) DO NOTHING
"""


@inside_unit_of_work
def lock_accounts(
    *, program: Program, member_ids: Collection[Id], currency_ids: Collection[Id], at: datetime
) -> Book:
    """Hold these members' accounts in these currencies until the transaction ends; missing ones are opened.

    One statement; three when an account is missing. Members of the programme only, which the caller has looked up.
    """
    book = _read(_OF_MEMBERS, [sorted(member_ids), sorted(currency_ids)])
    missing = sorted(
        (member_id, currency_id)
        for member_id in member_ids
        for currency_id in currency_ids
        if (member_id, currency_id) not in book
    )
    if missing:
        members, currencies = zip(*missing, strict=True)
        run(_CREATE, [program.pk, at, [new_id() for _ in missing], list(members), list(currencies)])
        book |= _read(_OF_MEMBERS, [sorted(set(members)), sorted(set(currencies))])
    return book


@inside_unit_of_work
def open_gift_cards(*, program: Program, cards: Mapping[Id, str], at: datetime) -> Book:
    """Hold the accounts of these gift cards (id and ISO currency), opening those that are missing.

    Their unit is the minor unit of that money; no rule, tier or expiry of points touches them.
    """
    ids = sorted(cards)
    run(
        _CREATE_CARDS, [program.pk, at, [new_id() for _ in ids], ids, [cards[each] for each in ids]]
    )
    return lock_accounts_of(owner_ids=ids)


@inside_unit_of_work
def lock_accounts_of(*, owner_ids: Collection[Id]) -> Book:
    """Hold every account that these members or gift cards have, lowest id first; none is opened."""
    owners = sorted(owner_ids)
    return _read(_OF_OWNERS, [owners, owners])


@inside_unit_of_work
def lock_accounts_by_id(*, account_ids: Collection[Id]) -> Book:
    """Hold these accounts until the transaction ends, lowest id first."""
    return _read(_BY_ID, [sorted(account_ids)])


def look_at_accounts(*, member_ids: Collection[Id]) -> Book:
    """These members' accounts as they stand, for a question that decides nothing: no lock is taken."""
    return _read(_UNLOCKED, [sorted(member_ids)])


@inside_unit_of_work
def hold_accounts(*, account_ids: Collection[Id]) -> None:
    """As `lock_accounts_by_id`, for who works on the rows in the database and needs not know them."""
    run(_HOLD, [list(account_ids)])


def by_id(book: Book) -> dict[Id, AccountState]:
    """The same accounts by their own id."""
    return {state.id: state for state in book.values()}


def _read(sql: str, values: Iterable[Any]) -> Book:
    states = (AccountState(*row) for row in run(sql, list(values)))
    return {state.purse: state for state in states}
