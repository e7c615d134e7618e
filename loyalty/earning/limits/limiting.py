"""Limits (E-40 to E-46). Gates stop a rule, caps trim and never refuse. Pure: usage is read before, and carried along."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from loyalty.earning.counting import Step
from loyalty.earning.kinds import Told
from loyalty.earning.limits.counters import Budget, BudgetKey, Once, Running, Span, Usage
from loyalty.earning.matching import Miss, Scene
from loyalty.earning.rules.clauses import Clause, PerPeriod
from loyalty.earning.rules.compiling import CurrencyTerms
from loyalty.programs.calendar import first_day_of

_ABSENT: Final = object()


def once_key(clause: Clause, scene: Scene, usage: Usage) -> bytes | None:
    """16 bytes that say what counts once; None if a field is missing (see `missing_field`) or nothing counts once."""
    if not clause.limits.once_fields:
        return None
    values = [_value_at(scene.told, path) for path in clause.limits.once_fields]
    if _ABSENT in values:
        return None
    unit = clause.limits.once_unit
    first = first_day_of(unit, scene.day, week_starts_on=usage.week_starts_on)
    text = json.dumps([values, unit, first.isoformat()], ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def gate_of(clause: Clause, scene: Scene, usage: Usage) -> Miss | None:
    """The gate that stops this rule (E-40, E-41), or None."""
    limits = clause.limits
    if limits.once_fields:
        missing = [f for f in limits.once_fields if _value_at(scene.told, f) is _ABSENT]
        if missing:
            return Miss("field_missing", {"field": missing[0]})
        key = once_key(clause, scene, usage)
        assert key is not None
        if Once(scene.told.member.id, clause.rule_id, key) in usage.once:
            return Miss(
                "once_per", {"fields": list(limits.once_fields), "period": limits.once_unit.value}
            )
    if limits.cooldown and _is_cooling(clause, scene, usage):
        return Miss("cooldown", {"cooldown": clause.definition["limits"]["cooldown"]})
    for limit in limits.times:
        used = usage.spans[usage.span(scene, clause.rule_id, limit.unit)].times
        if used >= limit.most:
            return Miss("times", {"limit": limit.most, "used": used, "period": limit.unit.value})
    return None


def trimmed(
    points: int,
    *,
    clause: Clause,
    currency: CurrencyTerms,
    scene: Scene,
    usage: Usage,
    running: Running,
) -> tuple[int, list[Step]]:
    """What every cap in turn lets through, and a step for each that trimmed (E-42 to E-44)."""
    steps: list[Step] = []
    left = points
    for code, limit, used, more in _caps(clause, currency, scene, usage, running):
        space = max(0, limit - used)
        if left > space:
            step: Step = {"code": code, "limit": limit, "used": used, "space": space}
            step |= {"before": left, "after": space, **more}
            steps.append(step)
            left = space
    return left, steps


def note(
    points: int,
    *,
    clause: Clause,
    currency: CurrencyTerms,
    scene: Scene,
    usage: Usage,
    running: Running,
) -> None:
    """Carry what was given on to the next rule and event, so that a batch equals its events one by one (E-2)."""
    member_id, limits = scene.told.member.id, clause.limits
    running.points[currency.slug] += points
    usage.balances[member_id, currency.id] += points
    key = once_key(clause, scene, usage)
    if key is not None:
        usage.once.add(Once(member_id, clause.rule_id, key))
    if limits.cooldown:
        usage.near[member_id, clause.rule_id].append(scene.told.occurred_at)
    units = {limit.unit for limit in (*limits.times, *limits.points_per_member)}
    spans = [usage.span(scene, clause.rule_id, unit) for unit in units]
    if currency.points_per_member:
        spans.append(usage.span(scene, currency.id, currency.points_per_member.unit))
    for span in spans:
        usage.spans[span].points += points
        usage.spans[span].times += 1
    for budget, _cap in _budgets(clause, currency, scene, usage):
        budget.used += points
        budget.taken += points


def spans_of(clause: Clause, currency: CurrencyTerms, scene: Scene, usage: Usage) -> Iterator[Span]:
    """Every span that judging this event by this rule may look at."""
    limits = clause.limits
    for unit in {limit.unit for limit in (*limits.times, *limits.points_per_member)}:
        yield usage.span(scene, clause.rule_id, unit)
    if currency.points_per_member:
        yield usage.span(scene, currency.id, currency.points_per_member.unit)


def budget_keys(
    clause: Clause,
    currency: CurrencyTerms,
    scene: Scene,
    usage: Usage,
    *,
    of_program: PerPeriod | None,
) -> Iterator[tuple[BudgetKey, int]]:
    """The budgets that this rule draws on, with their caps: its own, then the programme's for spendable points."""
    own = clause.limits.budget
    pairs = [(clause.rule_id, own), (None, of_program if currency.is_spendable else None)]
    for rule_id, budget in pairs:
        if budget is not None:
            first = first_day_of(budget.unit, scene.day, week_starts_on=usage.week_starts_on)
            yield BudgetKey(rule_id, budget.unit, first), budget.most


def _caps(
    clause: Clause, currency: CurrencyTerms, scene: Scene, usage: Usage, running: Running
) -> Iterator[tuple[str, int, int, Mapping[str, Any]]]:
    """Code, limit, used and what else the sentence needs; in the order of section 6."""
    limits = clause.limits
    if limits.points_per_event is not None:
        yield "points_per_event", limits.points_per_event, 0, {}
    for limit in limits.points_per_member:
        used = usage.spans[usage.span(scene, clause.rule_id, limit.unit)].points
        yield "points_per_member", limit.most, used, {"period": limit.unit.value}
    if currency.points_per_event is not None:
        used = running.points[currency.slug]
        yield "currency_points_per_event", currency.points_per_event, used, {}
    if currency.points_per_member is not None:
        per_member = currency.points_per_member
        used = usage.spans[usage.span(scene, currency.id, per_member.unit)].points
        yield "currency_points_per_member", per_member.most, used, {"period": per_member.unit.value}
    if currency.balance_cap is not None:
        balance = usage.balances[scene.told.member.id, currency.id]
        yield "balance_cap", currency.balance_cap, balance, {}
    for budget, cap in _budgets(clause, currency, scene, usage):
        yield "budget", cap, budget.used, {}


def _budgets(
    clause: Clause, currency: CurrencyTerms, scene: Scene, usage: Usage
) -> Iterator[tuple[Budget, int]]:
    """The counters that this rule draws on, with what this revision of it may use: its own, then the programme's."""
    if not usage.budgets:
        return
    own, week = clause.limits.budget, usage.week_starts_on
    if own is not None:
        first = first_day_of(own.unit, scene.day, week_starts_on=week)
        yield usage.budgets[BudgetKey(clause.rule_id, own.unit, first)], own.most
    for key, budget in usage.budgets.items() if currency.is_spendable else ():
        first = first_day_of(key.unit, scene.day, week_starts_on=week)
        if key.rule_id is None and key.first == first:
            yield budget, budget.cap


def _is_cooling(clause: Clause, scene: Scene, usage: Usage) -> bool:
    cooldown, at, zone = clause.limits.cooldown, scene.told.occurred_at, scene.zone
    assert cooldown is not None
    near = usage.near[scene.told.member.id, clause.rule_id]
    return any(cooldown.after(min(at, other), zone=zone) > max(at, other) for other in near)


def _value_at(told: Told, path: str) -> Any:
    """The value of one field of the event; _ABSENT if it is not there."""
    head, *rest = path.split(".")
    if head != "data":
        return getattr(told, head) or _ABSENT
    value: Any = told.data
    for name in rest:
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    return value
