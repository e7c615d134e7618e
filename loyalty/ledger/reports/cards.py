"""Gift cards, read: what is on their accounts, and which entry a captured hold made (L-60)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

_BALANCES: Final = """
    SELECT voucher_id, available, held FROM loyalty_account WHERE voucher_id = ANY(%s::uuid[])
"""
_CAPTURE: Final = "SELECT id FROM loyalty_entry WHERE hold_id = %s"


@dataclass(frozen=True, slots=True)
class CardBalance:
    """Minor units of the card's money: what is free, and what baskets hold."""

    available: int
    held: int

    @property
    def left(self) -> int:
        return self.available + self.held


def card_balances(voucher_ids: Collection[Id]) -> dict[Id, CardBalance]:
    """What is on these gift cards; one query."""
    rows = run(_BALANCES, [sorted(voucher_ids)])
    return {voucher_id: CardBalance(available, held) for voucher_id, available, held in rows}


def entry_of_capture(hold_id: Id) -> Id:
    """The entry by which a captured hold was spent."""
    entry_id: Id = run(_CAPTURE, [hold_id])[0][0]
    return entry_id
