"""The midnight order: jobs of a programme and day, each done before the next begins."""

from datetime import UTC, datetime, timedelta

import pytest

from loyalty.jobs.models import ScheduleRun
from loyalty.jobs.running import run_all_due
from tests.world.jobs import a_daily_job, daily_jobs, only_these_jobs, planned, ran_all
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_ours():
    with only_these_jobs():
        yield


class TestTheMidnightOrder:
    def test_is_kept_whatever_the_order_of_registration(self):
        """L-20, T-45: each done before the next begins."""
        cafe, ran = a_program(), []

        with (
            a_daily_job(lambda **told: ran.append("notices"), job="a.notices", place=50),
            a_daily_job(lambda **told: ran.append("opening"), job="z.opening", place=10),
            a_daily_job(lambda **told: ran.append("expiry"), job="b.expiry", place=40),
            a_daily_job(lambda **told: ran.append("reviews"), job="y.reviews", place=30),
        ):
            planned(cafe, TUESDAY)
            assert ran_all(cafe, TUESDAY) == 4

        assert ran == ["opening", "reviews", "expiry", "notices"]

    def test_finishes_a_day_before_the_next_begins(self):
        """V-23: every missed day, in order."""
        cafe, ran = a_program(), []

        with daily_jobs("test.opening", "test.expiry", ran=ran):
            planned(cafe, TUESDAY - timedelta(days=1))
            planned(cafe, TUESDAY)
            ran_all(cafe, TUESDAY)

        assert ran == [
            ("test.opening", "2026-03-02"),
            ("test.expiry", "2026-03-02"),
            ("test.opening", "2026-03-03"),
            ("test.expiry", "2026-03-03"),
        ]

    def test_waits_behind_a_job_that_fails_and_other_programmes_do_not(self):
        """V-22, T-45."""
        cafe, bakery, ran = a_program(), a_program("bakery"), []

        def opening(*, program, **_told):
            if program.pk == cafe.pk:
                raise ZeroDivisionError

        def expiry(*, program, **_told):
            ran.append(program.slug)

        both = {each.pk: each for each in (cafe, bakery)}
        with (
            a_daily_job(opening, job="test.opening", place=10),
            a_daily_job(expiry, job="test.expiry", place=40),
        ):
            planned(cafe, TUESDAY)
            planned(bakery, TUESDAY)
            run_all_due(programs=both, now=dict.fromkeys(both, TUESDAY), seconds_max=10)

        assert ran == ["bakery"]
        failed = ScheduleRun.objects.get(job="test.opening", program_id=cafe.pk)
        assert (failed.state, failed.tries, failed.lease) == ("waiting", 1, None)
        assert failed.error.startswith("ZeroDivisionError in ")

    def test_does_not_begin_before_midnight(self):
        """V-24, V-61."""
        cafe, ran = a_program(), []

        with daily_jobs("test.expiry", ran=ran):
            planned(cafe, TUESDAY)
            ran_all(cafe, at=datetime(2026, 3, 2, 21, 59, 59, tzinfo=UTC))
            assert ran == []
            ran_all(cafe, at=datetime(2026, 3, 2, 22, 0, tzinfo=UTC))

        assert ran == [("test.expiry", "2026-03-03")]
