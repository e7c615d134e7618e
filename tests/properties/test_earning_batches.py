"""A batch is judged exactly as its events one by one, and every explanation adds up to its points."""

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from loyalty.earning.counting import exact_text
from loyalty.earning.limits.counters import Once, Usage
from loyalty.earning.limits.limiting import once_key, spans_of
from loyalty.earning.matching import Scene
from loyalty.programs.calendar import first_day_after
from tests.world.earning import (
    GOLD,
    NOON,
    a_rule,
    a_setting,
    an_order,
    facts_of,
    judged,
    rule_set,
    telling,
)

PERIODS = ["day", "week", "month", "quarter", "year", "ever"]
limits = st.fixed_dictionaries(
    {},
    optional={
        "once_per": st.just(["data.table"]),
        "cooldown": st.sampled_from(["PT1H", "P1D", "P1M"]),
        "times": st.builds(
            lambda times, period: {"times": times, "period": period},
            st.integers(1, 3),
            st.sampled_from(PERIODS),
        ),
        "points_per_event": st.integers(1, 100),
        "points_per_member": st.builds(
            lambda points, period: {"points": points, "period": period},
            st.integers(1, 200),
            st.sampled_from(PERIODS),
        ),
    },
)
effects = st.sampled_from(
    [
        {"kind": "fixed", "points": 7},
        {"kind": "per_amount", "points": 3, "per": 200},
        {"kind": "per_amount", "points": 1, "per": 700, "whole_steps": True},
        {"kind": "per_item", "points": 2},
        {"kind": "per_line", "points": 5},
        {"kind": "multiplier", "by": "1.25"},
        {"kind": "multiplier", "by": "4"},
    ]
)
picks = st.sampled_from(
    [None, {"include": {"categories": ["coffee"]}}, {"exclude": {"skus": ["MUG-1"]}}]
)
seeds_of_events = st.lists(
    st.tuples(
        st.integers(0, 90 * 24), st.integers(100, 20_000), st.integers(0, 9_000), st.integers(1, 3)
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def rules(draw):
    """One to four rules of any kind; multipliers have no limits."""
    told = []
    for number in range(draw(st.integers(1, 4))):
        effect = draw(effects)
        rule = a_rule(f"rule-{number}", effect=effect, priority=draw(st.integers(0, 2)))
        pick = draw(picks)
        if pick:
            rule["lines"] = pick
        if effect["kind"] != "multiplier":
            rule["limits"] = draw(limits)
            rule["exclusive"] = draw(st.booleans())
            rule["rounding"] = draw(st.sampled_from(["down", "up", "half_up"]))
            rule["multipliable"] = draw(st.booleans())
        told.append(rule)
    return told


def told_events(member, seeds):
    """Orders of one member over three months, in order of time."""
    return [
        telling(
            an_order(
                coffee + mug, lines=[("ESP-1", coffee, 2, "coffee"), ("MUG-1", mug)], table=table
            ),
            of=member,
            at=NOON + timedelta(hours=hours),
            number=number,
        )
        for number, (hours, coffee, mug, table) in enumerate(sorted(seeds), start=1)
    ]


def usage_before(told, set_of_rules, history):
    """What the database would say before this event: everything given so far, looked at afresh."""
    usage = Usage()
    scene = Scene(told, basis=None, tier=None, zone="Europe/Kyiv")
    for clause, _is_live in set_of_rules.looked_at(told.type, told.occurred_at):
        mine = [grant for grant in history if grant.rule_id == clause.rule_id]
        for span in spans_of(clause, set_of_rules.currencies["stars"], scene, usage):
            after = first_day_after(span.unit, span.first)
            within = [
                grant
                for grant in history
                if span.scope_id in (grant.rule_id, grant.currency_id)
                and span.first <= grant.day < after
            ]
            usage.spans[span].points = sum(grant.points for grant in within)
            usage.spans[span].times = len(within)
        key = once_key(clause, scene, usage)
        if key is not None and any(grant.once_key == key for grant in mine):
            usage.once.add(Once(told.member.id, clause.rule_id, key))
        usage.near[told.member.id, clause.rule_id] = [grant.occurred_at for grant in mine]
    return usage


def shown(judgement):
    return [
        {key: entry.get(key) for key in ("applied", "points", "why_not", "steps")}
        for entry in judgement.explanation["rules"]
    ]


@given(definitions=rules(), seeds=seeds_of_events, stacking=st.sampled_from(["sum", "best"]))
def test_a_batch_equals_its_events_one_by_one(definitions, seeds, stacking):
    """E-2: what is carried along is what would be read."""
    set_of_rules, member = rule_set(*definitions, stacking=stacking), facts_of()
    carried, history = Usage(), []

    for told in told_events(member, seeds):
        before = usage_before(told, set_of_rules, history)
        alone = judged(set_of_rules, told, tier=GOLD, usage=before)
        together = judged(set_of_rules, told, tier=GOLD, usage=carried)
        history += alone.grants

        assert shown(together) == shown(alone)


@given(definitions=rules(), seeds=seeds_of_events, most=st.sampled_from(["1", "2", "5"]))
def test_every_explanation_adds_up(definitions, seeds, most):
    """E-50: each step begins where the one before ended, and the last one is what was given."""
    set_of_rules, member, usage = rule_set(*definitions), facts_of(), Usage()
    setting = a_setting(max_multiplier=Fraction(most))

    for told in told_events(member, seeds):
        judgement = judged(set_of_rules, told, tier=GOLD, usage=usage, setting=setting)
        total = 0
        for entry in judgement.explanation["rules"]:
            steps = entry.get("steps", [])
            for before, after in pairwise(steps):
                assert after["before"] == before["after"]
            if entry["applied"] and steps:
                assert steps[-1]["after"] == exact_text(entry["points"])
                total += entry["points"]
        assert judgement.explanation["points"] == total == sum(g.points for g in judgement.grants)
