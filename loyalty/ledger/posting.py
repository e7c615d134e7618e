"""Posting: every point that moves, moves here. Lock, read, decide, write, announce."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger import facts
from loyalty.ledger.kinds import CREDITS, MOVEMENTS_PER_POST_MAX, EntryKind, Movement, Posted, Purse
from loyalty.ledger.locks import lock_accounts, lock_accounts_of
from loyalty.ledger.refusals import EntryConflict
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.moving import move
from loyalty.ledger.rows.reading import read_debts, read_lots
from loyalty.ledger.rows.states import Book
from loyalty.ledger.rows.writing import write
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program

_EARLIER: Final = """
    SELECT e.account_id, told.slot, e.id, e.number, e.points, e.balance_after
    FROM unnest(%s::uuid[], %s::uuid[]) AS told (account_id, slot)
    JOIN loyalty_entry e
      ON e.account_id = told.account_id AND (md5(e.kind || '/' || e.source_key)::uuid) = told.slot
"""
_FACTS: Final[dict[EntryKind, Callable[..., facts.PointsFact]]] = {
    EntryKind.EARN: facts.PointsEarned,
    EntryKind.BONUS: facts.PointsEarned,
    EntryKind.OPENING: facts.PointsEarned,
    EntryKind.SPEND: facts.PointsSpent,
    EntryKind.REDEEM: facts.PointsSpent,
    EntryKind.EXPIRE: facts.PointsExpired,
    EntryKind.FORFEIT: facts.PointsExpired,
    EntryKind.RETURN_EARNED: facts.PointsReversed,
    EntryKind.RETURN_SPENT: facts.PointsReversed,
    EntryKind.REINSTATE: facts.PointsAdjusted,
    EntryKind.ADJUST_CREDIT: facts.PointsAdjusted,
    EntryKind.ADJUST_DEBIT: facts.PointsAdjusted,
    EntryKind.TRANSFER_IN: facts.PointsTransferred,
    EntryKind.TRANSFER_OUT: facts.PointsTransferred,
    EntryKind.MERGE_IN: facts.PointsTransferred,
    EntryKind.MERGE_OUT: facts.PointsTransferred,
}


@inside_unit_of_work
def post(
    *,
    program: Program,
    movements: Sequence[Movement],
    actor: Actor,
    at: datetime,
    partial: bool = False,
    accounts: Book | None = None,
    approved_by_id: Id | None = None,
) -> list[Posted]:
    """Move points on many accounts, each source key once; answers one result per movement, in order.

    All or nothing: raises InsufficientPoints, EntryConflict, AmountOutOfRange, CurrencyNotSpendable or AccountClosed
    before anything is written; with `partial`, each result carries its own refusal instead. Movements of an account
    apply in the given order, and the result is that of posting them one by one. At most 9 statements for 1 to 10,000.
    `accounts` is the book of accounts that this transaction has locked before; it is moved along.
    """
    assert len(movements) <= MOVEMENTS_PER_POST_MAX, "more than one post can take"
    if not movements:
        return []
    book = accounts if accounts is not None else _lock(program, movements, at)
    slots = [(book[each.purse].id, slot_of(each)) for each in movements]
    earlier = earlier_of(slots)
    draft = Draft(actor=actor, at=at, approved_by_id=approved_by_id)
    fresh = [each for each, slot in zip(movements, slots, strict=True) if slot not in earlier]
    _know(draft, book, fresh)
    posted = _drafted(draft, movements, slots, earlier, partial=partial)
    write(draft.rows())
    announce([fact_of(each, program=program, at=at) for each in posted if _is_news(each)])
    return posted


def slot_of(movement: Movement) -> Id:
    """Kind and source key as the database's unique index sees them (`models.Slot`)."""
    told = f"{movement.kind.value}/{movement.source_key}".encode()
    return Id(bytes=hashlib.md5(told, usedforsecurity=False).digest())


def fact_of(posted: Posted, *, program: Program, at: datetime) -> Fact:
    """The fact that tells of this entry; its day is the local date of when it happened."""
    assert posted.entry_id is not None
    movement = posted.movement
    kind = _FACTS[movement.kind]
    own: dict[str, Any] = {}
    if kind is facts.PointsEarned:
        terms = movement.terms
        own["is_pending"] = bool(terms and (terms.waits or (terms.opens_at or at) > at))
    elif kind is facts.PointsReversed:
        own["owed"] = posted.owed
    elif kind is facts.PointsAdjusted:
        own["reason"] = movement.reason
    elif kind is facts.PointsTransferred:
        own["group_id"] = movement.group_id
    return kind(
        program_id=program.pk,
        member_id=movement.member_id,
        at=at,
        entry_id=posted.entry_id,
        currency_id=movement.currency_id,
        kind=movement.kind.value,
        points=posted.points,
        balance_after=posted.balance_after,
        event_id=movement.event_id,
        rule_id=movement.rule_id,
        reverses_id=movement.reverses_id,
        source_key=movement.source_key,
        occurred_at=movement.occurred_at,
        day=local_day(movement.occurred_at, program.zone),
        counts_for_tier=movement.counts_for_tier,
        imported=movement.is_imported,
        **own,
    )


def _lock(program: Program, movements: Iterable[Movement], at: datetime) -> Book:
    member_ids = {each.member_id for each in movements if each.member_id}
    currency_ids = {each.currency_id for each in movements if each.currency_id}
    cards = {each.voucher_id for each in movements if each.voucher_id}
    book = lock_accounts_of(owner_ids=cards) if cards else {}
    if member_ids:
        book |= lock_accounts(
            program=program, member_ids=member_ids, currency_ids=currency_ids, at=at
        )
    return book


def earlier_of(slots: Sequence[tuple[Id, Id]]) -> dict[tuple[Id, Id], tuple[Any, ...]]:
    """Entries that stand in these slots already: id, number, points, balance after."""
    accounts, digests = zip(*slots, strict=True)
    rows = run(_EARLIER, [list(accounts), list(digests)])
    return {(row[0], row[1]): row[2:] for row in rows}


def _know(draft: Draft, book: Book, movements: Collection[Movement]) -> None:
    """Read what debits will take from, and what credits will fill."""
    purses: set[Purse] = {each.purse for each in movements}
    states = [book[purse] for purse in purses]
    wanted: dict[Id, int] = {}
    named: list[Id] = []
    for each in movements:
        if each.kind in CREDITS:
            continue
        named.extend(each.lot_ids)
        if not each.only_these:
            account_id = book[each.purse].id
            wanted[account_id] = wanted.get(account_id, 0) - each.points
    owing = [state.id for state in states if state.negative]
    draft.know(
        states,
        lots=read_lots(wanted=wanted, named=named, at=draft.at),
        debts=read_debts(account_ids=owing),
    )


def _drafted(
    draft: Draft,
    movements: Sequence[Movement],
    slots: Sequence[tuple[Id, Id]],
    earlier: dict[tuple[Id, Id], tuple[Any, ...]],
    *,
    partial: bool,
) -> list[Posted]:
    results: list[Posted] = []
    for movement, slot in zip(movements, slots, strict=True):
        try:
            if slot in earlier:
                result = _told_again(movement, slot[0], earlier[slot])
            else:
                result = move(draft, movement, slot[0])
                earlier[slot] = (
                    result.entry_id,
                    result.number,
                    result.points,
                    result.balance_after,
                )
        except DomainError as refusal:
            if not partial:
                raise
            result = Posted(movement=movement, account_id=slot[0], refusal=refusal)
        results.append(result)
    return results


def _told_again(movement: Movement, account_id: Id, row: tuple[Any, ...]) -> Posted:
    entry_id, number, points, balance_after = row
    if points != movement.points:
        raise EntryConflict(points=points)
    return Posted(
        movement=movement,
        entry_id=entry_id,
        account_id=account_id,
        number=number,
        points=points,
        balance_after=balance_after,
        repeated=True,
    )


def _is_news(posted: Posted) -> bool:
    """Repeated and refused movements announce nothing; nor does money on gift cards, which are no member's points."""
    return not posted.repeated and posted.refusal is None and posted.movement.member_id is not None
