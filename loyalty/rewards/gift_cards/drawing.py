"""Drawing: baskets hold parts of a card, orders draw from it, and returns bring money back (W-52, W-61)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.holding import Capture, Wish, capture_held, release_held, set_aside
from loyalty.ledger.kinds import EntryKind, Movement
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.posting import post
from loyalty.ledger.refusals import InsufficientPoints
from loyalty.ledger.reports.cards import card_balances, entry_of_capture
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.voucher_kinds import RESERVATION_LASTS
from loyalty.rewards.vouchers.facts import GiftCardDrawn
from loyalty.rewards.vouchers.moving import note_use
from loyalty.rewards.vouchers.refusals import ValueExceedsRemaining
from loyalty.rewards.vouchers.rows import VoucherRow

_HELD: Final = """
    SELECT id, hold_id, key, amount, until FROM loyalty_cardhold
    WHERE voucher_id = ANY(%s::uuid[]) AND key = %s AND settled_at IS NULL
"""
_HAS_HELD: Final = "SELECT EXISTS (SELECT FROM loyalty_cardhold WHERE voucher_id = %s AND key = %s)"
_HOLD: Final = """
    INSERT INTO loyalty_cardhold (id, voucher_id, key, hold_id, amount, until) VALUES (%s, %s, %s, %s, %s, %s)
"""
_SETTLE: Final = "UPDATE loyalty_cardhold SET settled_at = %s WHERE id = %s"
_IS_FIRST: Final = "SELECT NOT EXISTS (SELECT FROM loyalty_voucheruse WHERE voucher_id = %s)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What is wanted of a card: by which basket, for which order, how much (None: all there is), for how long."""

    key: str = ""
    order_key: str = ""
    amount: int | None = None
    lasts: timedelta = RESERVATION_LASTS


@dataclass(frozen=True, slots=True)
class Held:
    """What a basket holds of a card."""

    id: Id
    hold_id: Id
    key: str
    amount: int
    until: datetime


def held_by(voucher_ids: Sequence[Id], *, key: str) -> Held | None:
    """What this basket holds of the card, whether its time is up or not; one query for every code."""
    rows = run(_HELD, [list(voucher_ids), key])
    return Held(*rows[0]) if rows else None


def has_held(row: VoucherRow, *, key: str) -> bool:
    """Whether this basket held a part of the card before, and so has shown that it may."""
    return bool(key and run(_HAS_HELD, [row.id, key])[0][0])


def left_on(row: VoucherRow) -> int:
    """What is free on the card now, without what baskets hold."""
    balance = card_balances([row.id]).get(row.id)
    return balance.available if balance else 0


@inside_unit_of_work
def hold_part(
    *, program: Program, row: VoucherRow, part: Part, actor: Actor, at: datetime
) -> tuple[int, datetime]:
    """Hold so much of the card for this basket, in place of what it held before; answers how much, until when.

    Raises ValueExceedsRemaining.
    """
    lock_accounts_of(owner_ids=[row.id])
    let_go(program=program, row=row, key=part.key, actor=actor, at=at)
    amount = left_on(row) if part.amount is None else part.amount
    if amount < 1:
        raise _exceeded(row, asked=amount)
    wish = Wish(purse=(row.id, None), points=amount, lasts=part.lasts)
    try:
        made = set_aside(program=program, wish=wish, actor=actor, at=at)
    except InsufficientPoints as refusal:
        raise _exceeded(row, asked=amount) from refusal
    run(_HOLD, [new_id(), row.id, part.key, made.pk, amount, made.expires_at])
    return amount, made.expires_at


@inside_unit_of_work
def let_go(*, program: Program, row: VoucherRow, key: str, actor: Actor, at: datetime) -> None:
    """Give back what this basket holds of the card; nothing if it holds nothing."""
    held = held_by([row.id], key=key)
    if held:
        release_held(program=program, hold_id=held.hold_id, actor=actor, at=at)
        run(_SETTLE, [at, held.id])


@inside_unit_of_work
def draw(*, program: Program, row: VoucherRow, part: Part, actor: Actor, at: datetime) -> int:
    """Pay for the order: out of what the basket holds, or of what is free; answers how much.

    The rest of the hold is free again. The account is locked. Raises ValueExceedsRemaining.
    """
    held = held_by([row.id], key=part.key)
    if held and held.until <= at:
        let_go(program=program, row=row, key=part.key, actor=actor, at=at)
        held = None
    there = held.amount if held else left_on(row)
    wanted = there if part.amount is None else part.amount
    if not 1 <= wanted <= there:
        raise ValueExceedsRemaining(asked=wanted, currency=row.currency, remaining=there)
    if held:
        how = Capture(order_key=part.order_key, points=wanted)
        capture_held(program=program, hold_id=held.hold_id, how=how, actor=actor, at=at)
        run(_SETTLE, [at, held.id])
        entry_id = entry_of_capture(held.hold_id)
    else:
        entry_id = _spend(program, row, part.order_key, wanted, actor, at)
    _note(row, part.order_key, entry_id, wanted, at)
    return wanted


def _note(row: VoucherRow, order_key: str, entry_id: Id, amount: int, at: datetime) -> None:
    ((is_first,),) = run(_IS_FIRST, [row.id])
    note_use(
        new_id(),
        program_id=row.program_id,
        voucher_id=row.id,
        order_key=order_key,
        drawn=(entry_id, amount),
        at=at,
    )
    balance = card_balances([row.id])[row.id]
    told = row.tell(
        GiftCardDrawn,
        at=at,
        amount=amount,
        currency=row.currency,
        left=balance.left,
        is_first=is_first,
    )
    announce([told])


def _spend(
    program: Program, row: VoucherRow, order_key: str, amount: int, actor: Actor, at: datetime
) -> Id:
    movement = Movement(
        voucher_id=row.id,
        kind=EntryKind.SPEND,
        points=-amount,
        source_key=f"{row.shown_id}/{order_key}",
        occurred_at=at,
    )
    (posted,) = post(program=program, movements=[movement], actor=actor, at=at)
    assert posted.entry_id is not None, "a post that succeeds makes an entry"
    return posted.entry_id


def _exceeded(row: VoucherRow, *, asked: int) -> ValueExceedsRemaining:
    return ValueExceedsRemaining(asked=asked, currency=row.currency, remaining=left_on(row))
