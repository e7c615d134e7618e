"""Reinstating: what was used for an order that is gone comes back, once (W-60)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.locks import lock_accounts_of
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.models import Program
from loyalty.rewards.gift_cards.opening import order_key_of
from loyalty.rewards.gift_cards.refunding import Drawn, Refund, refund_cards
from loyalty.rewards.using.fitting import offer_of
from loyalty.rewards.using.telling import tell_voucher
from loyalty.rewards.voucher_kinds import REINSTATED_DAYS, VoucherState
from loyalty.rewards.vouchers import moving
from loyalty.rewards.vouchers.facts import VoucherReinstated
from loyalty.rewards.vouchers.refusals import VoucherNotReinstatable
from loyalty.rewards.vouchers.rows import VoucherRow, lock_vouchers, vouchers_of

NEVER: Final = "never"
_USE: Final = """
    SELECT reinstated_at, entry_id, amount, given_back FROM loyalty_voucheruse WHERE voucher_id = %s AND order_key = %s
"""


@dataclass(frozen=True, slots=True)
class _Use:
    reinstated_at: datetime | None
    entry_id: Id | None
    amount: int | None
    given_back: int


@unit_of_work
def reinstate(
    *, program: Program, voucher_id: Id, order_id: str, actor: Actor, at: datetime
) -> dict[str, object]:
    """Bring back what served this order: a voucher is good again, a card gets back what it paid; again: the same.

    Raises NotFound, VoucherNotReinstatable.
    """
    order_key = order_key_of(program=program, order_id=order_id)
    lock_accounts_of(owner_ids=[voucher_id])
    rows = lock_vouchers(program=program, voucher_ids=[voucher_id])
    if not rows:
        raise NotFound
    (row,) = rows
    use = next((_Use(*each) for each in run(_USE, [voucher_id, order_key])), None)
    if use is None or not _comes_back(row):
        raise VoucherNotReinstatable
    if use.entry_id is not None and use.amount is not None:
        drawn = Drawn(row.id, order_key, use.entry_id, use.amount, use.given_back)
        if use.amount > use.given_back:
            wish = Refund(drawn=drawn, amount=use.amount - use.given_back, source=order_key)
            refund_cards(program=program, refunds=[wish], actor=actor, at=at)
    elif use.reinstated_at is None:
        bring_back(program=program, rows=[(row, order_key)], at=at)
    (now,) = vouchers_of(program=program, voucher_ids=[voucher_id])
    return tell_voucher(now, at=at)


@inside_unit_of_work
def bring_back(
    *, program: Program, rows: Sequence[tuple[VoucherRow, str]], at: datetime
) -> list[VoucherRow]:
    """redeemed → issued for these (voucher, order key), locked before; past its end one is good for 30 days more.

    Answers those that came back; what its reward never gives back, or served another order since, stays.
    """
    wanted = {
        row.id: (order_key, _new_end(program, row, at))
        for row, order_key in rows
        if row.state == VoucherState.REDEEMED and row.order_key == order_key and _comes_back(row)
    }
    if not wanted:
        return []
    moved = moving.reinstate(wanted, at=at)
    back = [row for row, _key in rows if row.id in moved]
    announce([row.tell(VoucherReinstated, at=at, ends_at=wanted[row.id][1]) for row in back])
    return back


def _comes_back(row: VoucherRow) -> bool:
    offer = offer_of(row)
    return offer is None or offer.reinstate != NEVER


def _new_end(program: Program, row: VoucherRow, at: datetime) -> datetime | None:
    if row.ends_at is None or row.ends_at > at:
        return row.ends_at
    last = local_day(at, program.zone) + timedelta(days=REINSTATED_DAYS)
    return midnight(last + timedelta(days=1), program.zone)
