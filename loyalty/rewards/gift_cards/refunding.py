"""Refunding: money that a card paid comes back on it, to the exact lots, never more than was drawn (W-61, L-41)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.giving_back import GiveBackWish, give_back
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.reports.cards import card_balances
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.models import Voucher
from loyalty.rewards.vouchers.facts import GiftCardRefunded
from loyalty.rewards.vouchers.rows import vouchers_of

_NOTE: Final = """
    UPDATE loyalty_voucheruse u SET given_back = u.given_back + told.amount
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS told (voucher_id, order_key, amount)
    WHERE u.voucher_id = told.voucher_id AND u.order_key = told.order_key
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a card paid of an order, and what came back of that so far."""

    voucher_id: Id
    order_key: str
    entry_id: Id
    amount: int
    given_back: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Refund:
    """So much of a drawing comes back, once for this source."""

    drawn: Drawn
    amount: int
    source: str
    event_id: Id | None = None
    group_id: Id | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Refunded:
    """What came back on a card, and what is on it now."""

    voucher_id: Id
    amount: int
    remaining: int
    currency: str

    @property
    def shown_id(self) -> str:
        return shown(Voucher.prefix, self.voucher_id)


@inside_unit_of_work
def refund_cards(
    *, program: Program, refunds: Sequence[Refund], actor: Actor, at: datetime
) -> list[Refunded]:
    """Give these amounts back to their cards, in order; announces `gift_card.refunded`."""
    if not refunds:
        return []
    ids = [each.drawn.voucher_id for each in refunds]
    book = lock_accounts_of(owner_ids=ids)
    wishes = [
        GiveBackWish(
            spent_id=each.drawn.entry_id,
            points=each.amount,
            source_key=f"{shown('ent', each.drawn.entry_id)}/{each.source}",
            occurred_at=at,
            event_id=each.event_id,
            group_id=each.group_id,
        )
        for each in refunds
    ]
    give_back(program=program, wishes=wishes, actor=actor, at=at, accounts=book)
    keys, amounts = [each.drawn.order_key for each in refunds], [each.amount for each in refunds]
    run(_NOTE, [ids, keys, amounts])
    rows = {row.id: row for row in vouchers_of(program=program, voucher_ids=ids)}
    balances = card_balances(ids)
    told = [
        Refunded(
            voucher_id=each.drawn.voucher_id,
            amount=each.amount,
            remaining=balances[each.drawn.voucher_id].left,
            currency=rows[each.drawn.voucher_id].currency or "",
        )
        for each in refunds
    ]
    announce(
        [
            rows[each.voucher_id].tell(
                GiftCardRefunded,
                at=at,
                amount=each.amount,
                currency=each.currency,
                left=each.remaining,
            )
            for each in told
        ]
    )
    return told
