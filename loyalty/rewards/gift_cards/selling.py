"""Selling: a shop sells a gift card, once per reference; the card remembers by which line (W-51, W-63)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.calendar import Period, local_day, midnight
from loyalty.programs.models import Program
from loyalty.rewards.gift_cards.opening import NewCard, open_cards, order_key_of, reference_key_of
from loyalty.rewards.kinds import Origin
from loyalty.rewards.voucher_kinds import PaidWith
from loyalty.rewards.vouchers.issuing import IssuedVoucher
from loyalty.rewards.vouchers.refusals import ReferenceReused
from loyalty.rewards.vouchers.showing import opened_vouchers

_SOLD: Final = """
    SELECT c.voucher_id, c.value, c.currency, c.sale_order_key, c.sale_line, v.member_id
    FROM loyalty_giftcard c JOIN loyalty_voucher v ON v.id = c.voucher_id
    WHERE c.program_id = %s AND c.reference = %s
"""
_ONE_SALE: Final = "SELECT pg_advisory_xact_lock(%s::bigint)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """A gift card that was sold: its value in minor units, to whom if that is known, by which order and line.

    `valid_for` is an ISO 8601 duration where an end is lawful; without it the card never ends (W-53).
    """

    amount: int
    currency: str
    reference: str
    member_id: Id | None = None
    order_id: str = ""
    line_id: str = ""
    valid_for: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sold:
    """The card, and whether this reference had sold it before."""

    card: IssuedVoucher
    sale: Sale
    is_new: bool


@unit_of_work
def sell(*, program: Program, sale: Sale, actor: Actor, at: datetime) -> Sold:
    """Make the card that was sold; the same reference again answers the same card. Raises ReferenceReused."""
    earlier = _earlier(program, sale)
    if earlier is not None:
        return earlier
    card = NewCard(
        amount=sale.amount,
        currency=sale.currency,
        paid_with=PaidWith.MONEY,
        origin=Origin.SALE,
        member_id=sale.member_id,
        ends_at=_end(program, sale, at),
        reference=sale.reference,
        order_id=sale.order_id,
        line_id=sale.line_id,
    )
    (made,) = open_cards(program=program, cards=[card], actor=actor, at=at)
    return Sold(card=made, sale=sale, is_new=True)


@inside_unit_of_work
def _earlier(program: Program, sale: Sale) -> Sold | None:
    """The card that this reference has sold; two sales under one reference wait for each other."""
    key = reference_key_of(program=program, reference=sale.reference)
    run(_ONE_SALE, [int.from_bytes(bytes.fromhex(key)[:8], "big", signed=True)])
    rows = run(_SOLD, [program.pk, key])
    if not rows:
        return None
    voucher_id, *told = rows[0]
    order_key = order_key_of(program=program, order_id=sale.order_id) if sale.order_id else ""
    if told != [sale.amount, sale.currency, order_key, sale.line_id, sale.member_id]:
        raise ReferenceReused
    card = opened_vouchers(program=program, voucher_ids=[voucher_id])[voucher_id]
    return Sold(card=card, sale=sale, is_new=False)


def _end(program: Program, sale: Sale, at: datetime) -> datetime | None:
    if sale.valid_for is None:
        return None
    day = Period.read(sale.valid_for).on(local_day(at, program.zone))
    return midnight(Period(days=1).on(day), program.zone)
