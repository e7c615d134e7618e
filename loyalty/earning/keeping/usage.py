"""Usage: what limits have let through so far (E-46), asked in one statement over earnings, never a stored counter."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection

from loyalty.earning.keeping.budgets import lock_budgets, look_at_budgets
from loyalty.earning.keeping.freezing import rules_for, setting_for
from loyalty.earning.limits.counters import BudgetKey, Once, Span, Usage
from loyalty.earning.limits.limiting import budget_keys, once_key, spans_of
from loyalty.earning.matching import Scene
from loyalty.earning.rules.compiling import RuleSet
from loyalty.earning.rules.terms import Setting
from loyalty.earning.unlocking.opening import read_waits
from loyalty.earning.unlocking.waits import SAFE
from loyalty.foundation.ids import Id
from loyalty.ledger.rows.states import Book
from loyalty.programs.models import Program

# Three questions, one statement: sums of spans, keys that count once, and the nearest earnings on either side.
_USAGE: Final = """
    SELECT 'span', s.at, e.points, e.times, NULL::timestamptz
    FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::date[], %s::date[])
         AS s (at, member_id, scope_id, first, after)
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(points - claimed), 0)::bigint AS points,
               count(*) FILTER (WHERE claimed < points) AS times
        FROM loyalty_earning
        WHERE member_id = s.member_id AND day >= s.first AND day < s.after
          AND (rule_id = s.scope_id OR currency_id = s.scope_id)
    ) e
    UNION ALL
    SELECT 'once', o.at, 0, 0, NULL
    FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::bytea[])
         AS o (at, member_id, rule_id, once_key)
    WHERE EXISTS (
        SELECT FROM loyalty_earning e
        WHERE e.member_id = o.member_id AND e.rule_id = o.rule_id AND e.once_key = o.once_key
          AND e.claimed < e.points
    )
    UNION ALL
    SELECT 'near', n.at, 0, 0, e.occurred_at
    FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::timestamptz[])
         AS n (at, member_id, rule_id, told_at)
    CROSS JOIN LATERAL (
        (SELECT occurred_at FROM loyalty_earning
         WHERE member_id = n.member_id AND rule_id = n.rule_id AND claimed < points
           AND occurred_at <= n.told_at
         ORDER BY occurred_at DESC LIMIT 1)
        UNION ALL
        (SELECT occurred_at FROM loyalty_earning
         WHERE member_id = n.member_id AND rule_id = n.rule_id AND claimed < points
           AND occurred_at > n.told_at
         ORDER BY occurred_at LIMIT 1)
    ) e
"""


class _Wanted:
    """What judging these events may look at, each once, in a fixed order."""

    def __init__(self) -> None:
        self.persons: dict[Id, tuple[Id, ...]] = {}
        self.spans: dict[Span, None] = {}
        self.once: dict[Once, None] = {}
        self.near: dict[tuple[Id, Id, datetime], None] = {}
        self.budgets: dict[BudgetKey, int] = {}

    def gather(self, scene: Scene, *, rules: RuleSet, setting: Setting, usage: Usage) -> None:
        told = scene.told
        self.persons[told.member.id] = (told.member.id, *told.member.also)
        rules, setting = rules_for(told, rules), setting_for(told, setting)
        for clause, is_live in rules.looked_at(told.type, scene.judged_at):
            if not is_live or clause.is_multiplier:
                continue
            currency = rules.currencies[clause.currency]
            self.spans.update(dict.fromkeys(spans_of(clause, currency, scene, usage)))
            key = once_key(clause, scene, usage)
            if key is not None:
                self.once[Once(told.member.id, clause.rule_id, key)] = None
            if clause.limits.cooldown:
                self.near[told.member.id, clause.rule_id, told.occurred_at] = None
            budgets = budget_keys(clause, currency, scene, usage, of_program=setting.budget)
            for budget, cap in budgets:  # a counter holds what the most generous revision may use
                self.budgets[budget] = max(cap, self.budgets.get(budget, 0))


def read_usage(
    scenes: Iterable[Scene],
    *,
    program: Program,
    rules: RuleSet,
    setting: Setting,
    accounts: Book | None = None,
    is_binding: bool = True,
) -> Usage:
    """Everything that limits of these events need; the members' accounts are locked already.

    At most one statement for earnings, and one for budgets if some rule has one: those are held until the transaction
    ends, unless nothing will be given (`is_binding`).
    """
    usage = Usage(week_starts_on=setting.week_starts_on)
    scenes = list(scenes)
    usage.waits = read_waits(
        persons={
            scene.told.member.id: (scene.told.member.id, *scene.told.member.also)
            for scene in scenes
        },
        waits_for=rules.waits_for,
        may_wait={
            scene.told.member.id
            for scene in scenes
            if SAFE in rules_for(scene.told, rules).waits_of(scene.told.type, scene.judged_at)
        },
        zone=setting.zone,
    )
    wanted = _Wanted()
    for scene in scenes:
        wanted.gather(scene, rules=rules, setting=setting, usage=usage)
    if wanted.spans or wanted.once or wanted.near:
        _fill(usage, wanted)
    if wanted.budgets:
        budgets = lock_budgets if is_binding else look_at_budgets
        usage.budgets = budgets(program=program, wanted=wanted.budgets)
    for (owner_id, currency_id), state in (accounts or {}).items():
        if currency_id is not None:
            usage.balances[owner_id, currency_id] = state.balance
    return usage


def _fill(usage: Usage, wanted: _Wanted) -> None:
    """Ask, for each member under all the names that it has had (L-52), and put the answers together."""
    spans, once, near = list(wanted.spans), list(wanted.once), list(wanted.near)
    of = wanted.persons
    asked_spans = [(at, span, who) for at, span in enumerate(spans) for who in of[span.member_id]]
    asked_once = [(at, each, who) for at, each in enumerate(once) for who in of[each.member_id]]
    asked_near = [(at, each, who) for at, each in enumerate(near) for who in of[each[0]]]
    values: list[Any] = [
        [at for at, _span, _who in asked_spans],
        [who for _at, _span, who in asked_spans],
        [span.scope_id for _at, span, _who in asked_spans],
        [span.first for _at, span, _who in asked_spans],
        [usage.last_day(span) for _at, span, _who in asked_spans],
        [at for at, _each, _who in asked_once],
        [who for _at, _each, who in asked_once],
        [each.rule_id for _at, each, _who in asked_once],
        [each.key for _at, each, _who in asked_once],
        [at for at, _each, _who in asked_near],
        [who for _at, _each, who in asked_near],
        [rule_id for _at, (_member, rule_id, _told), _who in asked_near],
        [told_at for _at, (_member, _rule, told_at), _who in asked_near],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_USAGE, values)
        for what, place, points, times, occurred_at in cursor.fetchall():
            if what == "span":
                used = usage.spans[spans[place]]
                used.points += points
                used.times += times
            elif what == "once":
                usage.once.add(once[place])
            else:
                member_id, rule_id, _told_at = near[place]
                usage.near[member_id, rule_id].append(occurred_at)
