"""Recomputing: what the earnings of an order are worth after its returns (E-61, E-62). Pure, by the stamped context."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from loyalty.earning.basis import SHIPPING, Basis, CountedLine, Order
from loyalty.earning.counting import Multiplier, count, counts_for
from loyalty.earning.expressions import Seen
from loyalty.earning.kinds import AsOf, MemberFacts, Told
from loyalty.earning.matching import Scene
from loyalty.earning.rules.clauses import Clause
from loyalty.earning.settling.returning import Left
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import local_day, midnight

_OF_ORDERS: Final = "order."


@dataclass(frozen=True, slots=True)
class Given:
    """One earning of the order: what it gave, and what was claimed of it so far."""

    clause: Clause
    points: int
    claimed: int = 0
    rounding: str = "down"


@dataclass(frozen=True, slots=True)
class Judged:
    """How the order was judged, from its kept explanation: multipliers that applied, the tier's last, and the most."""

    multipliers: tuple[tuple[Clause, Multiplier], ...]
    tier: Multiplier | None
    max_multiplier: Fraction


@dataclass(frozen=True, slots=True)
class StampedTier:
    """The tier that judged the order."""

    slug: str
    rank: int
    multiplier: Fraction
    expiry: Mapping[str, Any] | None = None


def judged_by(explanation: Mapping[str, Any], clauses: Mapping[tuple[str, int], Clause]) -> Judged:
    """Read the multipliers out of an explanation; `clauses` by rule and version."""
    context = explanation["context"]
    found = []
    for entry in explanation["rules"]:
        if entry["applied"] and "by" in entry:
            clause = clauses[entry["rule"], entry["version"]]
            found.append((clause, Multiplier(by=clause.by, pick=clause.pick, rule=clause.shown)))
    tier = Fraction(context["multiplier"])
    return Judged(
        multipliers=tuple(found),
        tier=Multiplier(by=tier) if tier != 1 else None,
        max_multiplier=Fraction(context["max_multiplier"]),
    )


def basis_left(
    order: Order,
    left: Left,
    *,
    explanation: Mapping[str, Any],
    factor: Fraction,
    paid: int | None = None,
) -> Basis:
    """The stamped basis of each line, times what is left of it; lines of which nothing is left are gone.

    Shipping that counted stays until everything is returned: what of it was refunded is money, not goods. `paid` is
    what points have paid by now (E-14); without it, what they had paid when the order was judged.
    """
    since = _paid_since(order, explanation, paid)
    stamped = [since * Fraction(told["counts"]) for told in explanation["basis"]["lines"]]
    kept = []
    for place, line in enumerate(order.lines):
        share = left.shares[place]
        if share:
            shrunk = replace(line, quantity=left.quantities[place], amount=int(line.amount * share))
            counts = stamped[place] * share
            kept.append(CountedLine(shrunk, counts, counts * factor))
    if len(stamped) > len(order.lines) and not left.is_nothing:
        shipping = CountedLine(
            replace(order.lines[0], line_id=SHIPPING, sku="", amount=order.shipping),
            stamped[-1],
            stamped[-1] * factor,
        )
        kept.append(shipping)
    total = sum((line.counts for line in kept), Fraction(0))
    rest = replace(
        order,
        lines=tuple(each.line for each in kept if each.line.line_id != SHIPPING),
        total=max(0, int(order.total - left.returned)),
    )
    return Basis(
        order=rest,
        lines=tuple(kept),
        counts=total,
        worth=total * factor,
        factor=factor,
        rate=explanation["basis"]["rate"],
    )


def _paid_since(order: Order, explanation: Mapping[str, Any], paid: int | None) -> Fraction:
    """How much of the stamped basis is left now that points have paid this much: (total - now) ÷ (total - then)."""
    if paid is None or explanation["context"].get("counts_paid"):
        return Fraction(1)
    told = explanation["basis"]["left_out"]
    then = sum(each["amount"] for each in told if each["what"] == "paid_with_points")
    left_then = order.total - then
    return Fraction(max(0, order.total - paid), left_then) if left_then > 0 else Fraction(1)


def scene_left(told: Told, basis: Basis, *, explanation: Mapping[str, Any], zone: str) -> Scene:
    """The event as rules see it now: the order that is left, the member as stamped when it was judged."""
    context = explanation["context"]
    member = _stamped(told, context, zone=zone)
    tier = StampedTier(context["tier"], context["tier_rank"], Fraction(context["multiplier"]))
    quote = explanation.get("quote")
    as_of = AsOf(at=datetime.fromisoformat(explanation["as_of"]), quote=quote) if quote else None
    return Scene(replace(told, member=member, as_of=as_of), basis=basis, tier=tier, zone=zone)


def _stamped(told: Told, context: Mapping[str, Any], *, zone: str) -> MemberFacts:
    """The member as known when the order was judged; attributes were not kept and are not asked again."""
    day = local_day(told.occurred_at, zone)
    to_birthday = context["days_to_birthday"]
    born = None if to_birthday is None else day + timedelta(days=to_birthday)
    joined_on = day - timedelta(days=context["days_since_joined"])
    return replace(
        told.member,
        joined_at=midnight(joined_on, zone),
        birthday=(born.month, born.day) if born else None,
        segments=frozenset(context["segments"]),
        done=frozenset(context["done"]),
        attributes=None,
    )


def claims_of(given: Sequence[Given], scene: Scene, *, judged: Judged) -> dict[Id, int]:
    """What each earning's claim is now, by rule: granted less min(granted, recomputed), never less than it was."""
    holding = [(clause, by) for clause, by in judged.multipliers if _still_holds(clause, scene)]
    claims = {}
    for each in given:
        mine = [by for clause, by in holding if clause.currency == each.clause.currency]
        if judged.tier is not None:
            mine.append(judged.tier)
        target = min(each.points, _recomputed(each, scene, mine, judged=judged))
        claims[each.clause.rule_id] = max(each.claimed, each.points - target)
    return claims


def _recomputed(
    given: Given, scene: Scene, multipliers: Iterable[Multiplier], *, judged: Judged
) -> int:
    clause = given.clause
    basis = scene.basis
    assert basis is not None, "only orders are settled"
    if not counts_for(clause, basis) or not _still_holds(clause, scene):
        return 0
    counted = count(
        clause,
        basis=basis,
        multipliers=list(multipliers),
        max_multiplier=judged.max_multiplier,
        rounding=clause.rounding or given.rounding,
    )
    return counted.points


def _still_holds(clause: Clause, scene: Scene) -> bool:
    """Conditions about the order, asked again; what cannot be decided any more stays as it was."""
    seen: Seen = scene.seen
    for _why_not, expression in clause.conditions:
        if _OF_ORDERS not in expression.text:
            continue
        answer = expression.ask(seen)
        if not answer.holds and not answer.fault:
            return False
    return True
