"""The conditions of the form, each asked of events that fulfil it and events that do not (E-24, E-26)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from loyalty.earning.matching import days_to_birthday
from loyalty.earning.rules.conditions import expression_of
from loyalty.earning.rules.shapes import CONDITIONS
from tests.world.earning import (
    GOLD,
    NOON,
    a_rule,
    an_order,
    facts_of,
    judged,
    rule_set,
    telling,
)

TWO_COFFEES = an_order(6500, lines=[("ESP-1", 4500, 2, "coffee"), ("MUG-1", 2000)])
A_REVIEW = {"sku": "ESP-1", "verified": True, "rating": 4, "photos": 1, "length": 300}

HOLD = [
    ({"order": {"at_least": 6500}}, {}),
    ({"order": {"at_least": 100, "at_most": 6500}}, {}),
    ({"skus": {"any": ["ESP-1", "X"]}}, {}),
    ({"skus": {"none": ["X"]}}, {}),
    ({"categories": {"any": ["tea", "coffee"], "none": ["tobacco"]}}, {}),
    ({"quantity": {"at_least": 3, "at_most": 3}}, {}),
    ({"currency": "EUR"}, {}),
    ({"currency": ["EUR", "UAH"]}, {}),
    ({"channel": ["till"]}, {"channel": "till"}),
    ({"store": "kyiv-1"}, {"store": "kyiv-1"}),
    ({"tier": ["gold"]}, {}),
    ({"segment": "vip"}, {}),
    ({"order_number": "first"}, {}),
    ({"order_number": {"is": 3}}, {"number": 3}),
    ({"order_number": {"every": 5}}, {"number": 10}),
    ({"days_since_joining": {"at_most": 5}}, {}),
    ({"birthday_within": 3}, {}),
    ({"has_done": ["order.paid", "newsletter.joined"]}, {}),
    ({"data": {"field": "gift.note", "is": "Привіт \"друже\" \\"}}, {"gift": {"note": 'Привіт "друже" \\'}}),
    ({"data": {"field": "guests", "at_least": 2, "at_most": 4}}, {"guests": 3}),
    ({"data": {"field": "till", "in": ["a", "b", 7]}}, {"till": 7}),
    ({"data": {"field": "is_gift", "is": True}}, {"is_gift": True}),
]  # fmt: skip
FAIL = [
    ({"order": {"at_least": 6501}}, {}, "condition_false"),
    ({"order": {"at_most": 6499}}, {}, "condition_false"),
    ({"skus": {"any": ["X"]}}, {}, "condition_false"),
    ({"skus": {"none": ["MUG-1"]}}, {}, "condition_false"),
    ({"categories": {"any": ["coffee"], "none": ["coffee"]}}, {}, "condition_false"),
    ({"quantity": {"at_least": 4}}, {}, "condition_false"),
    ({"currency": "UAH"}, {}, "condition_false"),
    ({"channel": "web"}, {"channel": "till"}, "condition_false"),
    ({"channel": "web"}, {}, "field_missing"),
    ({"store": ["kyiv-2"]}, {}, "field_missing"),
    ({"tier": "platinum"}, {}, "wrong_tier"),
    ({"segment": ["lapsed", "new"]}, {}, "not_in_segment"),
    ({"order_number": "first"}, {"number": 2}, "order_number"),
    ({"order_number": {"every": 5}}, {"number": 9}, "order_number"),
    ({"days_since_joining": {"at_least": 6}}, {}, "condition_false"),
    ({"birthday_within": 1}, {}, "condition_false"),
    ({"has_done": ["review.written"]}, {}, "condition_false"),
    ({"data": {"field": "guests", "at_least": 2}}, {}, "field_missing"),
    ({"data": {"field": "guests", "at_least": 2}}, {"guests": "three"}, "condition_failed"),
    ({"data": {"field": "till", "in": ["a"]}}, {"till": "b"}, "condition_false"),
]


def why_not(condition, *, data=TWO_COFFEES, kind="order.paid", number=1, **event):
    """Why a rule with this condition did not apply; None if it did."""
    rule = a_rule(
        effect={"kind": "fixed", "points": 5},
        triggers=[kind],
        conditions={"all": [condition]},
    )
    member = facts_of(
        birthday=(11, 22),
        segments=frozenset({"vip"}),
        done=frozenset({"newsletter.joined"}),
    )
    member = replace(member, joined_at=datetime(2026, 11, 15, 9, tzinfo=UTC))
    told = telling(data, of=member, kind=kind, number=number, at=NOON, **event)
    (entry,) = judged(rule_set(rule), told, tier=GOLD).explanation["rules"]
    return entry.get("why_not")


def _asked(condition, more):
    event = {key: more[key] for key in ("channel", "store", "number") if key in more}
    data = {key: value for key, value in more.items() if key not in event}
    return why_not(condition, data=TWO_COFFEES | data, **event)


@pytest.mark.parametrize(("condition", "more"), HOLD, ids=[str(told[0]) for told in HOLD])
def test_holds(condition, more):
    assert _asked(condition, more) is None


@pytest.mark.parametrize(("condition", "more", "reason"), FAIL, ids=[f"{told[0]}" for told in FAIL])
def test_does_not_hold_and_says_why(condition, more, reason):
    assert _asked(condition, more) == reason


@pytest.mark.parametrize(
    ("condition", "changed", "reason"),
    [
        ({"review": "verified"}, {}, None),
        ({"review": "verified"}, {"verified": False}, "condition_false"),
        ({"review": "with_photo"}, {}, None),
        ({"review": "with_photo"}, {"photos": 0}, "condition_false"),
        ({"review": {"rated_at_least": 4}}, {}, None),
        ({"review": {"rated_at_least": 5}}, {}, "condition_false"),
    ],
)
def test_reviews(condition, changed, reason):
    assert why_not(condition, data=A_REVIEW | changed, kind="review.written") == reason


def test_a_review_without_its_mark_names_the_missing_field():
    assert why_not({"review": "verified"}, data={"sku": "A"}, kind="review.written") == (
        "field_missing"
    )


def test_every_condition_of_the_form_is_shown_here():
    shown = {next(iter(told[0])) for told in HOLD} | {"review"}

    assert shown == set(CONDITIONS)


def test_conditions_read_as_expressions():
    """E-22: staff may read the result."""
    assert expression_of({"order": {"at_least": 5000, "at_most": 9000}}) == (
        "order.basis >= 5000 && order.basis <= 9000"
    )


@pytest.mark.parametrize(
    ("birthday", "day", "days"),
    [
        ((2, 29), "2027-02-28", 0),
        ((2, 29), "2028-02-29", 0),
        ((1, 1), "2026-12-31", 1),
        ((12, 31), "2027-01-02", -2),
    ],
)
def test_birthdays_are_near_across_the_year(birthday, day, days):
    """E-7: 29 February falls on the 28th in common years."""
    assert days_to_birthday(facts_of(birthday=birthday), date.fromisoformat(day)) == days
