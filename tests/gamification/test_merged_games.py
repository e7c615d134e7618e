"""Two members become one: streaks are walked anew, cards add up, and nobody is paid twice (G-10)."""

import pytest

from gamification.prizes.models import PrizeGrant
from tests.world.access import a_shop
from tests.world.clocked import bought, it_is
from tests.world.members import a_member
from tests.world.play import coffees, heard
from tests.world.stamps import a_card, rows_of
from tests.world.streaks import a_streak, shown

pytestmark = pytest.mark.django_db


def merged(cafe, source, into, *, when):
    it_is(cafe, when)
    answer = a_shop(cafe).post(f"/v1/members/ext:{source}/merge", {"into": f"ext:{into}"}, key="m")
    assert answer.status_code == 200, answer.json()
    heard(cafe)


def test_cards_add_up_and_give_what_both_have_reached():
    """G-10: 8 and 12 are 20: the second cake is due, both coffees were had."""
    cafe, card = a_card()
    a_member(cafe, "grace")
    bought(cafe, "o-1", when="11-02 10:00", lines=coffees(8))
    bought(cafe, "o-2", who="grace", when="11-03 10:00", lines=coffees(12))

    merged(cafe, "grace", "ada", when="11-04 10:00")

    grants = PrizeGrant.objects.filter(definition_id=card.definition_id)
    given = sorted(grants.values_list("occasion", "state"))
    assert rows_of(card) == [("given", 8, 8), ("given", 12, 20)]
    assert given == [
        ("1:10", "given"),
        ("1:5", "given"),
        ("1:5", "given"),
        ("2:10", "given"),
    ]


def test_streaks_are_walked_over_the_days_of_both():
    """G-10: given freezes and repairs go along."""
    cafe, _daily = a_streak(freezes={"start": 0, "max": 2})
    a_member(cafe, "grace")
    for day, who in ((2, "ada"), (3, "grace"), (5, "ada"), (6, "grace")):
        bought(cafe, f"o-{day}", who=who, when=f"11-{day:02} 10:00")
    it_is(cafe, "11-03 12:00")
    door = "/v1/members/ext:grace/streaks/daily/freezes"
    a_shop(cafe).post(door, {"quantity": 1, "reason": "Sorry."}, key="f")

    merged(cafe, "grace", "ada", when="11-06 12:00")

    after = shown(cafe, when="11-06 13:00")
    assert [each["verdict"] for each in after["periods"]] == [
        "done", "done", "frozen", "done", "done",
    ]  # fmt: skip
    assert (after["current"], after["freezes"]["owned"]) == (4, 0)


def test_explanations_name_what_nearly_counted():
    """G-102: tea on the drinks' card fails one clause."""
    cafe, _card = a_card()
    tea = [{"sku": "TEA-1", "quantity": 1, "amount": 300, "categories": ["tea"]}]
    bought(cafe, "o-1", when="11-02 10:00", lines=tea)

    why = a_shop(cafe).get("/v1/members/ext:ada/stamp-cards/drinks/explanation").json()

    assert [each["reason"] for each in why["near_misses"]] == ["filter_category"]
