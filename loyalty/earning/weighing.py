"""Weighing: one event against all rules: which apply, what they count to, what limits leave of it. Pure.

Order of work: match, gates, count, stack, terms, caps. What is found stays exact numbers; `judging` makes the
explanation of it, where somebody wants one. Only `usage` is carried along.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from loyalty.earning.counting import Counted, Multiplier, count, counts_for, picked_lines, stacked
from loyalty.earning.keeping.recording import sum_by_currency
from loyalty.earning.kinds import SUSPENDED, Grant, Terms
from loyalty.earning.limits.counters import Running, Usage
from loyalty.earning.limits.limiting import gate_of, note, once_key, trimmed
from loyalty.earning.matching import Miss, Scene, TierInForce
from loyalty.earning.rules.clauses import Clause
from loyalty.earning.rules.compiling import CurrencyTerms, RuleSet
from loyalty.earning.rules.terms import Setting, terms_of

_NO_LINES: Final = Miss("no_lines_match", {})
_NOTHING: Final = Miss("nothing_counts", {})

Entry = dict[str, Any]  # what one rule did, in exact numbers


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an event came to: earnings to write, an entry for each rule that was looked at, points by currency."""

    grants: tuple[Grant, ...]
    entries: tuple[Entry, ...]
    by_currency: dict[str, int]
    why_nothing: str | None


@dataclass(slots=True)
class _Case:
    """One event on its way through the beats; entries stand in the order of the rules."""

    scene: Scene
    rules: RuleSet
    setting: Setting
    usage: Usage
    tier: TierInForce | None
    at: datetime
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    running: Running = field(default_factory=Running)
    grants: list[Grant] = field(default_factory=list)

    def refuse(self, clause: Clause, miss: Miss) -> None:
        entry = self.entries[clause.shown]
        entry["why_not"] = miss.why_not
        entry.update(miss.values)


def weigh(
    scene: Scene,
    *,
    rules: RuleSet,
    setting: Setting,
    usage: Usage,
    tier: TierInForce | None,
    at: datetime,
) -> Weighed:
    """Weigh one event. Adds what it gives to `usage`, so that the next event sees it."""
    case = _Case(scene, rules, setting, usage, tier, at)
    told = scene.told
    held_back = SUSPENDED if told.member.status != "active" else told.held_back
    if not held_back:
        for currency, clauses in _applying(case).items():
            terms = rules.currencies[currency]
            for counted in _counted(case, clauses, terms):
                _give(case, counted, terms)
    by_currency = sum_by_currency((grant.currency, grant.points) for grant in case.grants)
    return Weighed(
        grants=tuple(case.grants),
        entries=tuple(case.entries.values()),
        by_currency=by_currency,
        why_nothing=None if any(by_currency.values()) else held_back or _why_nothing(case),
    )


def _applying(case: _Case) -> dict[str, list[Clause]]:
    """The clauses that apply, by point currency; every other one gets its `why_not`."""
    applying: defaultdict[str, list[Clause]] = defaultdict(list)
    scene = case.scene
    for clause, is_live in case.rules.looked_at(scene.told.type, scene.judged_at):
        case.entries[clause.shown] = {
            "rule": clause.shown,
            "version": clause.version,
            "currency": clause.currency,
            "applied": False,
        }
        miss = scene.miss_of(clause) if is_live else Miss("paused", {})
        if miss is None and clause.pick is not None and not picked_lines(clause, scene.basis):
            miss = _NO_LINES
        if miss is None and scene.basis is not None and not counts_for(clause, scene.basis):
            miss = _NOTHING
        miss = miss or gate_of(clause, scene, case.usage)
        if miss is None:
            applying[clause.currency].append(clause)
        else:
            case.refuse(clause, miss)
    return applying


def _counted(case: _Case, clauses: Sequence[Clause], currency: CurrencyTerms) -> list[Counted]:
    """Base rules of one currency counted, multiplied and stacked; what does not stand says why."""
    multipliers = _multipliers(case, clauses)
    counted = []
    for clause in clauses:
        if clause.is_multiplier:
            case.entries[clause.shown] |= {"applied": True, "by": clause.by}
            continue
        each = count(
            clause,
            basis=case.scene.basis,
            multipliers=multipliers,
            max_multiplier=case.setting.max_multiplier,
            rounding=clause.rounding or currency.rounding,
        )
        counted.append(each)
    standing, alone = stacked(counted, stacking=currency.stacking)
    for each in counted:
        if not each.points:
            case.refuse(each.clause, _NOTHING)
            case.entries[each.clause.shown] |= {
                "exact": each.exact,
                "steps": each.steps,
            }
        elif alone is not None and each is not alone:
            case.refuse(each.clause, Miss("excluded_by", {"by_rule": alone.clause.shown}))
    return [each for each in standing if each.points]


def _multipliers(case: _Case, clauses: Sequence[Clause]) -> list[Multiplier]:
    found = [
        Multiplier(by=clause.by, pick=clause.pick, rule=clause.shown)
        for clause in clauses
        if clause.is_multiplier
    ]
    if case.tier is not None and case.tier.multiplier != 1:
        found.append(Multiplier(by=case.tier.multiplier))
    return found


def _give(case: _Case, counted: Counted, currency: CurrencyTerms) -> None:
    """Pin the terms, trim, and note what is left of it."""
    clause, scene, told = counted.clause, case.scene, case.scene.told
    terms = terms_of(
        clause,
        currency=currency,
        tier_expiry=case.tier.expiry if case.tier else None,
        occurred_at=told.occurred_at,
        zone=case.setting.zone,
    )
    if terms.expires_at is not None and terms.expires_at <= case.at:
        case.refuse(clause, Miss("would_have_expired", {"at": terms.expires_at.isoformat()}))
        return
    points, steps = trimmed(
        counted.points,
        clause=clause,
        currency=currency,
        scene=scene,
        usage=case.usage,
        running=case.running,
    )
    case.entries[clause.shown] |= {
        "applied": points > 0,
        "exact": counted.exact,
        "points": points,
        "steps": [*counted.steps, *steps],
    }
    if not points:
        case.refuse(clause, Miss("trimmed_to_zero", {"by_limit": steps[-1]["code"]}))
        return
    key = once_key(clause, scene, case.usage)
    note(
        points,
        clause=clause,
        currency=currency,
        scene=scene,
        usage=case.usage,
        running=case.running,
    )
    case.grants.append(_grant(case, clause, currency, points=points, key=key, terms=terms))


def _grant(
    case: _Case,
    clause: Clause,
    currency: CurrencyTerms,
    *,
    points: int,
    key: bytes | None,
    terms: Terms,
) -> Grant:
    told = case.scene.told
    return Grant(
        event_id=told.event_id,
        member_id=told.member.id,
        rule_id=clause.rule_id,
        rule=clause.shown,
        revision_id=clause.revision_id,
        version=clause.version,
        currency_id=currency.id,
        currency=currency.slug,
        points=points,
        occurred_at=told.occurred_at,
        day=case.scene.day,
        counts_for_tier=clause.counts_for_tier,
        once_key=key,
        terms=terms,
    )


def _why_nothing(case: _Case) -> str:
    """The one reason if all rules share it, else that nothing applied; without rules, nothing counts."""
    reasons = {entry.get("why_not") for entry in case.entries.values() if not entry["applied"]}
    reasons.discard(None)
    if len(reasons) == 1:
        return str(reasons.pop())
    return "no_rule_applies" if case.entries else "no_rules"
