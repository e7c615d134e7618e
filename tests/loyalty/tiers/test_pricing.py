"""What a ladder costs in a year, told before it is published (T-40)."""

import pytest
from django.urls import reverse

from loyalty.members.changing import Change, change
from loyalty.members.contacts import Birthday
from loyalty.tiers.ladders.drafting import draft
from loyalty.tiers.telling.previewing import preview_ladder
from tests.world.access import a_staff
from tests.world.ledger import TILL, a_member
from tests.world.tiers import TIERS, a_cafe, a_ladder, earned, noon

pytestmark = pytest.mark.django_db

AT = "2026-11-20"


def drafted(program, **benefits):
    """The same ladder with other benefits of Gold, and Gold reached with 1,200."""
    tiers = [
        tier | {"reach": 1200, "benefits": benefits} if tier["slug"] == "gold" else tier
        for tier in TIERS
    ]
    return draft(program=program, told=a_ladder(tiers=tiers), author="tests", at=noon(AT, program))


@pytest.fixture
def cafe():
    """Ada earned 3,000 in Gold within the year and 900 before it, Grace 1,250 in Silver; Ada's birthday is known."""
    cafe = a_cafe()
    ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
    born = Change(profile={"birthday": Birthday(month=6, day=15)})
    change(member=ada, told=born, actor=TILL, at=noon(AT, cafe))
    earned(900, by=ada, on="2025-10-01")
    earned(3000, by=ada, on="2026-05-05")
    earned(1250, by=grace, on="2026-08-08")
    return cafe


def test_multipliers_and_gifts_are_priced_by_the_last_twelve_months(cafe):
    """Gold's 1.5 brought 1,000 of Ada's 3,000; twice for both would bring 2,000 and 1,250, and 100 + 300 in gifts."""
    gifts = {"birthday_gift": {"points": 100}, "entry_gift": {"points": 300}}
    revision = drafted(cafe, multiplier="2", **gifts)

    told = preview_ladder(program=cafe, revision=revision, at=noon(AT, cafe))

    assert (told.worth_before.multipliers, told.worth_before.gifts) == (1000, 0)
    assert (told.worth_after.multipliers, told.worth_after.gifts) == (3250, 400)


def test_gifts_that_are_rewards_are_counted(cafe):
    revision = drafted(cafe, entry_gift={"reward": "free-coffee"})

    told = preview_ladder(program=cafe, revision=revision, at=noon(AT, cafe))

    assert dict(told.worth_after.rewards) == {"free-coffee": 1}
    assert told.worth_after.multipliers == 0


def test_the_page_tells_it_in_money_and_by_name(cafe):
    """100 points pay 1.00: 2,250 points more are 22.50."""
    revision = drafted(cafe, multiplier="2")

    page = a_staff(cafe, "manager").get(
        reverse("admin:loyalty_ladderrevision_preview", args=[revision.pk])
    )

    text = page.content.decode()
    assert "+22.50 EUR" in text
    assert "grace" in text
