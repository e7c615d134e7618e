"""Words about vouchers, gift cards and batches that callers need beside the tables."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

RESERVATION_LASTS: Final = timedelta(minutes=15)
RESERVATION_LASTS_MAX: Final = timedelta(hours=24)
REINSTATED_DAYS: Final = 30  # so many days a voucher that comes back past its end is good (W-30)
CODES_PER_BATCH_MAX: Final = 100_000
BATCH_FILE_LASTS: Final = timedelta(days=7)
SEALED_AFTER_END: Final = timedelta(days=90)  # so long an owner may look up an old code (W-34)


class VoucherState(models.TextChoices):
    """Where a voucher stands (W-30). Time goes by the clock: what is over may still be written as it was (W-31)."""

    ISSUED = "issued", _("Issued")
    RESERVED = "reserved", _("Reserved")
    REDEEMED = "redeemed", _("Used")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


# What may follow what; everything else is refused here and by the trigger `voucher_moves_as_told` (W-30).
MOVES: Final[Mapping[VoucherState, frozenset[VoucherState]]] = {
    VoucherState.ISSUED: frozenset(
        {
            VoucherState.RESERVED,
            VoucherState.REDEEMED,
            VoucherState.CANCELLED,
            VoucherState.EXPIRED,
        }
    ),
    VoucherState.RESERVED: frozenset(
        {VoucherState.ISSUED, VoucherState.REDEEMED, VoucherState.CANCELLED}
    ),
    VoucherState.REDEEMED: frozenset({VoucherState.ISSUED}),
    VoucherState.CANCELLED: frozenset(),
    VoucherState.EXPIRED: frozenset({VoucherState.ISSUED}),
}


def state_by_clock(
    state: str, *, reserved_until: datetime | None, ends_at: datetime | None, at: datetime
) -> VoucherState:
    """Where a voucher stands at this instant, whatever a job has written (W-31)."""
    now = VoucherState(state)
    if now is VoucherState.RESERVED and (reserved_until is None or reserved_until <= at):
        now = VoucherState.ISSUED
    if now is VoucherState.ISSUED and ends_at is not None and ends_at <= at:
        now = VoucherState.EXPIRED
    return now


class PaidWith(models.TextChoices):
    """How a gift card was paid for: what it buys counts as that (W-51, E-13)."""

    MONEY = "money", _("Money")
    POINTS = "points", _("Points")
    FREE = "free", _("Given")


class BatchState(models.TextChoices):
    """How far a batch is (W-45)."""

    MAKING = "making", _("Being made")
    MADE = "made", _("Made")
