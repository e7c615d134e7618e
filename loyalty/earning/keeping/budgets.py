"""Budgets (E-44): one counter row per budget and period, locked after the accounts, in ascending order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from loyalty.earning.limits.counters import Budget, BudgetKey
from loyalty.earning.rules.compiling import RuleSet
from loyalty.earning.rules.terms import Setting
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import first_day_of
from loyalty.programs.models import Program

_NO_RULE: Final = Id(int=0)

# Opens what is missing and holds the rest, row by row in the order of the arrays: one statement, no deadlock. A cap
# that was lowered below what is used already stays at that, so that the constraint holds.
_HOLD: Final = """
    INSERT INTO loyalty_budgetuse AS held (id, program_id, rule_id, unit, starts_on, cap, used)
    SELECT id, %s, rule_id, unit, starts_on, cap, 0
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::bigint[])
         AS told (id, rule_id, unit, starts_on, cap)
    ON CONFLICT (program_id, rule_id, unit, starts_on)
    DO UPDATE SET cap = GREATEST(EXCLUDED.cap, held.used)
    RETURNING rule_id, unit, starts_on, used
"""
_LOOK: Final = """
    SELECT b.rule_id, b.unit, b.starts_on, b.used FROM loyalty_budgetuse b
    JOIN unnest(%s::uuid[], %s::text[], %s::date[]) AS told (rule_id, unit, starts_on)
      ON told.rule_id IS NOT DISTINCT FROM b.rule_id AND told.unit = b.unit
     AND told.starts_on = b.starts_on
    WHERE b.program_id = %s
"""
_TAKE: Final = """
    UPDATE loyalty_budgetuse b SET used = b.used + told.taken
    FROM unnest(%s::uuid[], %s::text[], %s::date[], %s::bigint[])
         AS told (rule_id, unit, starts_on, taken)
    WHERE b.program_id = %s AND told.rule_id IS NOT DISTINCT FROM b.rule_id
      AND told.unit = b.unit AND told.starts_on = b.starts_on
"""
# Held in the one order before anything moves; what was given before there was a budget took nothing of it.
_GIVE_BACK: Final = """
    WITH told AS MATERIALIZED (
        SELECT b.id, told.back FROM loyalty_budgetuse b
        JOIN unnest(%s::uuid[], %s::text[], %s::date[], %s::bigint[]) AS told (rule_id, unit, starts_on, back)
          ON told.rule_id IS NOT DISTINCT FROM b.rule_id AND told.unit = b.unit AND told.starts_on = b.starts_on
        WHERE b.program_id = %s
        ORDER BY COALESCE(b.rule_id, '00000000-0000-0000-0000-000000000000'), b.unit, b.starts_on
        FOR UPDATE OF b
    )
    UPDATE loyalty_budgetuse b SET used = GREATEST(b.used - told.back, 0) FROM told WHERE b.id = told.id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """Points of one earning that were asked back: which rule and version gave them, and for which day."""

    rule: str
    version: int
    day: date
    points: int


@inside_unit_of_work
def lock_budgets(*, program: Program, wanted: Mapping[BudgetKey, int]) -> dict[BudgetKey, Budget]:
    """Open the counters that are missing, and hold all of them until the transaction ends."""
    keys = sorted(wanted, key=_order)
    caps = [wanted[key] for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [program.pk, [new_id() for _ in keys], *_columns(keys), caps])
        used = {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}
    return {
        key: Budget(cap=wanted[key], used=used[key.rule_id, key.unit.value, key.first])
        for key in keys
    }


def look_at_budgets(
    *, program: Program, wanted: Mapping[BudgetKey, int]
) -> dict[BudgetKey, Budget]:
    """What the counters say just now, for a preview; nothing is held or opened."""
    keys = sorted(wanted, key=_order)
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [*_columns(keys), program.pk])
        used = {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}
    return {
        key: Budget(cap=wanted[key], used=used.get((key.rule_id, key.unit.value, key.first), 0))
        for key in keys
    }


@inside_unit_of_work
def take_from_budgets(*, program: Program, budgets: Mapping[BudgetKey, Budget]) -> list[BudgetKey]:
    """Count what this batch took; answers the budgets that it used up."""
    taken = {key: budget for key, budget in budgets.items() if budget.taken}
    if not taken:
        return []
    keys = sorted(taken, key=_order)
    amounts = [taken[key].taken for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [*_columns(keys), amounts, program.pk])
    return [key for key in keys if taken[key].used >= taken[key].cap]


@inside_unit_of_work
def give_space_back(*, program: Program, claimed: Iterable[Claimed], rules: RuleSet) -> None:
    """Claims return space to the period in which the points were given (E-46); nothing earlier is judged again."""
    back: dict[BudgetKey, int] = {}
    for each in claimed:
        for key in _drawn_on(each, program=program, rules=rules):
            back[key] = back.get(key, 0) + each.points
    if not back:
        return
    keys = sorted(back, key=_order)
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [*_columns(keys), [back[key] for key in keys], program.pk])


def _drawn_on(claimed: Claimed, *, program: Program, rules: RuleSet) -> Iterator[BudgetKey]:
    """The budgets of which this earning took: its rule's by the revision that gave it, and the programme's."""
    clause = rules.clauses[claimed.rule, claimed.version]
    setting = Setting.of(program)
    of_program = setting.budget if rules.currencies[clause.currency].is_spendable else None
    for rule_id, budget in ((clause.rule_id, clause.limits.budget), (None, of_program)):
        if budget is not None:
            first = first_day_of(budget.unit, claimed.day, week_starts_on=setting.week_starts_on)
            yield BudgetKey(rule_id, budget.unit, first)


def _columns(keys: list[BudgetKey]) -> list[list[Any]]:
    return [
        [key.rule_id for key in keys],
        [key.unit.value for key in keys],
        [key.first for key in keys],
    ]


def _order(key: BudgetKey) -> tuple[Id, str, Any]:
    """The programme's own budget first; every batch locks in this order."""
    return key.rule_id or _NO_RULE, key.unit.value, key.first
