"""Withdrawing: staff cancel one voucher or gift card that was handed out without a redemption, for good (W-30)."""

from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.undoing.cancelling import Cancelled, cancel_rest_of_cards, cancel_vouchers
from loyalty.rewards.vouchers.refusals import VoucherNotCancellable
from loyalty.rewards.vouchers.rows import vouchers_of


@unit_of_work
def withdraw(
    *, program: Program, voucher_id: Id, reason: str, actor: Actor, at: datetime
) -> Cancelled:
    """Cancel it; of a card what is left is forfeited, whatever was spent.

    What belongs to a redemption is cancelled with it, so that its points come back. Raises NotFound,
    VoucherNotCancellable.
    """
    rows = vouchers_of(program=program, voucher_ids=[voucher_id])
    if not rows:
        raise NotFound
    if rows[0].redemption_id is not None:
        raise VoucherNotCancellable
    cancel = cancel_rest_of_cards if rows[0].is_card else cancel_vouchers
    done = cancel(program=program, voucher_ids=[voucher_id], reason=reason, actor=actor, at=at)
    if not done.cancelled:
        raise VoucherNotCancellable
    return done
