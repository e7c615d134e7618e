"""Doors: the ladder, a member's tier and why, and tiers that are given, over the wire."""

import pytest

from loyalty.tiers.models import TierGrant, TierMove
from tests.world.access import a_page, a_shop
from tests.world.ledger import a_member
from tests.world.tiers import a_cafe, earned, moves_of, tier_of

pytestmark = pytest.mark.django_db

ON = "2026-11-20"
GOLD_UNTIL = {
    "tier": "gold",
    "until": "2027-11-20T00:00:00+02:00",
    "source": "partner",
    "reason": "airline",
}


class TestLadder:
    def test_shows_tiers_from_the_lowest_up(self):
        """T-1, T-2: publishable keys may read the catalogue too."""
        program = a_cafe()

        told = a_page(program, "tiers:read").get("/v1/tiers").json()

        assert (told["metric"], told["currency"], told["revision"]) == ("points", "stars", 1)
        assert [(tier["slug"], tier["reach"], tier["keep"]) for tier in told["data"]] == [
            ("bronze", 0, 0),
            ("silver", 500, 500),
            ("gold", 1500, 1500),
            ("platinum", 4000, 4000),
        ]
        assert told["data"][2]["benefits"] == {"multiplier": "1.5"}


class TestMember:
    def test_shows_tier_next_and_risks(self):
        """T-35."""
        program = a_cafe()
        ada = a_member(program)
        earned(500, by=ada, on=ON)

        tier = a_shop(program).get(f"/v1/members/{ada.shown_id}").json()["tier"]

        assert tier["current"]["slug"] == "silver"
        assert tier["current"]["since"] == "2026-11-20T12:00:00+02:00"
        assert tier["current"]["until"] == "2027-12-01T00:00:00+02:00"
        assert tier["next"]["slug"] == "gold"
        assert tier["next"]["remaining"][0]["missing"] == 1000

    def test_is_exported_whole(self):
        """S-57: days, moves, grants and gifts go with the member's export."""
        program = a_cafe()
        ada, shop = a_member(program), a_shop(program)
        earned(500, by=ada, on=ON)
        shop.post(f"/v1/members/{ada.shown_id}/tier-grants", GOLD_UNTIL, key="g-1")

        told = shop.get(f"/v1/members/{ada.shown_id}/export").json()["tier_records"]

        assert told["days"] == [{"day": ON, "points": 500, "spend": 0, "orders": 0}]
        assert [move["to_slug"] for move in told["moves"]] == ["silver", "gold"]
        assert (told["grants"][0]["slug"], told["gifts"]) == ("gold", [])

    def test_explains_every_number(self):
        """T-36."""
        program = a_cafe()
        ada = a_member(program)
        earned(499, by=ada, on="2026-11-01")
        earned(1, by=ada, on=ON)

        told = a_shop(program).get("/v1/members/ext:ada/tier/explanation").json()

        assert told["tier"] == "silver"
        steps = {step["code"]: step["values"] for step in told["steps"]}
        assert steps["ladder"] == {"number": 1, "metric": "points earned"}
        assert (steps["counted"]["first"], steps["counted"]["counted"]) == ("2026-11-01", 500)
        assert steps["counted"]["days"] == 2
        assert steps["reached"] == {"tier": "Silver", "reach": 500, "on": ON}
        assert (steps["keeping"]["counted"], steps["keeping"]["keep"]) == (0, 500)
        assert (steps["next"]["missing"], steps["next"]["by"]) == (1000, "2027-10-31")
        assert all("{" not in step["sentence"] for step in told["steps"])


class TestGrants:
    def test_an_end_beyond_the_calendar_is_refused(self):
        """T-20."""
        program = a_cafe()
        ada, shop = a_member(program), a_shop(program, "tiers:write")
        told = {**GOLD_UNTIL, "until": "9999-12-31T23:59:59Z"}

        answer = shop.post(f"/v1/members/{ada.shown_id}/tier-grants", told, key="g-1")

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "time_out_of_range"

    def test_gives_and_ends_a_tier(self):
        """T-20, T-21."""
        program = a_cafe()
        ada, shop = a_member(program), a_shop(program, "tiers:write", "tiers:read")

        given = shop.post(f"/v1/members/{ada.shown_id}/tier-grants", GOLD_UNTIL, key="g-1")
        assert given.status_code == 201
        assert given.json()["tier"] == "gold"
        assert tier_of(ada) == "gold"

        ended = shop.post(
            f"/v1/tier-grants/{given.json()['id']}/end", {"reason": "mistake"}, key="g-2"
        )
        assert (ended.status_code, ended.json()["ended_reason"]) == (200, "mistake")
        assert tier_of(ada) == "bronze"
        assert moves_of(ada) == [("bronze", "gold", "grant"), ("gold", "bronze", "grant_ended")]

        again = shop.post(
            f"/v1/tier-grants/{given.json()['id']}/end", {"reason": "mistake"}, key="g-3"
        )
        assert (again.status_code, again.json()["code"]) == (409, "tier_grant_ended")
        listed = shop.get(f"/v1/members/{ada.shown_id}/tier-grants").json()["data"]
        assert [row["id"] for row in listed] == [given.json()["id"]]

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"tier": "diamond"}, 404, "tier_unknown"),
            ({"tier": "bronze"}, 422, "tier_not_grantable"),
            ({"until": None}, 422, "tier_grant_end_missing"),
            ({"until": "2020-01-01T00:00:00Z"}, 422, "tier_grant_in_past"),
            ({"until": "2099-01-01T00:00:00Z"}, 422, "tier_grant_too_long"),
            ({"reason": " "}, 422, "reason_missing"),
            ({"until": "2027-01-01T00:00:00"}, 400, "malformed"),
            ({"source": "luck"}, 400, "malformed"),
        ],
    )
    def test_refuses(self, change, status, code):
        """T-20: and nothing changes."""
        program = a_cafe()
        ada, shop = a_member(program), a_shop(program, "tiers:write")

        answer = shop.post(f"/v1/members/{ada.shown_id}/tier-grants", GOLD_UNTIL | change, key="g")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not TierGrant.objects.exists()
        assert not TierMove.objects.exists()

    def test_an_owners_key_may_leave_the_end_out(self):
        """T-20, S-27."""
        program = a_cafe()
        ada = a_member(program)
        shop = a_shop(program, "tiers:write", "program:write")

        body = GOLD_UNTIL | {"until": None}
        answer = shop.post(f"/v1/members/{ada.shown_id}/tier-grants", body, key="g")

        assert answer.status_code == 201
        assert tier_of(ada) == "gold"

    def test_a_payment_gives_once(self):
        """T-22: one grant per reference, for ever."""
        program = a_cafe()
        ada, shop = a_member(program), a_shop(program, "tiers:write", "members:read")
        paid = GOLD_UNTIL | {"source": "paid", "reference": "pay-1"}
        path = f"/v1/members/{ada.shown_id}/tier-grants"

        first = shop.post(path, paid, key="a")
        same = shop.post(path, paid, key="b")
        other = shop.post(path, paid | {"tier": "silver"}, key="c")

        assert same.json() == first.json()
        assert (other.status_code, other.json()["code"]) == (409, "tier_grant_reference_reused")
        assert TierGrant.objects.count() == 1
        member = shop.get(f"/v1/members/{ada.shown_id}").json()
        assert member["tier"]["paid_until"] == "2027-11-20T00:00:00+02:00"
