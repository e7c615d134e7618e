"""Freezing: the terms by which a quote was judged, kept as plain values and put in force again for its order (E-75).

Revisions of rules never change, so their instant is enough; what a programme, its currencies and a ladder say today
may be another thing tomorrow, so that is written down.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from loyalty.earning.counting import exact_text
from loyalty.earning.kinds import AsOf, Told
from loyalty.earning.matching import TierInForce
from loyalty.earning.rules.compiling import CurrencyTerms, RuleSet
from loyalty.earning.rules.terms import Setting
from loyalty.foundation.ids import Id
from loyalty.programs.models import PointCurrency, Program

# What a programme says about every event, but for its budget: that is space, and space is what is left of it today.
_OF_PROGRAM: Final = (
    "zone", "currency", "week_starts_on", "prices_include_tax", "count_tax", "count_shipping", "count_gift_card_lines",
    "count_paid_with_points", "left_out_skus", "left_out_categories", "max_multiplier",
)  # fmt: skip
_OF_CURRENCY: Final = ("spendable", "stacking", "rounding", "unlock", "expiry", "limits")


@dataclass(frozen=True, slots=True)
class FrozenTier:
    """The tier that a quote was judged by."""

    slug: str
    rank: int
    multiplier: Fraction
    expiry: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Frozen(AsOf):
    """Everything that judges an event in place of what is in force today; `promised` are the quote's rule entries."""

    rules: RuleSet
    setting: Setting
    tier: FrozenTier | None
    promised: Sequence[Mapping[str, Any]]


def frozen_terms(
    *, program: Program, currencies: Sequence[PointCurrency], tier: TierInForce | None
) -> dict[str, Any]:
    """The terms of this moment as JSON."""
    return {
        "program": {name: getattr(program, name) for name in _OF_PROGRAM}
        | {"max_multiplier": str(program.max_multiplier)},
        "currencies": {
            each.slug: {"id": str(each.pk)} | {name: getattr(each, name) for name in _OF_CURRENCY}
            for each in currencies
        },
        "tier": None
        if tier is None
        else {
            "slug": tier.slug,
            "rank": tier.rank,
            "multiplier": exact_text(tier.multiplier),
            "expiry": tier.expiry,
        },
    }


def thawed(
    told: Mapping[str, Any],
    *,
    program: Program,
    rules: RuleSet,
    quote: str,
    at: datetime,
    promised: Sequence[Mapping[str, Any]],
) -> Frozen:
    """These terms in force again: today's space, and everything else as it was at that instant."""
    then = copy.copy(program)
    for name, value in told["program"].items():
        setattr(then, name, value)
    then.max_multiplier = Decimal(told["program"]["max_multiplier"])
    terms = {
        slug: CurrencyTerms.of(
            PointCurrency(slug=slug, program=program, **{**each, "id": Id(each["id"])})
        )
        for slug, each in told["currencies"].items()
    }
    currencies = {**rules.currencies, **terms}
    tier = told["tier"]
    return Frozen(
        at=at,
        quote=quote,
        rules=rules if currencies == rules.currencies else RuleSet(currencies, rules.tracks),
        setting=Setting.of(then),
        tier=FrozenTier(**{**tier, "multiplier": Fraction(tier["multiplier"])}) if tier else None,
        promised=promised,
    )


def rules_for(told: Told, rules: RuleSet) -> RuleSet:
    """The rules by which this event is judged."""
    return told.as_of.rules if isinstance(told.as_of, Frozen) else rules


def setting_for(told: Told, setting: Setting) -> Setting:
    """What the programme said at the instant by which this event is judged."""
    return told.as_of.setting if isinstance(told.as_of, Frozen) else setting


def tier_for(told: Told, tier: TierInForce | None) -> TierInForce | None:
    """The tier by which this event is judged."""
    return told.as_of.tier if isinstance(told.as_of, Frozen) else tier


def note_quote(told: Told, explanation: dict[str, Any]) -> None:
    """Say what became of the quote that the event named: not used, or lowered by space that was used up since (E-75)."""
    steps: list[dict[str, Any]] = []
    if told.quote_missed:
        steps.append({"code": "quote_not_used", "why": told.quote_missed})
    elif isinstance(told.as_of, Frozen):
        steps += _lowered(told.as_of.promised, explanation["rules"])
    if steps:
        explanation["steps"] = steps


def _lowered(
    promised: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A step for each rule that gives less than it promised, though as much of the order counts."""
    now = {entry["rule"]: entry for entry in given}
    steps = []
    for then in promised:
        entry = now.get(then["rule"], {})
        quoted, points = _points_in(then), _points_in(entry)
        counts_less = "exact" in entry and entry["exact"] != then.get("exact")
        if points < quoted and not counts_less:
            steps.append(
                {
                    "code": "quote_lowered",
                    "rule": then["rule"],
                    "quoted": quoted,
                    "after": str(points),
                }
            )
    return steps


def _points_in(entry: Mapping[str, Any]) -> int:
    return int(entry.get("points", 0)) if entry.get("applied") else 0
