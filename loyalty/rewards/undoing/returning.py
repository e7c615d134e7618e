"""Returning: what a return does to vouchers and gift cards that were used in the order, or sold by it (W-60, W-61, W-63)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts_of
from loyalty.programs.models import Program
from loyalty.rewards.gift_cards.opening import order_key_of
from loyalty.rewards.gift_cards.refunding import Drawn, Refund, Refunded, refund_cards
from loyalty.rewards.undoing.cancelling import cancel_rest_of_cards
from loyalty.rewards.undoing.reinstating import bring_back
from loyalty.rewards.vouchers.rows import VoucherRow, lock_vouchers

_USES: Final = """
    SELECT u.order_key, u.voucher_id, u.entry_id, u.amount, u.given_back, c.currency
    FROM loyalty_voucheruse u LEFT JOIN loyalty_giftcard c ON c.voucher_id = u.voucher_id
    WHERE u.program_id = %s AND u.order_key = ANY(%s::text[]) AND u.reinstated_at IS NULL
    ORDER BY u.used_at, u.id
"""
_SOLD: Final = """
    SELECT c.sale_order_key, c.sale_line, c.voucher_id, a.available + a.held
    FROM loyalty_giftcard c
    JOIN loyalty_voucher v ON v.id = c.voucher_id AND v.state = 'issued'
    JOIN loyalty_account a ON a.voucher_id = c.voucher_id
    WHERE c.program_id = %s AND c.sale_order_key = ANY(%s::text[])
    ORDER BY a.available + a.held DESC, c.voucher_id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnedOrder:
    """One return of an order, as rewards need it.

    `cards` is what goes back on gift cards by it, in minor units of the order's currency; `lines` says of each line
    that it touches how many pieces came back now, and whether nothing of the line is left.
    """

    order_id: str
    currency: str
    order_event_id: Id
    event_id: Id
    member_id: Id
    is_nothing_left: bool
    cards: int = 0
    lines: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    group_id: Id | None = None


@dataclass(frozen=True, slots=True)
class _Use:
    order_key: str
    voucher_id: Id
    entry_id: Id | None
    amount: int | None
    given_back: int
    currency: str | None


def drawn_on_cards(*, program: Program, orders: Collection[tuple[str, str]]) -> dict[str, int]:
    """What gift cards paid of these orders (number, currency), in all and in the order's own money; one query."""
    keys = {order_key_of(program=program, order_id=told): (told, money) for told, money in orders}
    drawn: dict[str, int] = {}
    for use in _uses(program, keys):
        order_id, currency = keys[use.order_key]
        if use.amount is not None and use.currency == currency:
            drawn[order_id] = drawn.get(order_id, 0) + use.amount
    return drawn


@inside_unit_of_work
def settle_used(
    *, program: Program, orders: Sequence[ReturnedOrder], actor: Actor, at: datetime
) -> list[list[dict[str, Any]]]:
    """Bring back what was used in these orders and cancel what they sold; answers what became of each, in order.

    Money goes back on the card that was drawn from last. A voucher comes back once nothing of its order is left.
    """
    keys = [order_key_of(program=program, order_id=each.order_id) for each in orders]
    uses = _uses(program, keys)
    sold = run(_SOLD, [program.pk, keys])
    if not uses and not sold:
        return [[] for _order in orders]
    lock_accounts_of(owner_ids={use.voucher_id for use in uses} | {row[2] for row in sold})
    case = _Case(program=program, orders=list(zip(orders, keys, strict=True)), at=at)
    case.give_back([use for use in uses if use.amount is not None], actor=actor)
    case.bring_back([use for use in uses if use.amount is None])
    case.cancel_sold([row[:3] for row in sold], actor=actor)
    return case.answers


def _uses(program: Program, keys: Collection[str]) -> list[_Use]:
    return [_Use(*row) for row in run(_USES, [program.pk, list(keys)])]


class _Case:
    """Several returns, settled together: each step is one set of statements for all of them."""

    def __init__(
        self, *, program: Program, orders: Sequence[tuple[ReturnedOrder, str]], at: datetime
    ) -> None:
        self.program, self.orders, self.at = program, orders, at
        self.answers: list[list[dict[str, Any]]] = [[] for _order in orders]

    def give_back(self, uses: Sequence[_Use], *, actor: Actor) -> None:
        """Money of the order goes back on its cards, last drawn first (W-61)."""
        given = {(use.voucher_id, use.order_key): use.given_back for use in uses}
        wanted: list[tuple[int, Refund]] = []
        for place, (order, key) in enumerate(self.orders):
            left = order.cards
            for use in reversed(uses):
                if use.order_key != key or use.currency != order.currency:
                    continue
                slot = use.voucher_id, key
                amount = min(left, (use.amount or 0) - given[slot])
                if amount > 0:
                    given[slot] += amount
                    left -= amount
                    wanted.append((place, _refund(order, use, amount)))
        refunds = [refund for _place, refund in wanted]
        came = refund_cards(program=self.program, refunds=refunds, actor=actor, at=self.at)
        for (place, _asked), each in zip(wanted, came, strict=True):
            self.answers[place].append(_refunded(each))

    def bring_back(self, uses: Sequence[_Use]) -> None:
        """Vouchers of orders of which nothing is left come back; the others stay used (W-60)."""
        if not uses:
            return
        gone = {key for order, key in self.orders if order.is_nothing_left}
        rows = {
            row.id: row
            for row in lock_vouchers(
                program=self.program, voucher_ids={use.voucher_id for use in uses}
            )
        }
        wanted = [(rows[use.voucher_id], use.order_key) for use in uses if use.order_key in gone]
        back = {row.id for row in bring_back(program=self.program, rows=wanted, at=self.at)}
        for place, (order, key) in enumerate(self.orders):
            for use in uses:
                if use.order_key == key:
                    came = order.is_nothing_left and use.voucher_id in back
                    outcome = "reinstated" if came else "kept_used"
                    self.answers[place].append(_told(rows[use.voucher_id], outcome))

    def cancel_sold(self, sold: Sequence[tuple[Any, ...]], *, actor: Actor) -> None:
        """Of a line's cards as many go as pieces came back, those with most left first (W-63)."""
        gone: dict[Id, int] = {}
        for place, (order, key) in enumerate(self.orders):
            for line in {line for whose, line, _card in sold if whose == key}:
                cards = [
                    card
                    for whose, on_line, card in sold
                    if (whose, on_line) == (key, line) and card not in gone
                ]
                pieces, is_gone = order.lines.get(line, (0, False))
                all_go = is_gone or order.is_nothing_left
                gone |= dict.fromkeys(cards if all_go else cards[:pieces], place)
        done = cancel_rest_of_cards(
            program=self.program, voucher_ids=gone, reason="returned", actor=actor, at=self.at
        )
        for row in done.cancelled:
            forfeited = done.forfeited.get(row.id, 0)
            self.answers[gone[row.id]].append(
                _told(row, "cancelled")
                | {
                    "cancelled_value": _sum(forfeited, row),
                    "spent_value": _sum((row.value or 0) - forfeited, row),
                }
            )


def _refund(order: ReturnedOrder, use: _Use, amount: int) -> Refund:
    assert use.entry_id is not None, "what was drawn has an entry (use_gives_back_what_was_drawn)"
    drawn = Drawn(use.voucher_id, use.order_key, use.entry_id, use.amount or 0, use.given_back)
    return Refund(
        drawn=drawn,
        amount=amount,
        source=f"evt/{order.event_id.hex}",
        event_id=order.event_id,
        group_id=order.group_id,
    )


def _told(row: VoucherRow, outcome: str) -> dict[str, Any]:
    return {"voucher": row.shown_id, "kind": row.kind, "outcome": outcome}


def _refunded(refunded: Refunded) -> dict[str, Any]:
    return {
        "voucher": refunded.shown_id,
        "kind": "gift_card",
        "outcome": "given_back",
        "amount": {"amount": refunded.amount, "currency": refunded.currency},
        "remaining": {"amount": refunded.remaining, "currency": refunded.currency},
    }


def _sum(amount: int, row: VoucherRow) -> dict[str, Any]:
    return {"amount": amount, "currency": row.currency}
