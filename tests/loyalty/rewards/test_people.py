"""Redemptions of people who are exported, merged, parted and erased (S-57, S-58, L-52)."""

import json

import pytest

from loyalty.rewards.models import Redemption, Voucher
from tests.world.access import a_shop
from tests.world.ledger import movements_of, parts_of
from tests.world.rewards import a_cafe, a_guest, a_reward, an_exchange

pytestmark = pytest.mark.django_db

WISH = {"member": "ext:ada", "reward": "coffee"}


@pytest.fixture
def cafe():
    cafe = a_cafe(a_reward(stock=5))
    a_guest(cafe, 250)
    return cafe


def test_an_export_tells_redemptions(cafe):
    """S-57."""
    shop = a_shop(cafe)
    shop.post("/v1/redemptions", WISH, key="r-1")

    told = shop.get("/v1/members/ext:ada/export").json()["redemptions"]

    assert [(row["reward"], row["points"], row["state"]) for row in told] == [("coffee", 100, "issued")]  # fmt: skip
    assert "code" not in json.dumps(told)


def test_a_merge_takes_redemptions_along_and_an_undone_one_back(cafe):
    """L-52: limits, lists and cancelling follow the survivor."""
    from loyalty.ledger.models import Merge

    shop, grace = a_shop(cafe), a_guest(cafe, 0, name="grace")
    made = shop.post("/v1/redemptions", WISH, key="r-1").json()
    ada_id = made["member"]

    shop.post("/v1/members/ext:ada/merge", {"into": "ext:grace"}, key="m-1")

    assert shop.get(f"/v1/redemptions/{made['id']}").json()["member"] == grace.shown_id
    assert Voucher.objects.get().member_id == grace.pk
    shop.post(f"/v1/merges/{Merge.objects.get().shown_id}/undo", {}, key="u-1")
    assert shop.get(f"/v1/redemptions/{made['id']}").json()["member"] == ada_id
    assert Voucher.objects.get().member_id != grace.pk


def test_after_a_merge_points_come_back_to_the_survivor(cafe):
    """W-24, L-52."""
    shop, grace = a_shop(cafe), a_guest(cafe, 0, name="grace")
    made = shop.post("/v1/redemptions", WISH, key="r-1").json()
    shop.post("/v1/members/ext:ada/merge", {"into": "ext:grace"}, key="m-1")

    told = shop.post(f"/v1/redemptions/{made['id']}/cancel", {}, key="c-1")

    assert (told.status_code, parts_of(grace)[0]) == (200, 250)


def test_erasing_a_person_empties_the_note(cafe):
    """S-58: that something was given stays."""
    shop = a_shop(cafe)
    gift = {"reward": "coffee", "reason": "goodwill", "note": "Her mother is ill."}
    shop.post("/v1/members/ext:ada/gifts", gift, key="g-1")

    shop.post("/v1/members/ext:ada/erase", {}, key="e-1")

    assert Redemption.objects.get().note == ""


def test_an_exchange_says_what_it_brought():
    """W-2."""
    cafe = a_cafe(an_exchange(10))
    ada = a_guest(cafe, 100)

    told = a_shop(cafe).post("/v1/redemptions", WISH | {"reward": "exchange"}, key="r-1").json()

    assert (told["status"], told["voucher"]) == ("fulfilled", None)
    assert movements_of(ada, "xp") == [10]
