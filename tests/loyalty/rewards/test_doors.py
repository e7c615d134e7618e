"""Doors of catalogue, redemptions and goodwill over the wire (W-14, W-20 to W-25, W-34)."""

import pytest

from loyalty.foundation.models import IdempotencyRecord
from loyalty.rewards.models import Redemption, Voucher
from tests.world.access import a_page, a_shop
from tests.world.ledger import movements_of
from tests.world.rewards import (
    a_cafe,
    a_guest,
    a_guest_in,
    a_perk,
    a_reward,
    left_of,
)

pytestmark = pytest.mark.django_db

DAILY = [{"times": 1, "period": "day"}]
WISH = {"member": "ext:ada", "reward": "coffee"}


@pytest.fixture
def cafe():
    cafe = a_cafe(a_reward(stock=5), a_perk(fulfilment="by_hand"))
    a_guest(cafe, 250)
    return cafe


class TestCatalogue:
    def test_is_public(self, cafe):
        """W-13: pages read it; they know no members."""
        page = a_page(cafe, "rewards:read")

        told = page.get("/v1/rewards").json()["data"]

        assert [each["slug"] for each in told] == ["coffee", "lounge"]
        assert told[0]["prices"] == [{"currency": "stars", "tier": None, "points": 100}]
        assert told[0]["stock"] == {"total": 5, "left": 5}
        assert "affordable" not in told[0]
        assert page.get("/v1/rewards?member=ext:ada").status_code == 403

    def test_tells_a_member_price_missing_and_every_reason(self):
        """W-14."""
        never = {"windows": [{"dates": {"from": "2020-01-01", "to": "2020-01-02"}}]}
        prices = [{"currency": "stars", "points": 500}, {"currency": "stars", "tier": "gold", "points": 400}]  # fmt: skip
        cafe = a_cafe(
            a_reward("dear", prices=prices, stock=0, **never),
            a_reward("cheap", price=100, limits=[{"times": 1, "period": "ever"}]),
            a_reward("gift", price=None, audience={"tiers": ["platinum"]}),
            ladder=True,
        )
        ada = a_guest_in("gold", cafe, 300)

        told = a_shop(cafe).get("/v1/rewards?member=ext:ada").json()["data"]

        shown = {each["slug"]: each for each in told}
        assert [each["slug"] for each in told] == ["cheap", "dear", "gift"]
        assert shown["cheap"]["affordable"]
        assert shown["cheap"]["reasons_not"] == []
        assert shown["dear"]["price"] == {"currency": "stars", "points": 400}
        assert (shown["dear"]["affordable"], shown["dear"]["missing"]) == (False, 100)
        assert shown["dear"]["reasons_not"] == ["outside_window", "reward_out_of_stock", "insufficient_points"]  # fmt: skip
        assert shown["gift"]["reasons_not"] == ["not_in_audience", "no_price"]
        assert all(reason["sentence"] for each in told for reason in each["why_not"])
        assert movements_of(ada) == [300]

    def test_costs_six_statements_for_any_number(self, django_assert_num_queries):
        """W-14: the catalogue of a member."""
        from loyalty.rewards.showing.catalogue import show_catalogue_to
        from tests.world.rewards import NOON

        for size in (1, 8):
            rewards = [
                a_reward(
                    f"reward-{n}",
                    limits=[{"times": 1, "period": "day"}],
                    audience={"segments": ["vip"], "tiers": ["gold"]},
                )
                for n in range(size)
            ]
            cafe = a_cafe(*rewards, slug=f"cafe-{size}", ladder=True)
            ada = a_guest(cafe)
            show_catalogue_to(program=cafe, member_id=ada.pk, at=NOON)

            with django_assert_num_queries(6):
                show_catalogue_to(program=cafe, member_id=ada.pk, at=NOON)

    def test_shows_one_by_slug_or_id(self, cafe):
        """W-14; a paused one is not there (W-13)."""
        shop = a_shop(cafe)
        told = shop.get("/v1/rewards/coffee?member=ext:ada").json()

        assert told["affordable"]
        assert shop.get(f"/v1/rewards/{told['id']}").json()["slug"] == "coffee"
        assert shop.get("/v1/rewards/tea").status_code == 404


class TestRedeeming:
    def test_answers_with_code_and_points(self, cafe):
        """W-20, W-21."""
        told = a_shop(cafe).post("/v1/redemptions", WISH | {"quantity": 2}, key="r-1")

        body = told.json()
        assert (told.status_code, body["status"], body["points"]) == (201, "issued", 200)
        assert [voucher["number"] for voucher in body["vouchers"]] == [1, 2]
        assert body["voucher"] == body["vouchers"][0]
        assert len(body["voucher"]["code"].replace("-", "")) == 13
        assert left_of(cafe) == 3

    def test_again_opens_the_sealed_copy(self, cafe):
        """W-34: the kept answer holds no code, the replay shows it."""
        shop = a_shop(cafe)
        first = shop.post("/v1/redemptions", WISH, key="r-1").json()

        again = shop.post("/v1/redemptions", WISH, key="r-1")

        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json() == first
        assert IdempotencyRecord.objects.get().is_memo
        assert Redemption.objects.count() == 1

    def test_in_a_dry_run_leaves_nothing(self, cafe):
        """E-8: full answer, nothing kept."""
        told = a_shop(cafe).post("/v1/redemptions?dry_run=true", WISH)

        assert (told.status_code, told.json()["simulated"]) == (200, True)
        assert not Redemption.objects.exists()
        assert left_of(cafe) == 5

    @pytest.mark.parametrize(
        ("wish", "status", "code"),
        [
            ({"expected_points": 90}, 409, "price_changed"),
            ({"quantity": 3}, 422, "insufficient_points"),
            ({"reward": "tea"}, 404, "reward_unknown"),
            ({"currency": "xp"}, 422, "no_price"),
            ({"quantity": 21}, 400, "malformed"),
            ({"quantity": 0}, 400, "malformed"),
            ({"expected_points": -5}, 400, "malformed"),
        ],
    )
    def test_refuses_and_changes_nothing(self, cafe, wish, status, code):
        """W-20, W-22, and bad input."""
        told = a_shop(cafe).post("/v1/redemptions", WISH | wish, key="r-1")

        assert (told.status_code, told.json()["code"]) == (status, code)
        assert not Redemption.objects.exists()
        assert not Voucher.objects.exists()
        assert left_of(cafe) == 5

    def test_names_what_is_missing(self, cafe):
        """W-20: numbers beside the sentence."""
        told = a_shop(cafe).post("/v1/redemptions", WISH | {"quantity": 3}, key="r-1").json()

        assert told["values"]["missing"] == 50
        assert [each["code"] for each in told["errors"]] == ["insufficient_points"]

    def test_is_shown_listed_cancelled(self, cafe):
        """W-24: codes one by one only."""
        shop = a_shop(cafe)
        made = shop.post("/v1/redemptions", WISH, key="r-1").json()

        shown = shop.get(f"/v1/redemptions/{made['id']}").json()
        listed = shop.get("/v1/redemptions?member=ext:ada&status=issued&reward=coffee").json()
        for _time in range(2):
            told = shop.post(f"/v1/redemptions/{made['id']}/cancel", {}, key=f"c-{_time}").json()

        assert shown["voucher"]["code"] == made["voucher"]["code"]
        assert [each["id"] for each in listed["data"]] == [made["id"]]
        assert listed["data"][0]["voucher"]["code"] is None
        assert (told["status"], told["given_back"]) == ("cancelled", {"available": 100, "already_expired": 0})  # fmt: skip

    def test_by_hand_is_handed_over_once(self, cafe):
        """W-25."""
        shop = a_shop(cafe)
        made = shop.post("/v1/redemptions", WISH | {"reward": "lounge"}, key="r-1").json()
        assert made["waits_to_be_handed_over"]
        waiting = shop.get("/v1/redemptions?waiting=true").json()["data"]

        done = shop.post(f"/v1/redemptions/{made['id']}/fulfil", {}, key="f-1")
        again = shop.post(f"/v1/redemptions/{made['id']}/fulfil", {}, key="f-2")

        assert [each["id"] for each in waiting] == [made["id"]]
        assert (done.status_code, done.json()["status"]) == (200, "fulfilled")
        assert (again.status_code, again.json()["code"]) == (409, "redemption_not_waiting")

    @pytest.mark.parametrize("query", ["status=gone", "waiting=maybe"])
    def test_lists_refuse_unknown_words(self, cafe, query):
        """Bad input: 400 with a pointer."""
        told = a_shop(cafe).get(f"/v1/redemptions?{query}")

        assert (told.status_code, told.json()["errors"][0]["code"]) == (400, "not_a_choice")


class TestGoodwill:
    def test_is_given_by_a_key(self, cafe):
        """W-72: reason and note; keys have no budget of their own."""
        gift = {
            "reward": "coffee",
            "reason": "goodwill",
            "note": "The milk was off.",
            "case": "T-7",
        }

        told = a_shop(cafe).post("/v1/members/ext:ada/gifts", gift, key="g-1")

        assert (told.status_code, told.json()["origin"], told.json()["points"]) == (201, "gift", 0)
        assert Redemption.objects.get().case == "T-7"

    @pytest.mark.parametrize(
        ("gift", "status", "code"),
        [
            ({"reason": "luck"}, 422, "reason_unknown"),
            ({"note": ""}, 400, "malformed"),
            ({"reward": "tea"}, 404, "reward_unknown"),
        ],
    )
    def test_is_refused_without_a_reason(self, cafe, gift, status, code):
        """W-72."""
        told = {"reward": "coffee", "reason": "goodwill", "note": "Sorry."} | gift

        answer = a_shop(cafe).post("/v1/members/ext:ada/gifts", told, key="g-1")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Redemption.objects.exists()
