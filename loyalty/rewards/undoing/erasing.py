"""Erasing: a person goes, and what was theirs goes too, but money that was paid stays good (W-53, S-58)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.undoing.cancelling import cancel_rest_of_cards, cancel_vouchers
from loyalty.rewards.voucher_kinds import PaidWith

ERASER: Final[Actor] = job("members.erase")
_MINE: Final = """
    SELECT v.id, c.paid_with FROM loyalty_voucher v LEFT JOIN loyalty_giftcard c ON c.voucher_id = v.id
    WHERE v.program_id = %s AND v.member_id = ANY(%s::uuid[])
"""
_FREE: Final = "UPDATE loyalty_voucher SET member_id = NULL WHERE id = ANY(%s::uuid[])"
_FORGET: Final = "UPDATE loyalty_voucher SET sealed = NULL WHERE id = ANY(%s::uuid[])"


@inside_unit_of_work
def erase_holders(*, program: Program, member_ids: Collection[Id], at: datetime) -> None:
    """Cancel these members' unused vouchers and the cards that were given or got for points; forget the codes.

    A card that was bought with money becomes a bearer card: whoever holds code and PIN may go on.
    """
    mine = run(_MINE, [program.pk, sorted(member_ids)])
    bought = [row[0] for row in mine if row[1] == PaidWith.MONEY]
    cards = [row[0] for row in mine if row[1] is not None and row[1] != PaidWith.MONEY]
    vouchers = [row[0] for row in mine if row[1] is None]
    if not mine:
        return
    reason = "member_erased"
    cancel_rest_of_cards(program=program, voucher_ids=cards, reason=reason, actor=ERASER, at=at)
    cancel_vouchers(program=program, voucher_ids=vouchers, reason=reason, actor=ERASER, at=at)
    run(_FREE, [bought])
    run(_FORGET, [cards + vouchers])
