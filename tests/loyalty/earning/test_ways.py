"""Ways to earn as one member finds them: the limit, what is used of it, and what stands against it."""

from datetime import date, timedelta

import pytest

from loyalty.earning.telling.ways import ways_to_earn
from loyalty.foundation.units import run
from loyalty.members.segments.segmenting import enter_segment
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, taken
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)
REVIEW = a_rule(
    "review",
    triggers=["review.written"],
    effect={"kind": "fixed", "points": 50},
    limits={
        "points_per_member": {"points": 50, "period": "month"},
        "times": {"times": 3, "period": "year"},
    },
)


def a_way(cafe, member=None, *, tier=None, at=NOON):
    (way,) = ways_to_earn(program=cafe, member_id=member and member.pk, tier=tier, at=at)
    return way


def test_a_limit_says_how_much_is_used_and_when_it_begins_anew():
    """U-54, E-41, E-42: per period; used up, it is done until the next."""
    cafe = a_cafe(REVIEW)
    ada = a_member(cafe, "ada")
    before = a_way(cafe, ada)

    taken(cafe, an_event("review.written", data={"sku": "COF-1"}))

    after = a_way(cafe, ada)
    told = [(each.what, each.used, each.most, each.again_on) for each in after.limits]
    assert (before.state, [each.used for each in before.limits]) == ("open", [0, 0])
    assert told == [
        ("points", 50, 50, date(2026, 12, 1)),
        ("times", 1, 3, date(2027, 1, 1)),
    ]
    assert (after.state, after.again_on) == ("done", date(2026, 12, 1))
    assert a_way(cafe, ada, at=NOON + timedelta(days=11)).state == "open"


def test_another_members_use_does_not_count():
    """S-2."""
    cafe = a_cafe(REVIEW)
    grace = a_member(cafe, "grace")
    a_member(cafe, "ada")

    taken(cafe, an_event("review.written", data={"sku": "COF-1"}))

    assert a_way(cafe, grace).limits[0].used == 0


@pytest.mark.parametrize(
    ("more", "tier", "state"),
    [
        ({}, None, "open"),
        ({"tiers": ["gold"]}, "green", "other_tier"),
        ({"tiers": ["gold"]}, "gold", "open"),
        ({"windows": [{"weekdays": ["fri"]}]}, None, "open"),
        ({"windows": [{"weekdays": ["mon"]}]}, None, "later"),
        ({"starts_at": "2026-12-01T00:00:00+02:00"}, None, "later"),
    ],
)
def test_what_stands_against_it(more, tier, state):
    """U-54: another tier, another hour, not begun."""
    cafe = a_cafe(a_rule(**more))

    assert a_way(cafe, tier=tier).state == state


def test_what_is_over_is_not_told_and_nobody_hears_of_a_group_that_they_are_not_in():
    """S-60: a group may say more about a member than they should read."""
    cafe = a_cafe(
        a_rule("over", ends_at="2026-11-01T00:00:00+02:00"), a_rule("group", segments=["quiet"])
    )
    ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
    run(lambda: enter_segment(program=cafe, member_ids=[ada.pk], segment="quiet", at=NOON))

    names = [
        len(ways_to_earn(program=cafe, member_id=each.pk, tier=None, at=NOON))
        for each in (ada, grace)
    ]

    assert names == [1, 0]


def test_an_expression_is_told_as_a_condition():
    """U-60: nobody reads code."""
    way = a_way(a_cafe(a_rule(expression="order.basis >= 5000")))

    assert way.has_conditions
    assert way.sentence == "When an order is paid: 1 point for each 1.00 EUR."
