"""Answering: what a return came to, as the shop hears it (E-65). Codes and numbers only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from loyalty.earning.keeping.claims import Earned
from loyalty.earning.undoing.planning import Settled
from loyalty.foundation.ids import Id
from loyalty.ledger.rows.claims import Covered

_NOTHING = {"pending": 0, "available": 0, "expired": 0, "owing": 0, "forgiven": 0}


def answer_of(settled: Settled, *, currencies: dict[Id, str]) -> dict[str, Any]:
    """The allocation. The shop refunds exactly `money`; points are those that can be spent, and all by currency.

    `currencies` knows the slugs.
    """
    order = settled.folded.order
    return {
        "lines": [
            {
                "line_id": order.lines[share.position].line_id,
                "quantity": share.quantity,
                "value": share.value,
                "money": share.money,
                "points": share.points,
            }
            for share in settled.allocation.lines
        ],
        "money": {"amount": settled.allocation.money, "currency": order.currency},
        "taken_back": taken_back(settled.covered, currencies=currencies),
        "given_back": {
            "available": sum(each.usable for each in settled.given),
            "already_expired": sum(each.expired for each in settled.given),
        },
        "vouchers": settled.handed,
    }


def taken_back(
    told: Sequence[tuple[Earned, Covered]], *, currencies: Mapping[Id, str]
) -> dict[str, Any]:
    """What covered these claims, of points that can be spent and by currency."""
    by_currency: dict[str, list[Covered]] = {}
    for earned, covered in told:
        by_currency.setdefault(currencies[earned.currency_id], []).append(covered)
    return {
        **_sum(covered for earned, covered in told if earned.is_spendable),
        "by_currency": {slug: _sum(each) for slug, each in sorted(by_currency.items())},
    }


def _sum(covered: Iterable[Covered]) -> dict[str, int]:
    """What covered these claims, part by part."""
    parts = dict(_NOTHING)
    for each in covered:
        parts["pending"] += each.pending
        parts["available"] += each.own + each.other
        parts["expired"] += each.expired
        parts["owing"] += each.owing
        parts["forgiven"] += each.waived
    return parts
