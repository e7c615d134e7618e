"""Ada and Grace turn out to be one customer: what either did counts as one person's from then on (L-52)."""

from datetime import timedelta

import pytest

from loyalty.ledger.merging import merge
from tests.world.access import a_shop
from tests.world.earning import NOON, TILL, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)

FIFTY = {"kind": "fixed", "points": 50}
LATER = NOON + timedelta(days=1)


def one_person(*rules, before, **settings):
    """A café in which Ada did this before she became Grace; answers what is told of Grace next."""
    cafe = a_cafe(*rules, **settings)
    ada, grace = a_member(cafe), a_member(cafe, "grace")
    taken(cafe, *before)
    merge(program=cafe, source=ada, target=grace, actor=TILL, at=NOON)

    def next_told(*told):
        outcomes = taken(cafe, *told, at=LATER)
        assert [each.refusal for each in outcomes] == [None] * len(outcomes)
        return [each.answer["results"] for each in outcomes]

    return cafe, next_told


def graces(number, **data):
    return an_order(f"grace-{number}", member="ext:grace", at=LATER, **data)


def points(results):
    return [each["points"] for each in results["points"]]


def test_orders_go_on_counting():
    """E-26: two of Ada's, then Grace's are the third and the fourth; so says a quote."""
    third = a_rule("third", effect=FIFTY, conditions={"all": [{"order_number": {"is": 3}}]})
    ten = {"kind": "fixed", "points": 10}
    first = a_rule("first", effect=ten, conditions={"all": [{"order_number": "first"}]})
    before = [an_order("ada-1"), an_order("ada-2")]
    cafe, next_told = one_person(first, third, before=before)

    basket = {"member": "ext:grace", "order": {"currency": "EUR", "total": 5990}}
    quoted = a_shop(cafe).post("/v1/quotes", basket, key="q").json()

    assert [each["points"] for each in quoted["earns"]["points"]] == [50]
    assert [points(each) for each in next_told(graces(1), graces(2))] == [[50], []]


@pytest.mark.parametrize(
    ("limits", "again"),
    [
        ({"once_per": ["data.sku"]}, []),
        ({"times": {"times": 1, "period": "ever"}}, []),
        ({"cooldown": "P2D"}, []),
        ({"points_per_member": {"points": 70, "period": "ever"}}, [20]),
    ],
)
def test_limits_are_used_up_by_either(limits, again):
    """E-40 to E-42: a second name is no second present."""
    rule = a_rule("review", triggers=["review.written"], effect=FIFTY, limits=limits)
    review = {"data": {"sku": "A"}}
    _cafe, next_told = one_person(rule, before=[an_event("review.written", **review)])

    (results,) = next_told(
        an_event("review.written", member="ext:grace", source_id="2", at=LATER, **review)
    )

    assert points(results) == again


def test_what_either_has_done_is_done():
    """E-24: onboarding is complete with the second half of it."""
    onboarding = a_rule(
        "onboarding",
        triggers=["profile.completed", "newsletter.joined"],
        effect=FIFTY,
        conditions={"all": [{"has_done": ["profile.completed", "newsletter.joined"]}]},
    )
    _cafe, next_told = one_person(onboarding, before=[an_event("profile.completed")])

    (results,) = next_told(
        an_event("newsletter.joined", member="ext:grace", source_id="2", at=LATER)
    )

    assert points(results) == [50]
