"""Telling: a voucher as the doors of tills answer it. Never its code; only its last four (S-31)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty.foundation.ids import shown
from loyalty.rewards.gift_cards.drawing import left_on
from loyalty.rewards.using.fitting import offer_of
from loyalty.rewards.vouchers.rows import VoucherRow


def tell_voucher(row: VoucherRow, *, at: datetime) -> dict[str, Any]:
    """What it is, where it stands by the clock, and until when; of a gift card also what is on it."""
    offer = offer_of(row)
    told: dict[str, Any] = {
        "id": row.shown_id,
        "status": row.state_at(at).value,
        "kind": row.kind,
        "reward": None
        if offer is None
        else {"id": shown("rwd", offer.reward_id), "slug": offer.slug, "name": offer.name},
        "terms": dict(offer.terms) if offer else {},
        "bound": row.is_bound,
        "combinable": offer.combinable if offer else False,
        "member": None if row.owner_id is None else shown("mem", row.owner_id),
        "last_four": row.last_four,
        "issued_at": row.issued_at,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "reserved_until": row.reserved_until if row.is_reserved(at) else None,
        "redeemed_at": row.redeemed_at,
        "discount": None,
    }
    if row.is_card:
        told["value"] = {"amount": row.value, "currency": row.currency}
        told["remaining"] = {"amount": left_on(row), "currency": row.currency}
        told["paid_with"] = row.paid_with
    return told


def tell_discount(discount: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A discount as it was worked out or kept."""
    return None if discount is None else dict(discount)
