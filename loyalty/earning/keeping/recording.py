"""Recording: an explanation as it is kept (E-50). Codes and numbers only; sentences are made when it is read."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from loyalty.earning.basis import Basis
from loyalty.earning.counting import exact_text
from loyalty.earning.matching import (
    Scene,
    TierInForce,
    days_since_joined,
    days_to_birthday,
)

ROUNDS: Final = "down"  # unless a context says otherwise
_EXACT: Final = frozenset({"before", "after"})  # of a step, also where they are whole


def sum_by_currency(points: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The points of each currency together."""
    by_currency: dict[str, int] = {}
    for slug, each in points:
        by_currency[slug] = by_currency.get(slug, 0) + each
    return by_currency


def recorded(
    scene: Scene,
    *,
    entries: Sequence[dict[str, Any]],
    stacking: Mapping[str, str],
    context: dict[str, Any] | None,
    points: int,
    by_currency: Mapping[str, int],
    why_nothing: str | None,
) -> dict[str, Any]:
    """The body of one event's explanation; `context` is what settling judges by later (E-61)."""
    body: dict[str, Any] = {
        "as_of": scene.local.isoformat(),
        "zone": scene.zone,
        "stacking": _one_mode(entries, stacking),
        "quote": scene.told.as_of.quote if scene.told.as_of else None,
    }
    if scene.basis is not None:
        body["basis"] = _basis_told(scene.basis)
        body["context"] = context
    if scene.told.order is not None:
        body["order_number"] = scene.told.order.number
    body["rules"] = [_entry_told(entry) for entry in entries]
    body |= {"points": points, "by_currency": dict(by_currency)}
    if why_nothing:
        body["why_nothing"] = why_nothing
    return body


def context_of(
    scene: Scene,
    *,
    tier: TierInForce | None,
    max_multiplier: Fraction,
    rounding: Mapping[str, str],
) -> dict[str, Any] | None:
    """What was known of the member when judging an order: stamped for settling (E-61). No attribute is named."""
    if scene.basis is None:
        return None
    member = scene.told.member
    return {
        "tier": tier.slug if tier else "",
        "tier_rank": tier.rank if tier else 0,
        "multiplier": exact_text(tier.multiplier) if tier else "1",
        "max_multiplier": exact_text(max_multiplier),
        "rounding": {slug: way for slug, way in rounding.items() if way != ROUNDS},
        "segments": sorted(member.segments),
        "done": sorted(member.done),
        "days_since_joined": days_since_joined(member, scene.judged_on, zone=scene.zone),
        "days_to_birthday": days_to_birthday(member, scene.judged_on),
    } | ({"counts_paid": True} if scene.basis.counts_paid else {})


def _one_mode(
    entries: Sequence[dict[str, Any]], stacking: Mapping[str, str]
) -> str | dict[str, str]:
    """The mode of all currencies that rules looked at; by currency where they differ (E-32)."""
    modes = {entry["currency"]: stacking[entry["currency"]] for entry in entries}
    return modes if len(set(modes.values())) > 1 else next(iter(modes.values()), "sum")


def _entry_told(entry: Mapping[str, Any]) -> dict[str, Any]:
    told = _in_text(entry)
    if "steps" in told:
        told["steps"] = [_in_text(step) for step in told["steps"]]
    return told


def _in_text(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Exact numbers as text; points, limits and periods stay what they are."""
    return {
        name: exact_text(number) if name in _EXACT or isinstance(number, Fraction) else number
        for name, number in numbers.items()
    }


def _basis_told(basis: Basis) -> dict[str, Any]:
    return {
        "currency": basis.order.currency,
        "rate": basis.rate,
        "counts": exact_text(basis.counts),
        "left_out": [{"what": what, "amount": amount} for what, amount in basis.left_out],
        "lines": [
            {
                "line_id": counted.line.line_id,
                "amount": counted.line.amount,
                "counts": exact_text(counted.counts),
            }
            for counted in basis.lines
        ],
    }
