"""The golden examples of earning, by number: euros, Kyiv, rule A gives a point per 1.00."""

from datetime import datetime
from fractions import Fraction

import pytest

from loyalty.earning.basis import Switches
from loyalty.earning.limits.counters import Usage
from loyalty.earning.rules.clauses import PerPeriod
from loyalty.programs.calendar import Unit
from loyalty.programs.expiry import Policy
from tests.world.earning import (
    GOLD,
    ORDER_5990,
    a_rule,
    a_setting,
    an_order,
    facts_of,
    judged,
    points_of,
    rule_set,
    telling,
)

A = a_rule()
MONTH_TO_ITS_END = {"kind": "rolling", "period": "P12M", "round_up": "month"}


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(("tier", "points"), [(None, 45), (GOLD, 67)], ids=["plain", "gold"])
def test_g1_goods_count_and_tax_and_shipping_do_not(tier, points):
    """E-G1, E-12: 4500 of 5990; Gold 67.5, rounded down once (E-33)."""
    judgement = judged(rule_set(A), telling(ORDER_5990), tier=tier)

    assert points_of(judgement) == [points]
    assert judgement.spend == 4500
    assert judgement.explanation["basis"]["left_out"] == [
        {"what": "tax", "amount": 990},
        {"what": "shipping", "amount": 500},
    ]


def test_g2_what_points_paid_does_not_count():
    """E-G2: 4500 times 4990 ÷ 5990 = 3748.74…, exact to the end."""
    judgement = judged(rule_set(A), telling(ORDER_5990 | {"paid_with_points": 1000}))

    assert points_of(judgement) == [37]
    assert judgement.spend == Fraction(4500 * 4990, 5990)
    assert judgement.explanation["rules"][0]["exact"] == "22455/599"


def test_g2_captured_holds_decide_before_the_orders_own_figure():
    """E-14: what was captured goes first."""
    told = telling(ORDER_5990 | {"paid_with_points": 17}, paid_with_points=1000)

    assert points_of(judged(rule_set(A), told)) == [37]


@pytest.mark.parametrize(("count_tax", "points"), [(False, 100), (True, 119)])
def test_g4_prices_that_include_tax(count_tax, points):
    """E-G4, E-13: total 119.00, tax 19.00."""
    setting = a_setting(switches=Switches(prices_include_tax=True, count_tax=count_tax))

    judgement = judged(rule_set(A), telling(an_order(11_900, tax=1_900)), setting=setting)

    assert points_of(judgement) == [points]


PER_COFFEE = a_rule(
    "per-coffee",
    effect={"kind": "per_item", "points": 2},
    lines={"include": {"categories": ["coffee"]}},
)
FIRST = a_rule(
    "first",
    effect={"kind": "fixed", "points": 50},
    conditions={"all": [{"order_number": "first"}]},
)
DOUBLE_COFFEE = a_rule(
    "double-coffee",
    effect={"kind": "multiplier", "by": "2"},
    lines={"include": {"categories": ["coffee"]}},
)
BASKET = an_order(6500, lines=[("ESP-1", 4500, 2, "coffee"), ("MUG-1", 2000)])


@pytest.mark.parametrize(
    ("stacking", "first", "points"),
    [
        ("sum", FIRST, [165, 12, 50, 0]),
        ("best", FIRST, [165, 0, 0, 0]),
        ("sum", FIRST | {"exclusive": True}, [0, 0, 50, 0]),
    ],
    ids=["sum", "best", "exclusive"],
)
def test_g5_rules_stack_and_multipliers_pick_their_lines(stacking, first, points):
    """E-G5, E-31, E-32: A 45·2·1.5 + 20·1.5 = 165, B 4·2·1.5 = 12, C 50."""
    rules = rule_set(A, PER_COFFEE, first, DOUBLE_COFFEE, stacking=stacking)

    judgement = judged(rules, telling(BASKET), tier=GOLD)

    assert points_of(judgement) == points
    assert judgement.explanation["points"] == sum(points)
    assert judgement.explanation["stacking"] == stacking


def test_g6_a_monthly_cap_trims_in_order_of_the_rules():
    """E-G6, E-43: 200 a month, 60 used: A 165 → 140, B 0, C 0."""
    rules = rule_set(A, PER_COFFEE, FIRST, DOUBLE_COFFEE, points_per_member=a_month(200))
    member, usage = facts_of(), Usage()
    judged(rules, telling(an_order(6000), of=member, number=2), usage=usage)

    judgement = judged(rules, telling(BASKET, of=member), tier=GOLD, usage=usage)

    assert points_of(judgement) == [140, 0, 0, 0]
    entries = judgement.explanation["rules"]
    assert entries[0]["steps"][-1] == {
        "code": "currency_points_per_member",
        "limit": 200,
        "used": 60,
        "space": 140,
        "before": "165",
        "after": "140",
        "period": "month",
    }
    assert [entry.get("why_not") for entry in entries] == [
        None, "trimmed_to_zero", "trimmed_to_zero", None
    ]  # fmt: skip


def test_g7_a_rules_own_cap_trims():
    """E-G7, E-42: Gold, 100 a month, 60 used: 67 → 40."""
    limits = {"points_per_member": {"points": 100, "period": "month"}}
    rules, member, usage = rule_set(A | {"limits": limits}), facts_of(), Usage()
    judged(rules, telling(an_order(6000), of=member), usage=usage)

    judgement = judged(rules, telling(ORDER_5990, of=member), tier=GOLD, usage=usage)

    assert points_of(judgement) == [40]
    assert judgement.explanation["rules"][0]["exact"] == "67.5"


def test_g9_only_full_steps_count():
    """E-G9, E-30: 1 per full 10.00; 20.00 gives 2, 19.99 gives 1."""
    rule = a_rule(effect={"kind": "per_amount", "points": 1, "per": 1000, "whole_steps": True})

    assert points_of(judged(rule_set(rule), telling(an_order(2000)))) == [2]
    assert points_of(judged(rule_set(rule), telling(an_order(1999)))) == [1]


def test_g10_a_multiplier_from_an_amount_on():
    """E-G10: twice from 100.00; 120.00 gives 240, 90.00 gives 90."""
    double = a_rule(
        "double",
        effect={"kind": "multiplier", "by": "2"},
        conditions={"all": [{"order": {"at_least": 10_000}}]},
    )

    assert points_of(judged(rule_set(A, double), telling(an_order(12_000)))) == [240, 0]
    assert points_of(judged(rule_set(A, double), telling(an_order(9_000)))) == [90, 0]


HAPPY_HOUR = a_rule(
    "happy-hour",
    effect={"kind": "multiplier", "by": "2"},
    windows=[{"weekdays": ["mon", "tue", "wed", "thu", "fri"], "from": "15:00", "to": "18:00"}],
)


@pytest.mark.parametrize(
    ("told_at", "points"),
    [
        ("2026-11-20T17:59:59+02:00", 90),
        ("2026-11-20T14:30:00+01:00", 90),
        ("2026-11-20T18:00:00+02:00", 45),
        ("2026-11-21T16:00:00+02:00", 45),
    ],
)
def test_g13_windows_are_in_the_programmes_time(told_at, points):
    """E-G13, E-25: half open; the offset in which the instant was written does not matter."""
    judgement = judged(rule_set(A, HAPPY_HOUR), telling(ORDER_5990, at=at(told_at)))

    assert points_of(judgement)[0] == points


def test_g14_a_month_ends_at_local_midnight():
    """E-G14, E-45: 2026-11-30T21:59:59Z is November in Kyiv, 22:00:00Z is December."""
    rule = A | {"limits": {"times": {"times": 1, "period": "month"}}}
    rules, member, usage = rule_set(rule), facts_of(), Usage()
    told = ["2026-11-30T21:59:58Z", "2026-11-30T21:59:59Z", "2026-11-30T22:00:00Z"]

    given = [
        points_of(judged(rules, telling(ORDER_5990, of=member, at=at(text)), usage=usage))
        for text in told
    ]

    assert given == [[45], [0], [45]]


@pytest.mark.parametrize(
    ("currency", "total", "rate", "points"),
    [("UAH", 450_000, "0.0222", 99), ("JPY", 10_000, "0.0062", 62), ("KWD", 30_000, "3.01", 90)],
)
def test_g15_other_currencies_count_in_the_programmes(currency, total, rate, points):
    """E-G15, E-71: minor units, each by its own exponent."""
    told = telling(an_order(total, currency=currency), rate=rate)

    assert points_of(judged(rule_set(A), told)) == [points]


def test_g18_points_open_to_the_second_and_end_with_the_month():
    """E-G18, E-55, E-56: unlock P14D, expiry P12M to the month's end, counted from opening."""
    rule = A | {"unlock": {"after": "P14D", "from": "event"}}
    rules = rule_set(rule, expiry=MONTH_TO_ITS_END, policy=Policy.read(MONTH_TO_ITS_END))

    (grant,) = judged(rules, telling(ORDER_5990, at=at("2026-11-21T10:00:00+02:00"))).grants

    assert grant.terms.opens_at == at("2026-12-05T10:00:00+02:00")
    assert grant.terms.expires_at == at("2028-01-01T00:00:00+02:00")


def a_month(points):
    return PerPeriod(points, Unit.MONTH)
