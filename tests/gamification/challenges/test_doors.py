"""Challenges over the wire."""

import pytest

from tests.world.access import a_shop
from tests.world.challenges import a_challenge, goes_of
from tests.world.clocked import bought, it_is

pytestmark = pytest.mark.django_db

MINE = "/v1/members/ext:ada/challenges"


@pytest.fixture
def knocking():
    cafe, _three = a_challenge(activation="join")
    it_is(cafe, "11-02 09:00")
    return cafe, a_shop(cafe)


def test_seen_joined_and_left(knocking):
    """G-47, G-50, G-104: open, running with its steps, and left; a retry is the same."""
    cafe, shop = knocking
    (seen,) = shop.get(MINE).json()["data"]
    assert (seen["slug"], seen["status"], seen["steps"]) == (
        "three", "open", [{"name": "", "value": 0, "target": 3, "is_done": False}],
    )  # fmt: skip

    joined = shop.post(f"{MINE}/three/join", {}, key="join-1")
    again = shop.post(f"{MINE}/three/join", {}, key="join-1")
    assert (joined.status_code, again.json()) == (201, joined.json())
    assert (joined.json()["status"], joined.json()["ends_at"]) == (
        "running",
        "2026-11-30T22:00:00Z",
    )
    bought(cafe, "o-1", when="11-03 09:00")
    assert shop.get(MINE).json()["data"][0]["steps"][0]["value"] == 1

    left = shop.post(f"{MINE}/three/leave", key="leave-1")

    assert (left.status_code, left.json()["status"]) == (201, "abandoned")
    refused = shop.post(f"{MINE}/three/join", {}, key="join-2")
    assert (refused.status_code, refused.json()["code"]) == (409, "challenge_already_joined")


def test_a_dry_run_joins_nothing(knocking):
    """V-7."""
    cafe, shop = knocking
    told = shop.post(f"{MINE}/three/join?dry_run=true", {})

    assert (told.status_code, told.json()["status"]) == (200, "running")
    assert goes_of(cafe) == []


def test_what_is_not_there(knocking):
    """S-2."""
    _cafe, shop = knocking
    assert shop.post(f"{MINE}/none/join", {}, key="join-1").status_code == 404
