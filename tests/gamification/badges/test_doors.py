"""Badges over the wire, from the shop's side and the member's own (api, 6; G-44, G-45, G-102)."""

import pytest

from gamification.badges.models import Award
from tests.world.access import a_shop
from tests.world.badges import awards_of, points_of
from tests.world.play import FIRST_CUP, a_cafe, bought, returned

pytestmark = pytest.mark.django_db

COFFEE = {
    "slug": "coffee",
    "name": {"en": "Coffee", "uk": "Кава"},
    "condition": {
        "measure": {
            "kind": "deeds.count",
            "of": "order.line",
            "where": {"category": ["coffee"], "min_amount": 100},
        }
    },
    "tiers": [
        {
            "slug": "three",
            "target": 3,
            "prize": {"kind": "points", "currency": "stars", "points": 50},
        }
    ],
}
SECRET = FIRST_CUP | {"slug": "secret", "secret": True}


def a_line(amount, *categories):
    return [{"sku": "X", "quantity": 1, "amount": amount, "categories": list(categories)}]


class TestShowing:
    def test_tells_what_there_is_and_hides_secrets(self):
        """G-45."""
        shop = a_shop(a_cafe(badges=[COFFEE, SECRET]))

        told = shop.get("/v1/badges").json()["data"]

        assert [(each["slug"], each["name"]) for each in told] == [("coffee", "Coffee")]
        assert told[0]["tiers"][0]["per_mille"] is None

    def test_tells_what_a_member_holds_and_how_far_they_are(self):
        cafe = a_cafe(badges=[COFFEE, SECRET])
        shop = a_shop(cafe)
        bought(cafe, "o-1", when="11-02 09:00")

        told = shop.get("/v1/members/ext:ada/badges").json()["data"]

        by_slug = {each["slug"]: each for each in told}
        assert by_slug["coffee"]["progress"] == {"value": 1, "target": 3}
        assert by_slug["coffee"]["awards"] == []
        assert by_slug["secret"]["awards"][0]["state"] == "active"

    def test_explains_with_near_misses(self):
        """G-102: the value, the target, and deeds that failed exactly one clause."""
        cafe = a_cafe(badges=[COFFEE])
        shop = a_shop(cafe)
        bought(cafe, "o-1", when="11-02 09:00")
        bought(cafe, "o-2", when="11-03 09:00", lines=a_line(500, "tea"))
        bought(cafe, "o-3", when="11-04 09:00", lines=a_line(50, "coffee"))
        bought(cafe, "o-4", when="11-05 09:00", lines=a_line(50, "tea"))
        bought(cafe, "o-5", when="11-06 09:00")
        returned(cafe, "o-5", when="11-07 09:00")

        told = shop.get("/v1/members/ext:ada/badges/coffee/explanation").json()

        assert (told["reason"], told["tree"]["value"], told["tree"]["target"]) == ("not_yet", 1, 3)
        near = [(each["at"][:10], each["reason"]) for each in told["near_misses"]]
        assert near == [("2026-11-04", "filter_amount"), ("2026-11-03", "filter_category")]


class TestByHand:
    """G-44."""

    TOLD = {"badge": "coffee", "reason": "A fan since the first day."}

    def test_awards_with_its_prize_once(self):
        cafe = a_cafe(badges=[COFFEE])
        shop = a_shop(cafe)

        first = shop.post("/v1/members/ext:ada/badges", self.TOLD, key="a")
        again = shop.post("/v1/members/ext:ada/badges", self.TOLD, key="b")

        assert (first.status_code, first.json()["origin"]) == (201, "hand")
        assert (again.status_code, again.json()["code"]) == (409, "badge_already_held")
        assert points_of(cafe) == 50

    def test_takes_back_for_good(self):
        """What was taken back by hand no rule brings back; its prize goes along."""
        cafe = a_cafe(rules=[], badges=[COFFEE])
        shop = a_shop(cafe)
        award = shop.post("/v1/members/ext:ada/badges", self.TOLD, key="a").json()["id"]

        told = shop.delete(
            f"/v1/members/ext:ada/badges/{award}", body={"reason": "By mistake."}, key="c"
        )
        for number in range(3):
            bought(cafe, f"o-{number}", when=f"11-0{number + 2} 09:00")

        assert (told.status_code, told.json()["state"]) == (200, "revoked")
        assert awards_of(cafe)["three", ""][0] == "revoked"
        assert points_of(cafe) == 0

    @pytest.mark.parametrize(
        ("told", "status", "code"),
        [
            ({"badge": "coffee", "reason": " "}, 422, "badge_reason_required"),
            ({"badge": "coffee", "tier": "nine", "reason": "x"}, 404, "not_found"),
            ({"badge": "tea", "reason": "x"}, 404, "not_found"),
            ({"badge": "rules-only", "reason": "x"}, 403, "badge_not_yours_to_give"),
        ],
    )
    def test_refuses_and_leaves_no_trace(self, told, status, code):
        rules_only = FIRST_CUP | {"slug": "rules-only", "by_hand": "nobody"}
        cafe = a_cafe(badges=[COFFEE, rules_only])

        answer = a_shop(cafe).post("/v1/members/ext:ada/badges", told, key="a")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert Award.objects.count() == 0

    def test_refuses_when_an_edition_is_exhausted(self):
        """G-43: numbers are given once, in order, and never again."""
        cafe = a_cafe(badges=[FIRST_CUP | {"tiers": [FIRST_CUP["tiers"][0] | {"edition": 1}]}])
        shop = a_shop(cafe)
        bought(cafe, "o-1", when="11-02 09:00")
        shop.post("/v1/members", {"external_id": "grace"}, key="grace")

        told = shop.post(
            "/v1/members/ext:grace/badges", {"badge": "first-cup", "reason": "x"}, key="a"
        )

        assert (told.status_code, told.json()["code"]) == (422, "badge_exhausted")
        assert [each.edition_no for each in Award.objects.all()] == [1]
