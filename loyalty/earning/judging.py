"""Judging: one event, all rules, a verdict with its explanation. Quotes and what-ifs call the same functions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loyalty.earning.basis import Basis, basis_of, read_order
from loyalty.earning.keeping.recording import context_of, recorded
from loyalty.earning.kinds import ORDER_PAID, Grant, Told
from loyalty.earning.limits.counters import Usage
from loyalty.earning.matching import Scene, TierInForce
from loyalty.earning.rules.compiling import RuleSet
from loyalty.earning.rules.terms import Setting
from loyalty.earning.weighing import Weighed, weigh
from loyalty.programs.rates import minor_units_factor


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an event is worth: earnings to write, the explanation to keep, and what tiers count besides."""

    grants: tuple[Grant, ...]
    explanation: dict[str, Any]
    why_nothing: str | None
    spend: Fraction  # the basis in minor units of programme currency
    is_order: bool


def basis_of_told(told: Told, *, setting: Setting) -> Basis | None:
    """The basis of an order.paid; None for every other type."""
    if told.type != ORDER_PAID:
        return None
    switches = setting.switches
    order = read_order(told.data, prices_include_tax=switches.prices_include_tax)
    if told.order is None:
        return basis_of(order, switches=switches)
    factor = minor_units_factor(
        rate=Decimal(told.order.rate), theirs=order.currency, ours=setting.currency
    )
    return basis_of(
        order,
        switches=switches,
        factor=factor,
        rate=told.order.rate,
        paid_with_points=told.order.paid_with_points,
    )


def judge(
    scene: Scene,
    *,
    rules: RuleSet,
    setting: Setting,
    usage: Usage,
    tier: TierInForce | None,
    at: datetime,
) -> Judgement:
    """Judge one event. Adds what it gives to `usage`, so that the next event sees it."""
    weighed = weigh(scene, rules=rules, setting=setting, usage=usage, tier=tier, at=at)
    return Judgement(
        grants=weighed.grants,
        explanation=explained(weighed, scene, rules=rules, setting=setting, tier=tier),
        why_nothing=weighed.why_nothing,
        spend=scene.basis.worth if scene.basis else Fraction(0),
        is_order=scene.basis is not None,
    )


def explained(
    weighed: Weighed,
    scene: Scene,
    *,
    rules: RuleSet,
    setting: Setting,
    tier: TierInForce | None,
) -> dict[str, Any]:
    """The explanation of what was weighed, as it is kept (E-50)."""
    return recorded(
        scene,
        entries=weighed.entries,
        stacking={slug: terms.stacking for slug, terms in rules.currencies.items()},
        context=context_of(
            scene,
            tier=tier,
            max_multiplier=setting.max_multiplier,
            rounding={slug: terms.rounding for slug, terms in rules.currencies.items()},
        ),
        points=weighed.by_currency.get(rules.first_spendable, 0),
        by_currency=weighed.by_currency,
        why_nothing=weighed.why_nothing,
    )
