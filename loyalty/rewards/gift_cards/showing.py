"""Showing: gift cards as doors tell them (W-51, W-52)."""

from datetime import datetime
from typing import Any

from loyalty.foundation.ids import shown
from loyalty.ledger.reports.cards import card_balances
from loyalty.programs.models import Program
from loyalty.rewards.gift_cards.selling import Sold
from loyalty.rewards.vouchers.rows import VoucherRow, vouchers_of


def tell_card(row: VoucherRow, *, at: datetime) -> dict[str, Any]:
    """A card, what is left on it, and what of that baskets hold."""
    balance = card_balances([row.id])[row.id]
    return {
        "id": row.shown_id,
        "status": row.state_at(at).value,
        "value": {"amount": row.value, "currency": row.currency},
        "remaining": {"amount": balance.left, "currency": row.currency},
        "held": {"amount": balance.held, "currency": row.currency},
        "paid_with": row.paid_with,
        "member": None if row.owner_id is None else shown("mem", row.owner_id),
        "last_four": row.last_four,
        "issued_at": row.issued_at,
        "ends_at": row.ends_at,
    }


def tell_sold(sold: Sold, *, program: Program, at: datetime) -> dict[str, Any]:
    """A card as whoever sold it hears of it: with code and PIN, as long as a sealed copy is left."""
    (row,) = vouchers_of(program=program, voucher_ids=[sold.card.id])
    return tell_card(row, at=at) | {"code": sold.card.code, "pin": sold.card.pin}
