"""Renewing: a card whose PIN is void, or known to too many, gets another one (S-36)."""

from datetime import datetime
from typing import Final

from loyalty.access import auditing
from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.codes.keeping import pin_digest, seal_code, unseal_code
from loyalty.rewards.codes.spelling import draw_pin
from loyalty.rewards.vouchers.rows import lock_vouchers

_SEALED: Final = "SELECT sealed FROM loyalty_voucher WHERE id = %s"
_SEAL: Final = "UPDATE loyalty_voucher SET sealed = %s WHERE id = %s"
_RENEW: Final = "UPDATE loyalty_giftcard SET pin_digest = %s, wrong_pins = 0 WHERE voucher_id = %s"


@unit_of_work
def renew_pin(*, program: Program, voucher_id: Id, actor: Actor, at: datetime) -> None:
    """A fresh PIN beside the same code; whoever may see the code sees it there. Raises NotFound; leaves an audit row."""
    rows = lock_vouchers(program=program, voucher_ids=[voucher_id])
    sealed = run(_SEALED, [voucher_id])
    if not rows or not rows[0].is_card or sealed[0][0] is None:
        raise NotFound
    code, _old = unseal_code(sealed[0][0], about=voucher_id)
    pin = draw_pin()
    run(_SEAL, [seal_code(code, about=voucher_id, pin=pin), voucher_id])
    run(_RENEW, [pin_digest(pin, card_id=voucher_id), voucher_id])
    auditing.record(
        auditing.Deed(
            program_id=program.pk,
            actor=actor,
            action="gift_card.pin_renewed",
            at=at,
            object_kind="voucher",
            object_id=rows[0].shown_id,
        )
    )
