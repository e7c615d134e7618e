"""The worked examples of the page on play: G-X1, G-X2, G-X6 and G-X12, to the deed."""

import pytest

from gamification.badges.models import Award
from gamification.deeds.models import Deed
from gamification.prizes.models import PlayBudget, PrizeGrant
from loyalty.events.voids.voiding import void
from tests.world.badges import awards_of, facts_of, points_of
from tests.world.members import a_member
from tests.world.play import a_cafe, at, bought, coffees, heard, returned, with_parts
from tests.world.referrals import KEY

pytestmark = pytest.mark.django_db

STARS_50 = {"kind": "points", "currency": "stars", "points": 50}
CUPS = {
    "slug": "cups",
    "condition": {
        "measure": {
            "kind": "deeds.sum",
            "of": "order.line",
            "value": "quantity",
            "where": {"category": ["coffee"]},
        }
    },
    "tiers": [
        {"slug": "bronze", "target": 5},
        {"slug": "silver", "target": 25, "prize": STARS_50},
        {"slug": "gold", "target": 100},
    ],
}
EVERY_TEN = {
    "slug": "ten",
    "condition": {"measure": {"kind": "deeds.count", "of": "order.paid"}},
    "repeat": "every",
    "tiers": [{"slug": "ten", "target": 10}],
}


class TestABadgeWithAReturn:
    """G-X1."""

    def test_follows_the_net(self):
        cafe = a_cafe(rules=[], badges=[CUPS])
        for day, cups in (("03", 3), ("09", 2), ("15", 22)):
            bought(cafe, f"o-{day}", when=f"11-{day} 09:00", lines=coffees(cups))

        assert awards_of(cafe) == {
            ("bronze", ""): ("active", "2026-11-09"),
            ("silver", ""): ("active", "2026-11-15"),
        }
        assert points_of(cafe) == 50

        returned(cafe, "o-15", when="11-20 09:00", lines=[{"sku": "COF-1", "quantity": 4}])
        assert awards_of(cafe)["silver", ""] == ("revoked", "2026-11-15")
        assert awards_of(cafe)["bronze", ""] == ("active", "2026-11-09")
        assert points_of(cafe) == 0

        bought(cafe, "o-25", when="11-25 09:00", lines=coffees(2))
        assert awards_of(cafe)["silver", ""] == ("active", "2026-11-25")
        assert points_of(cafe) == 50
        assert Award.objects.count() == 2
        assert PrizeGrant.objects.get().state == "given"

    def test_tells_the_highest_of_three_alone(self):
        """G-37."""
        cafe = a_cafe(badges=[CUPS])

        bought(cafe, "o-1", when="11-03 09:00", lines=coffees(120))

        assert {tier for tier, _occasion in awards_of(cafe)} == {"bronze", "silver", "gold"}
        assert facts_of(cafe, "badge.awarded") == ["gold"]
        assert sorted(facts_of(cafe, "badge.backfilled")) == ["bronze", "silver"]


def test_repeats_follow_the_value():
    """G-X2, G-38: doubles are impossible, for the occasion follows from the value."""
    cafe = a_cafe(badges=[EVERY_TEN])
    for number in range(1, 32):
        bought(cafe, f"o-{number}", when=f"11-02 09:{number:02}", total=100, heard=False)
    heard(cafe)
    assert {occasion for _tier, occasion in awards_of(cafe)} == {"#1", "#2", "#3"}

    def taken_back(*numbers):
        for number in numbers:
            deed = Deed.objects.get(kind="order.paid", occurred_at=at(f"11-02 09:{number:02}"))
            void(
                program=cafe,
                event_id=deed.source_id,
                reason="A test.",
                actor=KEY,
                at=at("11-04 09:00"),
            )
        heard(cafe)

    taken_back(12)
    assert {state for state, _day in awards_of(cafe).values()} == {"active"}

    taken_back(13, 14)
    assert awards_of(cafe)["ten", "#3"][0] == "revoked"
    assert awards_of(cafe)["ten", "#2"][0] == "active"


class TestWeeksAndWindows:
    """G-X6, in Kyiv."""

    WEEKLY = {
        "slug": "weekly",
        "condition": {
            "measure": {"kind": "deeds.count", "of": "order.paid", "window": {"calendar": "week"}}
        },
        "repeat": "per_period",
        "tiers": [{"slug": "weekly", "target": 1}],
    }
    THRICE = {
        "slug": "thrice",
        "condition": {
            "measure": {"kind": "deeds.count", "of": "order.paid", "window": {"rolling": "P30D"}}
        },
        "tiers": [{"slug": "thrice", "target": 3}],
    }

    @pytest.mark.parametrize(
        ("when", "key"),
        [
            ("2026-12-27 22:00:00", "2026-W53"),
            ("2027-01-03 21:59:59", "2026-W53"),
            ("2027-01-03 22:00:00", "2027-W01"),
        ],
    )
    def test_weeks_are_iso_weeks_of_the_zone(self, when, key):
        """G-6."""
        cafe = a_cafe(badges=[self.WEEKLY])

        bought(cafe, "o-1", when=when)

        assert {occasion for _tier, occasion in awards_of(cafe)} == {key}

    @pytest.mark.parametrize(
        ("third", "has_it"), [("12-01 08:59:59", True), ("12-01 09:00:00", False)]
    )
    def test_rolling_windows_are_multiples_of_24_hours(self, third, has_it):
        """G-6, SR-62: half open, exact to the second."""
        cafe = a_cafe(badges=[self.THRICE])
        bought(cafe, "o-1", when="11-01 09:00")
        bought(cafe, "o-2", when="11-20 09:00")

        bought(cafe, "o-3", when=third)

        assert bool(awards_of(cafe)) is has_it


def test_a_budget_gives_what_it_has():
    """G-X12, G-34: the limit is 1,000 and 750 are spent; of three prizes of 100 two are given, the third is capped."""
    cafe = a_cafe(member="")
    PlayBudget.objects.create(
        program=cafe, slug="fun", limit=1000, spent=750, created_at=at("11-01 06:00")
    )
    for name in ("ada", "boris", "grace"):
        a_member(cafe, name)
    prize = STARS_50 | {"cost": 100, "budget": "fun"}
    with_parts(cafe, badges=[CUPS | {"tiers": [{"slug": "bronze", "target": 5, "prize": prize}]}])
    for name in ("ada", "boris", "grace"):
        bought(cafe, f"o-{name}", who=name, when="11-03 09:00", lines=coffees(5), heard=False)

    heard(cafe)

    grants = PrizeGrant.objects.order_by("state").values_list("state", "reason")
    assert list(grants) == [("capped", "budget_spent"), ("given", ""), ("given", "")]
    assert PlayBudget.objects.get().spent == 950
    assert Award.objects.count() == 3
