"""Cancelling: what was handed out and not used is taken back for good; what is left on a card is forfeited (W-24, W-62)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind, Movement
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.posting import post
from loyalty.ledger.rows.states import AccountState, Book
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.voucher_kinds import VoucherState
from loyalty.rewards.vouchers import moving
from loyalty.rewards.vouchers.facts import VoucherCancelled
from loyalty.rewards.vouchers.rows import VoucherRow, lock_vouchers

_OF_REDEMPTIONS: Final = """
    SELECT id FROM loyalty_voucher WHERE program_id = %s AND redemption_id = ANY(%s::uuid[])
"""
_OPEN: Final = frozenset({VoucherState.ISSUED, VoucherState.RESERVED})


@dataclass(kw_only=True, slots=True)
class Cancelled:
    """What became of it: vouchers that are cancelled, those that were used and stay, redemptions left untouched."""

    cancelled: list[VoucherRow] = field(default_factory=list)
    kept_used: list[VoucherRow] = field(default_factory=list)
    blocked: set[Id] = field(default_factory=set)
    forfeited: dict[Id, int] = field(default_factory=dict)


@inside_unit_of_work
def cancel(
    *,
    program: Program,
    redemption_ids: Collection[Id],
    reason: str,
    actor: Actor,
    at: datetime,
    only_whole: bool,
) -> Cancelled:
    """Cancel the vouchers and gift cards of these redemptions.

    With `only_whole` a redemption of which anything was used, has ended or is being used is left untouched and named
    in `blocked`; else what is unused goes, and what was used stays (`kept_used`).
    """
    ids = [row[0] for row in run(_OF_REDEMPTIONS, [program.pk, sorted(redemption_ids)])]
    book, rows = _locked(program, ids)
    told = Cancelled()
    if only_whole:
        told.blocked = {
            row.redemption_id
            for row in rows
            if row.redemption_id and not _is_untouched(row, book, at=at)
        }
    wanted = [row for row in rows if row.redemption_id not in told.blocked]
    _cancel(program, wanted, book, told, reason=reason, actor=actor, at=at)
    return told


@inside_unit_of_work
def cancel_vouchers(
    *, program: Program, voucher_ids: Collection[Id], reason: str, actor: Actor, at: datetime
) -> Cancelled:
    """Cancel what is unused of these vouchers and cards; what was used stays."""
    book, rows = _locked(program, voucher_ids)
    told = Cancelled()
    _cancel(program, rows, book, told, reason=reason, actor=actor, at=at)
    return told


@inside_unit_of_work
def cancel_rest_of_cards(
    *, program: Program, voucher_ids: Collection[Id], reason: str, actor: Actor, at: datetime
) -> Cancelled:
    """Cancel these gift cards with what is left on them, whatever was spent before (W-63)."""
    book, rows = _locked(program, voucher_ids)
    told = Cancelled()
    open_rows = [row for row in rows if row.state in _OPEN]
    _write(program, open_rows, book, told, reason=reason, actor=actor, at=at)
    return told


def _locked(program: Program, ids: Collection[Id]) -> tuple[Book, list[VoucherRow]]:
    """Accounts of cards first, then vouchers (W-75)."""
    book = lock_accounts_of(owner_ids=ids)
    return book, lock_vouchers(program=program, voucher_ids=ids)


def _cancel(
    program: Program,
    rows: Sequence[VoucherRow],
    book: Book,
    told: Cancelled,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    free = []
    for row in rows:
        if row.state == VoucherState.REDEEMED or (row.is_card and _is_drawn(row, book)):
            told.kept_used.append(row)
        elif row.state in _OPEN:
            free.append(row)
    _write(program, free, book, told, reason=reason, actor=actor, at=at)


def _write(
    program: Program,
    rows: Sequence[VoucherRow],
    book: Book,
    told: Cancelled,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    moved = moving.cancel([row.id for row in rows], at=at)
    told.cancelled = [row for row in rows if row.id in moved]
    forfeits = []
    for row in told.cancelled:
        account = _account_of(row, book)
        if account is not None and account.available:
            told.forfeited[row.id] = account.available
            forfeits.append(_forfeit(row, account.available, reason=reason, at=at))
    post(program=program, movements=forfeits, actor=actor, at=at, accounts=book)
    announce([row.tell(VoucherCancelled, at=at, reason=reason) for row in told.cancelled])


def _is_untouched(row: VoucherRow, book: Book, *, at: datetime) -> bool:
    if row.is_card and _is_drawn(row, book):
        return False
    return row.state_at(at) is VoucherState.ISSUED


def _is_drawn(row: VoucherRow, book: Book) -> bool:
    """Whether something of the card was spent, or is held by a basket."""
    account = _account_of(row, book)
    return account is not None and (account.held > 0 or account.available != row.value)


def _account_of(row: VoucherRow, book: Book) -> AccountState | None:
    return book.get((row.id, None))


def _forfeit(row: VoucherRow, amount: int, *, reason: str, at: datetime) -> Movement:
    return Movement(
        voucher_id=row.id,
        kind=EntryKind.FORFEIT,
        points=-amount,
        source_key=f"{row.shown_id}/cancel",
        occurred_at=at,
        reason=reason[:60],
    )
