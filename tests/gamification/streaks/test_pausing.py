"""Pauses, repairs and gifts of freezes, at the doors."""

import pytest

from gamification.streaks.models import FreezeItem, Repair, StreakPause
from tests.world.access import a_shop
from tests.world.clocked import bought, it_is
from tests.world.play import at
from tests.world.streaks import a_streak, settled_until, shown, told

pytestmark = pytest.mark.django_db

NONE = {"start": 0, "max": 0}
ADA = "/v1/members/ext:ada/streaks/daily"


@pytest.fixture
def cafe():
    program, _daily = a_streak(freezes=NONE)
    for day in (2, 3, 4):
        bought(program, f"o-{day}", when=f"11-{day:02} 12:00")
    return program


def asked(program, door, body, *, when, key="try-1"):
    it_is(program, when)
    shop = a_shop(program)
    return shop.post(f"{ADA}/{door}", body, key=key)


def days(first, last):
    return {"first": first, "last": last}


class TestPauses:
    def test_bridge_the_days_that_were_declared(self, cafe):
        """G-61."""
        answer = asked(cafe, "pauses", days("2026-11-05", "2026-11-08"), when="11-04 13:00")

        bought(cafe, "o-9", when="11-09 12:00")
        after = shown(cafe, when="11-09 13:00")
        assert answer.status_code == 201
        assert answer.json()["pauses"] == [days("2026-11-05", "2026-11-08")]
        assert answer.json()["deadline"] == "2026-11-09T22:00:00Z"
        assert after["current"] == 4
        assert [each["verdict"] for each in after["periods"]] == [
            "done", "done", "done", "paused", "paused", "paused", "paused", "done",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("body", "code", "status"),
        [
            (days("2026-11-04", "2026-11-05"), "streak_pause_too_late", 422),
            (days("2026-11-13", "2026-12-10"), "streak_pause_limit", 422),
            (days("2026-11-12", "2026-11-12"), "streak_pause_overlap", 409),
            (days("2026-11-09", "2026-11-08"), "malformed", 400),
        ],
    )
    def test_are_refused(self, cafe, body, code, status):
        """G-61: too late, too long, twice, backwards; nothing is kept."""
        asked(cafe, "pauses", days("2026-11-10", "2026-11-12"), when="11-04 13:00")

        answer = asked(cafe, "pauses", body, when="11-04 14:00", key="try-2")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert StreakPause.objects.count() == 1

    def test_share_the_days_of_a_year(self, cafe):
        """G-61: thirty days each year, counted where they lie."""
        asked(cafe, "pauses", days("2026-12-01", "2026-12-29"), when="11-04 13:00")

        over = asked(cafe, "pauses", days("2026-12-31", "2027-01-10"), when="11-04 13:00", key="2")
        more = asked(cafe, "pauses", days("2027-01-11", "2027-01-29"), when="11-04 13:00", key="3")
        last = asked(cafe, "pauses", days("2027-03-01", "2027-03-02"), when="11-04 13:00", key="4")

        assert [over.status_code, more.status_code] == [201, 201]
        assert (last.status_code, last.json()["code"]) == (422, "streak_pause_limit")

    def test_can_be_tried(self, cafe):
        """A dry run keeps nothing."""
        it_is(cafe, "11-04 13:00")
        shop = a_shop(cafe)

        answer = shop.post(
            f"{ADA}/pauses?dry_run=true", days("2026-11-05", "2026-11-08"), key="try"
        )

        assert (answer.status_code, answer.json()["simulated"]) == (200, True)
        assert not StreakPause.objects.exists()


class TestRepairs:
    def test_restore_the_former_length_with_a_row_a_period(self, cafe):
        """G-63."""
        bought(cafe, "o-7", when="11-07 12:00")
        offered = shown(cafe, when="11-07 13:00")["repair"]

        answer = asked(cafe, "repairs", {"reason": "The till was down."}, when="11-07 13:00")

        assert offered == {"period": "2026-11-05", "length": 3, "periods_left": 4}
        assert (answer.status_code, answer.json()["current"]) == (201, 4)
        assert list(Repair.objects.order_by("period_key").values_list("period_key", "reason")) == [
            ("2026-11-05", "The till was down."),
            ("2026-11-06", "The till was down."),
        ]
        assert told(cafe)[-1] == ("streak.repaired", "2026-11-05", 4)

    @pytest.mark.parametrize(
        ("when", "code"),
        [("11-05 12:00", "streak_not_lost"), ("11-12 22:00", "streak_repair_too_late")],
    )
    def test_are_refused(self, cafe, when, code):
        """G-63: nothing lost yet, or lost more than seven periods ago."""
        answer = asked(cafe, "repairs", {"reason": "The till was down."}, when=when)

        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert not Repair.objects.exists()

    def test_are_made_on_the_seventh_period(self, cafe):
        """G-63."""
        answer = asked(cafe, "repairs", {"reason": "The till was down."}, when="11-12 21:59")

        assert answer.status_code == 201

    def test_need_a_reason(self, cafe):
        """G-63."""
        answer = asked(cafe, "repairs", {"reason": " "}, when="11-07 13:00")

        assert (answer.status_code, answer.json()["code"]) == (422, "streak_reason_required")
        assert not Repair.objects.exists()


class TestFreezes:
    def test_given_keep_the_run(self):
        """G-60: up to the cap, from the moment of giving."""
        cafe, _daily = a_streak(freezes={"start": 0, "max": 1, "in_a_row": 5})
        bought(cafe, "o-2", when="11-02 12:00")

        answer = asked(cafe, "freezes", {"quantity": 3, "reason": "Sorry."}, when="11-02 13:00")
        settled_until(cafe, "11-03 22:00", "11-04 22:00")

        assert (answer.status_code, answer.json()["freezes"]["owned"]) == (201, 1)
        assert told(cafe)[1:] == [
            ("streak.frozen", "2026-11-03", 0),
            ("streak.lost", "2026-11-04", 1),
        ]

    def test_need_a_reason(self, cafe):
        """G-62: given, never sold."""
        answer = asked(cafe, "freezes", {"quantity": 1, "reason": ""}, when="11-04 13:00")

        assert (answer.status_code, answer.json()["code"]) == (422, "streak_reason_required")
        assert not FreezeItem.objects.exists()


class TestExplanation:
    def test_tells_every_period(self, cafe):
        """G-102."""
        it_is(cafe, "11-05 12:00")

        answer = a_shop(cafe, "streaks:read").get(f"{ADA}/explanation").json()

        assert [(each["period"], each["verdict"]) for each in answer["periods"]] == [
            ("2026-11-02", "done"),
            ("2026-11-03", "done"),
            ("2026-11-04", "done"),
            ("2026-11-05", "open"),
        ]
        assert (answer["reason"], answer["current"], answer["version"]) == ("not_yet", 3, 1)
        assert (answer["tree"]["value"], answer["tree"]["target"]) == (0, 1)

    def test_is_not_there_for_what_is_not(self, cafe):
        """S-2."""
        answer = a_shop(cafe, "streaks:read").get("/v1/members/ext:ada/streaks/none/explanation")

        assert answer.status_code == 404


def test_a_wording_that_would_move_the_periods_is_refused(cafe):
    """G-22: what members have would mean something else."""
    shop = a_shop(cafe, "program:write", "program:read")
    it_is(cafe, "11-05 12:00")
    told = shop.get("/v1/program").json()

    told["streaks"][0]["period"] = "week"
    answer = shop.put("/v1/program", told)

    assert (answer.status_code, answer.json()["code"]) == (409, "definition_field_fixed")
    assert shown(cafe, when="11-05 12:00")["period"] == "day"


def test_a_stricter_wording_judges_only_what_begins_after_it():
    """G-22."""
    cafe, _daily = a_streak(freezes=NONE)
    bought(cafe, "o-2", when="11-02 12:00")
    bought(cafe, "o-3", when="11-03 12:00")

    a_streak(cafe=cafe, when="11-03 13:00", freezes=NONE, condition={
        "measure": {"kind": "deeds.count", "of": "order.paid"}, "at_least": 2,
    })  # fmt: skip
    bought(cafe, "o-4", when="11-04 12:00")

    assert shown(cafe, when="11-04 13:00")["current"] == 2
    assert shown(cafe, when="11-04 13:00")["now"] == {
        "period": "2026-11-04",
        "value": 1,
        "need": 2,
        "is_done": False,
        "ends_at": at("11-04 22:00"),
    }
