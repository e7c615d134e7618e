"""Every game explains itself in the same way: the verdict in two sentences, and what nearly counted (G-102, G-103)."""

import pytest

from gamification.criteria.kinds import TO_MEMBER, Reason
from gamification.criteria.life.games import games
from tests.world.access import a_shop
from tests.world.clocked import a_test_cafe, bought
from tests.world.play import coffees, with_parts

pytestmark = pytest.mark.django_db

CUPS = {
    "kind": "deeds.sum",
    "of": "order.line",
    "value": "quantity",
    "where": {"category": ["coffee"]},
}
TEA = [{"sku": "TEA-1", "quantity": 1, "amount": 400, "categories": ["tea"]}]
MISSED = "filter_category"
# Each game on the same cups; levels on experience, for which stars are points of another kind.
GAMES = {
    "badge": ("badges", "badges", {"condition": {"measure": CUPS}, "tiers": [{"slug": "one", "target": 9}]}, MISSED),
    "challenge": ("challenges", "challenges", {"window": {"calendar": "month"}, "steps": [{"measure": CUPS, "at_least": 9}]}, MISSED),
    "streak": ("streaks", "streaks", {"period": "month", "condition": {"measure": CUPS, "at_least": 9}}, MISSED),
    "stamp_card": ("stamp_cards", "stamp-cards", {"stamps_from": {"order_lines": {"categories": ["coffee"]}}, "positions": [{"at": 9, "prize": {"kind": "points", "currency": "stars", "points": 1}}]}, MISSED),
    "level": ("levels", "levels", {"currency": "xp", "thresholds": [0, 100]}, "other_currency"),
    "leaderboard": ("leaderboards", "", {"period": "month", "measure": CUPS}, MISSED),
}  # fmt: skip
XP = {"slug": "xp", "name": {"en": "XP"}, "spendable": False, "expiry": {"kind": "never"}}


@pytest.fixture
def shop():
    """Ada has had two cups and a tea this month."""
    parts = {
        part: [{"slug": "it", "name": {"en": "It"}, **wording}]
        for part, _door, wording, _missed in GAMES.values()
    }
    cafe = a_test_cafe()
    with_parts(cafe, currencies=[XP], **parts)
    bought(cafe, "o-1", when="11-02 09:00", lines=[*coffees(2), *TEA])
    return a_shop(cafe)


def test_each_says_why_and_what_nearly_counted(shop):
    """One café for all: whoever registers a game is asked here."""
    assert {game.name for game in games()} == set(GAMES)

    for game, (_part, door, _wording, missed) in GAMES.items():
        path = f"/v1/members/ext:ada/{door}/it/explanation"
        if game == "leaderboard":
            path = "/v1/leaderboards/it/around/ext:ada/explanation"
        answer = shop.get(path)
        assert answer.status_code == 200, (game, answer.json())
        told = answer.json()

        reason = Reason(told["reason"])
        assert reason == ("reached" if game == "leaderboard" else "not_yet"), game
        assert (told["sentence"], told["to_member"]) == (reason.label, TO_MEMBER[reason]), game
        assert {"version", "as_of"} <= told.keys(), game
        assert missed in [each["reason"] for each in told["near_misses"]], game
        for near in told["near_misses"]:
            assert near.keys() == {"deed", "at", "reason", "sentence", "to_member"}, game
