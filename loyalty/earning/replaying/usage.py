"""Usage as it stood when a window begins: what limits whose period reaches further back had let through by then."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from loyalty.earning.limits.counters import Budget, BudgetKey, Once, Span, Usage, Used
from loyalty.earning.limits.limiting import budget_keys
from loyalty.earning.matching import Scene
from loyalty.earning.rules.clauses import Clause
from loyalty.earning.rules.compiling import RuleSet
from loyalty.earning.rules.terms import Setting
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import Unit, first_day_of
from loyalty.programs.models import Program

_SPANS: Final = """
    SELECT member_id, rule_id, currency_id, sum(points - claimed)::bigint, count(*) FILTER (WHERE claimed < points)
    FROM loyalty_earning WHERE member_id = ANY(%s::uuid[]) AND day >= %s AND day < %s
    GROUP BY member_id, rule_id, currency_id
"""
_KEYS: Final = """
    SELECT member_id, rule_id, once_key, max(occurred_at) FROM loyalty_earning
    WHERE member_id = ANY(%s::uuid[]) AND day < %s AND claimed < points
    GROUP BY member_id, rule_id, once_key
"""
_OF_A_BUDGET: Final = """
    SELECT COALESCE(sum(e.points - e.claimed), 0)::bigint
    FROM loyalty_earning e JOIN loyalty_pointcurrency c ON c.id = e.currency_id
    WHERE e.program_id = %s AND e.day >= %s AND e.day < %s
      AND CASE WHEN %s::uuid IS NULL THEN c.spendable ELSE e.rule_id = %s::uuid END
"""


def clauses_of(*sides: RuleSet) -> list[Clause]:
    """Every clause of these rule sets, each once."""
    found = {
        id(clause): clause
        for rules in sides
        for track in rules.tracks
        for *_edges, clause in track.periods
    }
    return list(found.values())


def usage_before(
    *, member_ids: Collection[Id], day: date, setting: Setting, sides: Iterable[RuleSet]
) -> dict[Id, Usage]:
    """Each member's usage at the beginning of `day`; a statement per calendar period that limits speak of."""
    sides = list(sides)
    week = setting.week_starts_on
    usages = {member_id: Usage(week_starts_on=week) for member_id in member_ids}
    clauses = clauses_of(*sides)
    ids = sorted(member_ids)
    for unit in _units(clauses, sides):
        first = first_day_of(unit, day, week_starts_on=week)
        if first < day:
            for member_id, rule_id, currency_id, points, times in run(_SPANS, [ids, first, day]):
                for scope_id in (rule_id, currency_id):
                    used = usages[member_id].spans[Span(member_id, scope_id, unit, first)]
                    used.points += points
                    used.times += times
    if any(clause.limits.once_fields or clause.limits.cooldown for clause in clauses):
        for member_id, rule_id, key, at in run(_KEYS, [ids, day]):
            usages[member_id].near[member_id, rule_id].append(at)
            if key is not None:
                usages[member_id].once.add(Once(member_id, rule_id, bytes(key)))
    return usages


def copied(usage: Usage) -> Usage:
    """The same usage, to be carried on by itself; budgets are everybody's and stay shared."""
    twin = Usage(week_starts_on=usage.week_starts_on, once=set(usage.once), budgets=usage.budgets)
    twin.spans = defaultdict(Used, {span: copy(used) for span, used in usage.spans.items()})
    twin.near = defaultdict(list, {key: list(at) for key, at in usage.near.items()})
    twin.balances = usage.balances.copy()
    return twin


@dataclass(slots=True)
class Budgets:
    """All budgets of one side through the window, by period; `open_for` hands out those that one event may draw on."""

    program: Program
    day: date  # on which the window begins
    of_program: Any
    kept: dict[BudgetKey, Budget] = field(default_factory=dict)

    def open_for(self, scene: Scene, *, rules: RuleSet, usage: Usage) -> None:
        """Put the budgets of this event's own periods into its usage."""
        told = scene.told
        usage.budgets = {}
        for clause, is_live in rules.looked_at(told.type, told.occurred_at):
            if not is_live or clause.is_multiplier:
                continue
            terms = rules.currencies[clause.currency]
            for key, cap in budget_keys(clause, terms, scene, usage, of_program=self.of_program):
                usage.budgets[key] = self._of(key, cap)

    def _of(self, key: BudgetKey, cap: int) -> Budget:
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = Budget(cap=cap, used=self._used_before(key))
        found.cap = cap
        return found

    def _used_before(self, key: BudgetKey) -> int:
        if key.first >= self.day:
            return 0
        asked = [self.program.pk, key.first, self.day, key.rule_id, key.rule_id]
        ((used,),) = run(_OF_A_BUDGET, asked)
        return int(used)

    def told(self) -> list[list[Any]]:
        """As JSON, so that the next range goes on with it."""
        return [
            [str(key.rule_id) if key.rule_id else None, key.unit.value, key.first.isoformat(), b.cap, b.used]
            for key, b in self.kept.items()
        ]  # fmt: skip

    def take_up(self, told: Iterable[Iterable[Any]]) -> None:
        for rule_id, unit, first, cap, used in told:
            key = BudgetKey(Id(rule_id) if rule_id else None, Unit(unit), date.fromisoformat(first))
            self.kept[key] = Budget(cap=cap, used=used)


def has_budgets(setting: Setting, *sides: RuleSet) -> bool:
    """Whether what one member takes may be missing to another."""
    return setting.budget is not None or any(clause.limits.budget for clause in clauses_of(*sides))


def _units(clauses: Iterable[Clause], sides: Iterable[RuleSet]) -> list[Unit]:
    units = {
        limit.unit
        for clause in clauses
        for limit in (*clause.limits.times, *clause.limits.points_per_member)
    }
    units |= {
        terms.points_per_member.unit
        for rules in sides
        for terms in rules.currencies.values()
        if terms.points_per_member
    }
    return sorted(units)


def window_day(since: datetime, *, zone: Any) -> date:
    """The local day on which a window begins."""
    return since.astimezone(zone).date()
