"""The test clock by HTTP."""

from datetime import UTC, datetime

import pytest

from loyalty.jobs.models import ScheduleRun
from tests.world.access import a_shop
from tests.world.jobs import START, a_travelling_program, daily_jobs, only_these_jobs, runs_of
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_ours():
    with only_these_jobs():
        yield


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestTheAddress:
    def test_tells_and_moves_the_clock(self):
        """V-25."""
        cafe, ran = a_travelling_program(), []
        shop = a_shop(cafe)

        with daily_jobs("test.expiry", ran=ran):
            told = shop.get("/v1/test-clock")
            moved = shop.post("/v1/test-clock/advance", {"by": "P1M"})

        assert (told.status_code, told.json()) == (200, {"now": "2026-03-27T08:00:00Z"})
        # A month by the local calendar: 10:00 in Kyiv stays 10:00, an hour earlier in UTC.
        later = {"now": "2026-04-27T07:00:00Z"}
        assert (moved.status_code, moved.json()) == (200, later)
        assert shop.get("/v1/test-clock").json() == later
        assert runs_of("test.expiry")[-1] == ("2026-04-27", "done")
        assert len(ran) == 32

    def test_goes_once_for_one_key(self):
        """V-4: told again, it goes to where the first call went."""
        cafe = a_travelling_program()
        shop = a_shop(cafe)

        first = shop.post("/v1/test-clock/advance", {"by": "P1D"}, key="day-1")
        again = shop.post("/v1/test-clock/advance", {"by": "P1D"}, key="day-1")

        assert first.json() == again.json() == {"now": "2026-03-28T08:00:00Z"}
        assert again["Idempotent-Replayed"] == "true"
        cafe.refresh_from_db()
        assert cafe.test_now == utc("2026-03-28 08:00")

    def test_only_says_where_it_would_go_in_a_dry_run(self):
        """E-8."""
        cafe = a_travelling_program()

        answer = a_shop(cafe).post("/v1/test-clock/advance?dry_run=true", {"by": "P1D"})

        assert answer.json() == {"now": "2026-03-28T08:00:00Z", "simulated": True}
        cafe.refresh_from_db()
        assert cafe.test_now == START

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"to": "2026-03-27T07:59:59Z"}, 422, "clock_only_forward"),
            ({"to": "2040-01-01T00:00:00Z"}, 422, "clock_too_far"),
            ({"to": "2026-04-01T00:00:00"}, 400, "malformed"),
            ({"to": "9999-12-31T23:59:59Z"}, 400, "malformed"),
            ({"by": "1 month"}, 400, "malformed"),
            ({"by": "P1D", "to": "2026-04-01T00:00:00Z"}, 400, "malformed"),
            ({}, 400, "malformed"),
        ],
    )
    def test_refuses_and_moves_nothing(self, body, status, code):
        """V-25."""
        cafe = a_travelling_program()

        answer = a_shop(cafe).post("/v1/test-clock/advance", body)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        cafe.refresh_from_db()
        assert cafe.test_now == START
        assert ScheduleRun.objects.count() == 0

    def test_of_a_live_programme_is_refused(self):
        """V-25."""
        shop = a_shop(a_program())

        answers = [shop.get("/v1/test-clock"), shop.post("/v1/test-clock/advance", {"by": "P1D"})]

        assert [(a.status_code, a.json()["code"]) for a in answers] == [
            (422, "not_a_test_program")
        ] * 2
