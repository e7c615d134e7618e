"""Opening: a gift card is made with a code, a PIN and an account that holds its value (W-50, W-51)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind, Movement
from loyalty.ledger.locks import open_gift_cards
from loyalty.ledger.posting import post
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.offers import Offer
from loyalty.rewards.codes.keeping import key_digest, pin_digest
from loyalty.rewards.codes.spelling import SYMBOLS_CARD, draw_pin
from loyalty.rewards.kinds import Origin, RewardKind
from loyalty.rewards.models import Voucher
from loyalty.rewards.voucher_kinds import PaidWith
from loyalty.rewards.vouchers.issuing import IssuedVoucher, issued_fact, told_of
from loyalty.rewards.vouchers.writing import Fresh, write_vouchers

_CARDS: Final = """
    INSERT INTO loyalty_giftcard (voucher_id, program_id, value, currency, paid_with, reference, sale_order_key,
                                  sale_line, pin_digest, wrong_pins)
    SELECT voucher_id, %s, value, currency, paid_with, reference, sale_order_key, sale_line, pin_digest, 0
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[])
         AS told (voucher_id, value, currency, paid_with, reference, sale_order_key, sale_line, pin_digest)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCard:
    """A gift card that shall be made: `amount` in minor units of `currency`, and how it was paid for.

    `reference` makes a sale unique; order and line say by which line it was sold. A foreign code and its PIN come
    with an import; otherwise both are drawn.
    """

    amount: int
    currency: str
    paid_with: PaidWith
    origin: Origin
    offer: Offer | None = None
    redemption_id: Id | None = None
    member_id: Id | None = None
    origin_event_id: Id | None = None
    ends_at: datetime | None = None
    number: int = 1
    reference: str | None = None
    order_id: str = ""
    line_id: str = ""
    code: str = ""
    pin: str = ""


@inside_unit_of_work
def open_cards(
    *, program: Program, cards: Sequence[NewCard], actor: Actor, at: datetime
) -> list[IssuedVoucher]:
    """Make these cards, in order, each with its value on an account; announces `voucher.issued`.

    Bearer cards: the owner's id spares the PIN, no more. Fresh accounts are held by nobody else, so this may come
    last in a unit. A constant number of statements for any number of cards.
    """
    if not cards:
        return []
    fresh = [_fresh(each) for each in cards]
    left_out = write_vouchers(program=program, vouchers=fresh, at=at)
    assert not left_out, "whoever imports cards leaves out known codes first"
    run(_CARDS, _columns(program, cards, fresh))
    book = open_gift_cards(
        program=program,
        cards={row.id: card.currency for row, card in zip(fresh, cards, strict=True)},
        at=at,
    )
    post(
        program=program,
        movements=[_opening(row, card, at) for row, card in zip(fresh, cards, strict=True)],
        actor=actor,
        at=at,
        accounts=book,
    )
    announce([issued_fact(program, each, at) for each in fresh])
    return [told_of(each) for each in fresh]


def order_key_of(*, program: Program, order_id: str) -> str:
    """The keyed digest under which vouchers and cards remember an order (S-58)."""
    return key_digest(order_id, program=program, purpose="voucher-order")


def reference_key_of(*, program: Program, reference: str) -> str:
    """The keyed digest of the shop's reference to a sale."""
    return key_digest(reference, program=program, purpose="gift-card-reference")


def _fresh(card: NewCard) -> Fresh:
    return Fresh(
        kind=RewardKind.GIFT_CARD,
        origin=card.origin,
        symbols=SYMBOLS_CARD,
        code=card.code,
        pin=card.pin if card.code else draw_pin(),
        is_foreign=bool(card.code),
        redemption_id=card.redemption_id,
        revision_id=card.offer.revision_id if card.offer else None,
        number=card.number,
        member_id=card.member_id,
        origin_event_id=card.origin_event_id,
        ends_at=card.ends_at,
    )


def _columns(program: Program, cards: Sequence[NewCard], fresh: Sequence[Fresh]) -> list[object]:
    references = [
        None
        if card.reference is None
        else reference_key_of(program=program, reference=card.reference)
        for card in cards
    ]
    orders = [
        order_key_of(program=program, order_id=card.order_id) if card.order_id else ""
        for card in cards
    ]
    return [
        program.pk,
        [row.id for row in fresh],
        [card.amount for card in cards],
        [card.currency for card in cards],
        [card.paid_with.value for card in cards],
        references,
        orders,
        [card.line_id for card in cards],
        [pin_digest(row.pin, card_id=row.id) if row.pin else None for row in fresh],
    ]


def _opening(row: Fresh, card: NewCard, at: datetime) -> Movement:
    return Movement(
        voucher_id=row.id,
        kind=EntryKind.OPENING,
        points=card.amount,
        source_key=shown(Voucher.prefix, row.id),
        occurred_at=at,
    )
