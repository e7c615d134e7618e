"""The ledger's doors."""

import pytest

from tests.world.access import a_shop
from tests.world.ledger import NOW, a_member, day, movements_of, moving, parts_of, posted
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return a_program(zone="UTC")


@pytest.fixture
def shop(cafe):
    return a_shop(cafe)


class TestMember:
    def test_shows_balances_by_currency(self, cafe, shop):
        """L-60."""
        ada = a_member(cafe)
        posted(
            moving(30, of=ada, ends=day("03-01", year=2099)),
            moving(5, of=ada, ends=day("03-01", year=2099)),
            moving(100, of=ada),
            moving(7, of=ada, opens=day("05-01", year=2099)),
        )

        shown = shop.get(f"/v1/members/{ada.shown_id}").json()["balances"]

        assert shown["stars"] == {
            "available": 135,
            "pending": 7,
            "held": 0,
            "negative": 0,
            "next_expiration": {"at": "2099-03-01T00:00:00Z", "points": 35},
            "next_activation": {"at": "2099-05-01T00:00:00Z", "points": 7},
        }
        assert shown["xp"]["available"] == 0


class TestStatement:
    def test_lists_entries_newest_first_in_pages(self, cafe, shop):
        """L-60"""
        ada = a_member(cafe)
        posted(*[moving(points, of=ada) for points in (1, 2, 3)], moving(9, of=ada, currency="xp"))

        first = shop.get(f"/v1/members/{ada.shown_id}/entries?limit=3").json()
        rest = shop.get(f"/v1/members/{ada.shown_id}/entries?limit=3&cursor={first['next']}").json()

        told = [(row["currency"], row["points"]) for row in first["data"] + rest["data"]]
        assert told == [("xp", 9), ("stars", 3), ("stars", 2), ("stars", 1)]
        assert rest["next"] is None

    def test_of_one_currency(self, cafe, shop):
        ada = a_member(cafe)
        posted(moving(1, of=ada), moving(9, of=ada, currency="xp"))

        told = shop.get(f"/v1/members/{ada.shown_id}/entries?currency=xp").json()["data"]

        assert [row["points"] for row in told] == [9]

    def test_tells_how_many_there_are_when_asked(self, cafe, shop):
        """L-3, L-60"""
        ada = a_member(cafe)
        posted(moving(1, of=ada), moving(2, of=ada), moving(9, of=ada, currency="xp"))
        path = f"/v1/members/{ada.shown_id}/entries?limit=1"

        totals = [
            shop.get(f"{path}{more}").json().get("total")
            for more in ("&with_total=true", "&with_total=true&currency=stars", "")
        ]

        assert totals == [3, 2, None]

    def test_refuses_a_cursor_that_is_not_ours(self, cafe, shop):
        ada = a_member(cafe)

        answer = shop.get(f"/v1/members/{ada.shown_id}/entries?cursor=zzz")

        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "cursor_invalid")

    def test_says_what_each_entry_is(self, cafe, shop):
        """L-61"""
        ada = a_member(cafe)
        posted(moving(45, of=ada, ends=day("03-01", year=2099), reason="welcome"))

        row = shop.get(f"/v1/members/{ada.shown_id}/entries").json()["data"][0]

        assert row["explanation"] == "45 Stars earned."
        assert (row["kind"], row["points"], row["balance_after"]) == ("earn", 45, 45)
        assert (row["expires_at"], row["actor"]) == ("2099-03-01T00:00:00Z", "job:till")

    def test_belongs_to_its_programme(self, cafe):
        """S-2"""
        ada = a_member(cafe)
        stranger = a_shop(a_program("other"))

        assert stranger.get(f"/v1/members/{ada.shown_id}/entries").status_code == 404


def test_expirations_add_up_to_what_can_end(cafe, shop):
    """L-60"""
    ada = a_member(cafe)
    posted(
        moving(30, of=ada, ends=day("03-01", year=2099)),
        moving(5, of=ada, ends=day("02-01", year=2099)),
        moving(100, of=ada),
    )

    told = shop.get(f"/v1/members/{ada.shown_id}/expirations").json()["data"]

    assert [(row["at"], row["points"]) for row in told] == [
        ("2099-02-01T00:00:00Z", 5),
        ("2099-03-01T00:00:00Z", 30),
    ]


class TestAdjustments:
    def test_correct_a_member_by_hand(self, cafe, shop):
        """L-50"""
        ada = a_member(cafe, points=10)
        body = {"points": -4, "reason": "goodwill", "note": "counted twice"}

        answer = shop.post(f"/v1/members/{ada.shown_id}/adjustments", body, key="a")

        assert (answer.status_code, answer.json()["balance_after"]) == (201, 6)
        again = shop.post(f"/v1/members/{ada.shown_id}/adjustments", body, key="a")
        assert again.content == answer.content
        assert movements_of(ada) == [10, -4]

    @pytest.mark.parametrize(
        ("told", "code"), [({"reason": "because"}, "reason_unknown"), ({"points": 0}, "malformed")]
    )
    def test_need_points_and_a_reason_of_the_programme(self, cafe, shop, told, code):
        """L-50"""
        ada = a_member(cafe, points=10)
        body = {"points": 4, "reason": "goodwill", "note": "…"} | told

        answer = shop.post(f"/v1/members/{ada.shown_id}/adjustments", body, key="a")

        assert answer.json()["code"] == code
        assert movements_of(ada) == [10]

    def test_leave_no_debt(self, cafe, shop):
        """L-50"""
        ada = a_member(cafe, points=10)
        body = {"points": -11, "reason": "goodwill", "note": "…"}

        answer = shop.post(f"/v1/members/{ada.shown_id}/adjustments", body, key="a")

        assert (answer.status_code, answer.json()["code"]) == (422, "insufficient_points")
        assert answer.json()["values"] == {"wanted": 11, "available": 10}

    def test_may_be_tried_without_doing(self, cafe, shop):
        ada = a_member(cafe, points=10)
        body = {"points": -4, "reason": "goodwill", "note": "…"}

        answer = shop.post(f"/v1/members/{ada.shown_id}/adjustments?dry_run=true", body)

        assert (answer.status_code, answer.json()["balance_after"]) == (200, 6)
        assert movements_of(ada) == [10]


class TestHolds:
    def test_are_made_captured_and_cannot_be_captured_for_another_order(self, cafe, shop):
        """L-30, L-X6"""
        ada = a_member(cafe, points=100)

        made = shop.post("/v1/holds", {"member": ada.shown_id, "points": 60}, key="h")
        assert (made.status_code, made.json()["status"], made.json()["points"]) == (201, "held", 60)
        hold = f"/v1/holds/{made.json()['id']}"
        first = shop.post(f"{hold}/capture", {"order_id": "order-1"}, key="c1")
        again = shop.post(f"{hold}/capture", {"order_id": "order-1"}, key="c2")
        other = shop.post(f"{hold}/capture", {"order_id": "order-2"}, key="c3")

        assert (first.status_code, again.json()) == (200, first.json())
        assert (other.status_code, other.json()["code"]) == (409, "hold_not_held")
        assert other.json()["values"] == {"state": "captured"}
        assert shop.get(hold).json()["status"] == "captured"
        assert movements_of(ada) == [100, -60]

    def test_are_released(self, cafe, shop):
        """L-31"""
        ada = a_member(cafe, points=100)
        made = shop.post("/v1/holds", {"member": ada.shown_id, "points": 60}, key="h").json()

        released = shop.post(f"/v1/holds/{made['id']}/release", {}, key="r")

        assert (released.status_code, released.json()["status"]) == (200, "released")
        assert parts_of(ada) == (100, 0, 0, 0)

    def test_refuse_a_life_longer_than_a_day(self, cafe, shop):
        ada = a_member(cafe, points=100)
        body = {"member": ada.shown_id, "points": 60, "expires_in": "P2D"}

        answer = shop.post("/v1/holds", body, key="h")

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/expires_in")


def test_an_entry_explains_itself(cafe, shop):
    """L-61"""
    ada = a_member(cafe)
    posted(moving(30, of=ada), moving(50, of=ada))
    [spent] = posted(moving(-60, of=ada))
    entry = shop.get(f"/v1/members/{ada.shown_id}/entries").json()["data"][0]["id"]

    told = shop.get(f"/v1/entries/{entry}/explanation").json()

    assert [step["sentence"] for step in told["steps"]] == [
        "60 Stars spent on a purchase.",
        "Taken from the lot of 30: 30 Stars.",
        "Taken from the lot of 50: 30 Stars.",
    ]
    assert spent.number == 3


class TestMovements:
    def test_foot_per_currency(self, cafe, shop):
        """L-62, I10"""
        ada = a_member(cafe)
        posted(moving(100, of=ada), at=NOW)
        posted(moving(-30, of=ada), at=day("02-02"))

        told = shop.get("/v1/reports/movements?from=2026-02-01&to=2026-02-28").json()["data"]

        stars = told[0]
        assert (stars["currency"], stars["opening"], stars["closing"]) == ("stars", 100, 70)
        assert stars["kinds"] == {"spend": -30}
        assert stars["counterparts"]["spent"] == -30

    def test_come_as_csv(self, cafe, shop):
        """L-62"""
        posted(moving(100, of=a_member(cafe)), at=NOW)

        answer = shop.get(
            "/v1/reports/movements?from=2026-01-01&to=2026-01-31", headers={"Accept": "text/csv"}
        )

        assert answer.content.decode().splitlines()[:4] == [
            "currency,movement,points",
            "stars,opening,0",
            "stars,earn,100",
            "stars,closing,100",
        ]
