"""Fitting: what a voucher takes off the order it is shown for, or why it does not fit (W-36, W-38)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.offers import Offer, offers_of
from loyalty.rewards.kinds import DISCOUNTS, RewardKind
from loyalty.rewards.vouchers.baskets import Basket, Coupon, Misfit
from loyalty.rewards.vouchers.discounting import TOGETHER_MAX, discount
from loyalty.rewards.vouchers.refusals import OrderNotEligible
from loyalty.rewards.vouchers.rows import VoucherRow

_SERVED: Final = """
    SELECT v.id, v.revision_id, v.kind, u.reinstated_at, u.discount, u.entry_id, u.amount, u.used_at
    FROM loyalty_voucheruse u JOIN loyalty_voucher v ON v.id = u.voucher_id
    WHERE u.program_id = %s AND u.order_key = %s
"""
_KEPT: Final = """
    SELECT id, revision_id, kind FROM loyalty_voucher
    WHERE program_id = %s AND state = 'reserved' AND reserved_key = %s AND reserved_until > %s
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A voucher that served an order before."""

    voucher_id: Id
    revision_id: Id | None
    kind: str
    reinstated_at: object
    discount_json: str | None
    entry_id: Id | None
    amount: int | None
    used_at: Any

    @property
    def discount(self) -> dict[str, Any] | None:
        """What was told then."""
        return None if self.discount_json is None else json.loads(self.discount_json)


def offer_of(row: VoucherRow) -> Offer | None:
    """The revision by which it was handed out; a gift card that was sold has none."""
    return None if row.revision_id is None else offers_of([row.revision_id])[row.revision_id]


def coupon_of(row: VoucherRow) -> Coupon:
    """The voucher as discounting sees it."""
    offer = offer_of(row)
    return Coupon(
        id=row.id,
        kind=RewardKind(row.kind),
        terms=offer.terms if offer else {},
        is_combinable=offer.combinable if offer else False,
    )


def discount_told(
    row: VoucherRow, basket: Basket | None, *, line_ids: Sequence[str], program: Program
) -> dict[str, Any] | None:
    """What it takes off this order, as doors tell it; None without an order, or if it is no discount.

    Raises OrderNotEligible.
    """
    if basket is None or row.kind not in DISCOUNTS:
        return None
    came = discount(basket, [coupon_of(row)], currency=program.currency)
    if came.misfits:
        raise OrderNotEligible.because(list(came.misfits.values()))
    (taken,) = came.discounts
    return {
        "amount": taken.amount,
        "currency": basket.currency,
        "lines": [
            {"line_id": line_id, "amount": amount}
            for line_id, amount in zip(line_ids, taken.lines, strict=True)
            if amount
        ],
        "shipping": taken.shipping,
    }


def served_before(*, program: Program, order_key: str) -> list[Served]:
    """Everything that served this order before; one query."""
    return [Served(*row) for row in run(_SERVED, [program.pk, order_key])]


def demand_combinable_with_served(row: VoucherRow, served: Sequence[Served]) -> None:
    """One discount voucher per order, unless all may be combined; then five (W-38). Raises OrderNotEligible."""
    others = [
        (each.kind, each.revision_id)
        for each in served
        if each.reinstated_at is None and each.voucher_id != row.id
    ]
    _demand_combinable(row, others)


def demand_combinable_with_kept(row: VoucherRow, *, program: Program, key: str, at: object) -> None:
    """The same among what is reserved for one basket. Raises OrderNotEligible."""
    kept = run(_KEPT, [program.pk, key, at])
    _demand_combinable(row, [(kind, revision) for other, revision, kind in kept if other != row.id])


def _demand_combinable(row: VoucherRow, others: Sequence[tuple[str, Id | None]]) -> None:
    if row.kind not in DISCOUNTS:
        return
    revisions = [revision for kind, revision in others if kind in DISCOUNTS and revision]
    if not revisions:
        return
    offers = offers_of(revisions)
    mine = offer_of(row)
    together = [
        *(offers[each].combinable for each in revisions),
        mine is not None and mine.combinable,
    ]
    if not all(together) or len(together) > TOGETHER_MAX:
        raise OrderNotEligible.because([Misfit.NOT_COMBINABLE])
