"""Tilling: validate, reserve, release and redeem what is shown at a till (W-37, W-52).

Each verb says the same to every bad code, after the same statements; the first that moves a voucher wins, since
every move is one compare-and-set update.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import unit_of_work
from loyalty.ledger.locks import lock_accounts_of
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.codes.keeping import key_digest
from loyalty.rewards.gift_cards.drawing import (
    Held,
    Part,
    draw,
    has_held,
    held_by,
    hold_part,
    let_go,
)
from loyalty.rewards.gift_cards.opening import order_key_of
from loyalty.rewards.using.finding import Reason, Shown, demand_good, demand_holder, find_shown
from loyalty.rewards.using.fitting import (
    Served,
    demand_combinable_with_kept,
    demand_combinable_with_served,
    discount_told,
    served_before,
)
from loyalty.rewards.using.telling import tell_voucher
from loyalty.rewards.voucher_kinds import RESERVATION_LASTS, RESERVATION_LASTS_MAX
from loyalty.rewards.vouchers import moving
from loyalty.rewards.vouchers.baskets import Basket
from loyalty.rewards.vouchers.facts import VoucherRedeemed
from loyalty.rewards.vouchers.rows import VoucherRow, vouchers_of

_ONE_ORDER: Final = "SELECT pg_advisory_xact_lock(%s::bigint)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a till wants with it: for which basket, order and amount, and for how long.

    `line_ids` name the basket's lines in the answer.
    """

    key: str = ""
    order_id: str = ""
    amount: int | None = None
    basket: Basket | None = None
    line_ids: Sequence[str] = ()
    lasts: timedelta = RESERVATION_LASTS


@dataclass(kw_only=True, slots=True)
class Answer:
    """A voucher after a verb, and what the verb told: a discount, or an amount of a gift card."""

    voucher: dict[str, Any]
    discount: dict[str, Any] | None = None
    amount: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        amount = None
        if self.amount is not None:
            amount = {"amount": self.amount, "currency": self.voucher["value"]["currency"]}
        return self.voucher | {"discount": self.discount} | {"amount": amount}


@unit_of_work
def validate(*, program: Program, shown: Shown, wish: Wish, at: datetime) -> Answer:
    """Whether this can be used now, by whoever shows it, for this order; changes nothing.

    Raises VoucherNotRedeemable, OrderNotEligible.
    """
    key = _basket(program, wish.key)
    row = demand_good(find_shown(program=program, shown=shown, at=at), shown=shown, key=key, at=at)
    discount = discount_told(row, wish.basket, line_ids=wish.line_ids, program=program)
    return Answer(voucher=tell_voucher(row, at=at), discount=discount)


@unit_of_work
def reserve(*, program: Program, shown: Shown, wish: Wish, actor: Actor, at: datetime) -> Answer:
    """Keep it for one basket until an end; the same key again replaces value and end.

    Raises VoucherNotRedeemable, OrderNotEligible, ValueExceedsRemaining.
    """
    key, lasts = _basket(program, wish.key), min(wish.lasts, RESERVATION_LASTS_MAX)
    row = demand_good(find_shown(program=program, shown=shown, at=at), shown=shown, key=key, at=at)
    if row.is_card:
        part = Part(key=key, amount=wish.amount, lasts=lasts)
        amount, until = hold_part(program=program, row=row, part=part, actor=actor, at=at)
        told = tell_voucher(row, at=at) | {"status": "reserved", "reserved_until": until}
        return Answer(voucher=told, amount=amount)
    demand_combinable_with_kept(row, program=program, key=key, at=at)
    discount = discount_told(row, wish.basket, line_ids=wish.line_ids, program=program)
    if not moving.reserve(row.id, key=key, until=at + lasts, discount=discount, at=at):
        raise shown.refusal(Reason.RESERVED)
    return Answer(voucher=_after(program, row, at), discount=discount)


@unit_of_work
def release(*, program: Program, shown: Shown, wish: Wish, actor: Actor, at: datetime) -> Answer:
    """Give a basket's reservation back; nothing to give back is no error. Raises VoucherNotRedeemable."""
    key = _basket(program, wish.key)
    row = find_shown(program=program, shown=shown, at=at)
    lock_accounts_of(owner_ids=_ids(row))
    held = held_by(_ids(row), key=key)
    row = demand_holder(row, shown=shown, keys=[key] if held else ())
    if row.is_card:
        let_go(program=program, row=row, key=key, actor=actor, at=at)
    else:
        moving.release(row.id, key=key)
    return Answer(voucher=_after(program, row, at))


@unit_of_work
def redeem(*, program: Program, shown: Shown, wish: Wish, actor: Actor, at: datetime) -> Answer:
    """Use it for an order; told again for the same order, the same answer (W-37).

    Raises VoucherNotRedeemable, OrderNotEligible, ValueExceedsRemaining.
    """
    key, order_key = (
        _basket(program, wish.key),
        order_key_of(program=program, order_id=wish.order_id),
    )
    run(_ONE_ORDER, [int.from_bytes(bytes.fromhex(order_key)[:8], "big", signed=True)])
    row = find_shown(program=program, shown=shown, at=at)
    lock_accounts_of(owner_ids=_ids(row))  # of a gift card; asked alike for every code
    held = held_by(_ids(row), key=key)
    served = served_before(program=program, order_key=order_key)
    earlier = _served_by(row, served)
    if row is not None and earlier is not None:
        return _again(row, earlier, shown=shown, key=key, at=at)
    if row is not None and row.is_card:
        row = _demand_card(row, held, shown=shown, at=at)
        part = Part(key=key, order_key=order_key, amount=wish.amount)
        amount = draw(program=program, row=row, part=part, actor=actor, at=at)
        told = _after(program, row, at) | {"status": "redeemed", "redeemed_at": at}
        return Answer(voucher=told, amount=amount)
    row = demand_good(row, shown=shown, key=key, at=at)
    demand_combinable_with_served(row, served)
    discount = discount_told(row, wish.basket, line_ids=wish.line_ids, program=program)
    if discount is None and row.is_kept_for(key, at):
        discount = row.discount
    if not moving.redeem(row.id, key=key, order_key=order_key, at=at):
        raise shown.refusal(Reason.USED)
    moving.note_use(
        new_id(),
        program_id=program.pk,
        voucher_id=row.id,
        order_key=order_key,
        discount=discount,
        at=at,
    )
    announce([row.tell(VoucherRedeemed, at=at)])
    return Answer(voucher=_after(program, row, at), discount=discount)


def _demand_card(row: VoucherRow, held: Held | None, *, shown: Shown, at: datetime) -> VoucherRow:
    """The card, if it may be drawn from. A basket that holds a part has shown the PIN before."""
    if held is None or held.until <= at:
        return demand_good(row, shown=shown, at=at)
    return demand_holder(row, shown=shown, keys=[held.key])


def _served_by(row: VoucherRow | None, served: Sequence[Served]) -> Served | None:
    """Whether this voucher served this order before."""
    return next((each for each in served if row is not None and each.voucher_id == row.id), None)


def _again(row: VoucherRow, served: Served, *, shown: Shown, key: str, at: datetime) -> Answer:
    """The first answer; what came back with its order serves that order no more."""
    row = demand_holder(row, shown=shown, keys=[key] if has_held(row, key=key) else ())
    if served.reinstated_at is not None:
        raise shown.refusal(Reason.USED)
    told = tell_voucher(row, at=at) | {"status": "redeemed", "redeemed_at": served.used_at}
    return Answer(voucher=told, discount=served.discount, amount=served.amount)


def _ids(row: VoucherRow | None) -> list[Id]:
    return [] if row is None else [row.id]


def _after(program: Program, row: VoucherRow, at: datetime) -> dict[str, Any]:
    """The voucher as it stands after its move."""
    (now,) = vouchers_of(program=program, voucher_ids=[row.id])
    return tell_voucher(now, at=at)


def _basket(program: Program, key: str) -> str:
    """What is kept of a basket's key (S-56)."""
    return key_digest(key, program=program, purpose="voucher-basket") if key else ""
