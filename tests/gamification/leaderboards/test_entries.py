"""Entries of boards: kept from them by people, with a reason, and let stand again (G-80, G-84)."""

import pytest

from gamification.leaderboards.models import BoardPeriod, BoardRuling, BoardScore
from gamification.leaderboards.proofs.auditing import wrong_steps
from gamification.leaderboards.winning.paying import pay_some
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.units import run
from tests.world.access import a_shop
from tests.world.boards import a_board_cafe, moved_on, seen_as, set_clock
from tests.world.members import a_member
from tests.world.play import at, bought, heard, member_of

pytestmark = pytest.mark.django_db
SCORES = {"ana": 1200, "bo": 900, "cy": 400}
STARS = {"kind": "points", "currency": "stars", "points": 50}
WHY = {"reason": "Orders of one's own till."}


@pytest.fixture
def cafe():
    cafe = a_board_cafe(k=1, prizes=[{"places": [1, 1], "prize": STARS}])
    for place, (name, score) in enumerate(SCORES.items()):
        seen_as(a_member(cafe, name), "pseudonym")
        bought(cafe, f"o-{name}", who=name, total=score, when=f"11-05 09:0{place}", heard=False)
    heard(cafe)
    return cafe


def decided(cafe, what, who="ana", *, key="try-1", **body):
    door = f"/v1/leaderboards/month/entries/ext:{who}/{what}"
    return a_shop(cafe, "leaderboards:write", "leaderboards:read").post(door, WHY | body, key=key)


def shown_on(cafe, period="current"):
    told = a_shop(cafe).get(f"/v1/leaderboards/month?period={period}").json()
    return [(row["rank"], row["display_name"], row["score"]) for row in told["rows"]]


def me_on(cafe, who):
    return a_shop(cafe).get(f"/v1/leaderboards/month?member=ext:{who}").json()["me"]


class TestSuspending:
    def test_takes_the_entry_from_rows_and_ranks(self, cafe):
        """G-84: the others move up at once, the histogram with them; the member still has a score."""
        answer = decided(cafe, "suspend")

        assert answer.status_code == 200
        told = answer.json()
        assert (told["period"], told["score"], told["is_shown"]) == ("2026-11", 1200, False)
        assert [row["decided"] for row in told["decisions"]] == ["suspended"]
        assert shown_on(cafe) == [(1, "bo", 900), (2, "cy", 400)]
        assert shown_on(cafe, "ever")[0] == (1, "ana", 1200)
        me = me_on(cafe, "ana")
        assert (me["score"], me["shadow_rank"], me["is_suspended"]) == (1200, 1, True)
        assert wrong_steps(BoardPeriod.objects.get(key="2026-11")) == []

    def test_outlasts_what_the_member_does_and_chooses(self, cafe):
        """G-89: it counts on; neither a purchase nor a choice brings it back."""
        decided(cafe, "suspend")

        bought(cafe, "o-more", who="ana", total=100, when="11-06 09:00")
        seen_as(member_of(cafe, "ana"), "named")

        assert [name for _rank, name, _score in shown_on(cafe)] == ["bo", "cy"]
        assert me_on(cafe, "ana")["score"] == 1300

    def test_wins_nothing(self, cafe):
        """G-81: the next one has the first place."""
        decided(cafe, "suspend")
        set_clock(cafe, "12-02 00:00")
        moved_on(cafe, when="12-02 00:00")

        run(lambda: pay_some(program=cafe, at=at("12-02 00:00")))

        won = PrizeGrant.objects.values_list("member__external_id", flat=True)
        assert list(won) == ["bo"]

    def test_is_explained(self, cafe):
        """G-103: `excluded_member`."""
        decided(cafe, "suspend")

        told = a_shop(cafe).get("/v1/leaderboards/month/around/ext:ana/explanation").json()

        assert told["reason"] == "excluded_member"

    def test_told_again_it_stays_as_it_is(self, cafe):
        """V-4: one decision, one row."""
        decided(cafe, "suspend")
        again = decided(cafe, "suspend", key="try-2")

        assert again.status_code == 200
        assert BoardRuling.objects.count() == 1

    def test_can_be_tried(self, cafe):
        """A dry run keeps nothing."""
        door = "/v1/leaderboards/month/entries/ext:ana/suspend?dry_run=true"
        answer = a_shop(cafe).post(door, WHY, key="try")

        assert (answer.status_code, answer.json()["simulated"]) == (200, True)
        assert nothing_happened(cafe)


class TestMerging:
    @pytest.mark.parametrize("survivor", ["bo", "dee"], ids=["who-plays", "who-has-no-entry"])
    def test_takes_the_decision_along(self, cafe, survivor):
        """G-10: a second membership is no way back onto the board; the reason that was given stays with it."""
        seen_as(a_member(cafe, "dee"), "pseudonym")
        decided(cafe, "suspend")

        a_shop(cafe).post("/v1/members/ext:ana/merge", {"into": f"ext:{survivor}"}, key="merge")
        heard(cafe)

        assert "ana" not in [name for _rank, name, _score in shown_on(cafe)]
        assert survivor not in [name for _rank, name, _score in shown_on(cafe)]
        me = me_on(cafe, survivor)
        assert (me["is_suspended"], me["score"]) == (True, {"bo": 2100, "dee": 1200}[survivor])
        told = BoardRuling.objects.filter(member=member_of(cafe, survivor))
        assert list(told.values_list("ruling", "reason")) == [("suspended", WHY["reason"])]
        assert wrong_steps(BoardPeriod.objects.get(key="2026-11")) == []

    def test_leaves_the_survivor_where_nobody_decided_anything(self, cafe):
        """Control."""
        a_shop(cafe).post("/v1/members/ext:ana/merge", {"into": "ext:bo"}, key="merge")
        heard(cafe)

        assert shown_on(cafe)[0] == (1, "bo", 2100)
        assert not BoardRuling.objects.exists()


class TestReinstating:
    def test_lets_it_stand_again(self, cafe):
        """Both decisions stay on record."""
        decided(cafe, "suspend")

        answer = decided(cafe, "reinstate", key="try-2", reason="All his own.")

        told = answer.json()
        assert (told["is_shown"], told["suspended_at"]) == (True, None)
        assert [row["decided"] for row in told["decisions"]] == ["reinstated", "suspended"]
        assert shown_on(cafe)[0] == (1, "ana", 1200)
        assert wrong_steps(BoardPeriod.objects.get(key="2026-11")) == []


def nothing_happened(cafe):
    rows = BoardScore.objects.filter(suspended_at__isnull=False)
    return not rows.exists() and not BoardRuling.objects.exists() and len(shown_on(cafe)) == 3


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("ana", {"reason": " "}, 422, "board_reason_required"),
        ("gus", {}, 422, "board_no_entry"),
        ("ana", {"period": "2026-10"}, 404, "not_found"),
        ("ana", {"until": "tomorrow"}, 400, "malformed"),
    ],
)
def test_is_refused(cafe, who, body, status, code):
    """G-80: without a reason, without an entry, in a period that is not there."""
    a_member(cafe, "gus")

    answer = decided(cafe, "suspend", who, **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert nothing_happened(cafe)


def test_what_is_final_stays(cafe):
    """G-80: `board_period_final`."""
    set_clock(cafe, "12-02 00:00")
    moved_on(cafe, when="12-02 00:00")

    answer = decided(cafe, "suspend", period="2026-11")

    assert (answer.status_code, answer.json()["code"]) == (409, "board_period_final")
    assert not BoardRuling.objects.exists()
    assert shown_on(cafe, "2026-11")[0] == (1, "ana", 1200)
