"""Planning: what a new day brings, each job and period once, by the programme's own days."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.foundation.units import run as in_a_unit
from loyalty.jobs.models import ScheduleRun
from loyalty.jobs.planning import plan_programs, plan_service, request
from loyalty.outbox.scheduling import forget, scheduled_for_service
from tests.world.jobs import daily_jobs, only_these_jobs, planned, runs_of
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_ours():
    with only_these_jobs():
        yield


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestPlanPrograms:
    def test_begins_with_the_day_that_it_first_sees(self):
        """V-22: a programme has no missed days before it was there."""
        cafe = a_program()

        with daily_jobs("test.expiry", ran=[]):
            assert planned(cafe, utc("2026-03-02 08:00")) == 1
            assert planned(cafe, utc("2026-03-02 21:59")) == 0
            assert planned(cafe, utc("2026-03-02 22:00")) == 1

        assert runs_of("test.expiry") == [("2026-03-02", "waiting"), ("2026-03-03", "waiting")]

    def test_writes_down_each_missed_day_or_only_the_latest(self):
        """V-23."""
        cafe = a_program()

        with (
            daily_jobs("test.expiry", ran=[], missed="each"),
            daily_jobs("test.digest", ran=[], missed="latest"),
        ):
            planned(cafe, utc("2026-03-02 08:00"))
            planned(cafe, utc("2026-03-05 08:00"))

        days = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
        assert [period for period, _ in runs_of("test.expiry")] == days
        assert [period for period, _ in runs_of("test.digest")] == ["2026-03-02", "2026-03-05"]

    def test_knows_weeks_and_months_by_the_programmes_calendar(self):
        """V-24: the week begins on the programme's own day."""
        cafe = a_program(week_starts_on="sat")

        with (
            daily_jobs("test.week", ran=[], every="week"),
            daily_jobs("test.month", ran=[], every="month"),
        ):
            planned(cafe, utc("2026-02-25 08:00"))
            planned(cafe, utc("2026-03-10 08:00"))

        assert [period for period, _ in runs_of("test.week")] == ["2026-02-28", "2026-03-07"]
        assert [period for period, _ in runs_of("test.month")] == ["2026-03-01"]

    @pytest.mark.parametrize(
        ("zone", "day", "begins"),
        [
            ("Europe/Kyiv", "2026-03-29", "2026-03-28 22:00"),  # 23 hours long
            ("Europe/Kyiv", "2026-03-30", "2026-03-29 21:00"),
            ("Europe/Kyiv", "2026-10-25", "2026-10-24 21:00"),  # 25 hours long
            ("Europe/Kyiv", "2026-10-26", "2026-10-25 22:00"),
            ("Asia/Tehran", "2026-03-21", "2026-03-20 20:30"),
            ("Asia/Tehran", "2022-03-22", "2022-03-21 20:30"),  # 00:00 did not exist: 01:00 +04:30
            ("Asia/Tehran", "2021-09-22", "2021-09-21 20:30"),
            ("Europe/Kyiv", "2028-02-29", "2028-02-28 22:00"),
        ],
    )
    def test_lets_a_day_begin_at_its_first_instant(self, zone, day, begins):
        """V-24, V-61: clock changes in Kyiv and Tehran, 29 February."""
        cafe = a_program(zone=zone)
        start = utc(begins)

        with daily_jobs("test.expiry", ran=[]):
            planned(cafe, start - timedelta(hours=12))
            assert planned(cafe, start - timedelta(seconds=1)) == 0
            assert planned(cafe, start) == 1

        last = ScheduleRun.objects.order_by("due_at").last()
        assert (last.period, last.due_at) == (day, start)

    def test_does_nothing_a_second_before(self):
        """V-61: one second before and at the boundary."""
        cafe = a_program()

        with daily_jobs("test.expiry", ran=[]):
            planned(cafe, utc("2026-03-28 12:00"))
            assert planned(cafe, utc("2026-03-28 21:59:59")) == 0
            assert planned(cafe, utc("2026-03-28 22:00:00")) == 1

    def test_survives_a_clock_that_goes_back_an_hour(self):
        """V-61: nothing is planned twice, nothing is unplanned."""
        cafe = a_program()

        with daily_jobs("test.expiry", ran=[]):
            planned(cafe, utc("2026-03-02 22:10"))
            assert planned(cafe, utc("2026-03-02 21:10")) == 0
            assert planned(cafe, utc("2026-03-02 22:20")) == 0

        assert [period for period, _ in runs_of("test.expiry")] == ["2026-03-03"]

    @pytest.mark.parametrize("size", [1, 20])
    def test_asks_the_database_twice_when_nothing_is_new(self, size):
        """V-21: a tick every 15 s costs nothing to speak of."""
        at = utc("2026-03-02 08:00")
        cafes = [a_program(f"cafe-{n}") for n in range(size)]
        now = {cafe.pk: at for cafe in cafes}

        with daily_jobs("test.expiry", ran=[]):
            plan_programs(programs=cafes, now=now)
            with CaptureQueriesContext(connection) as queries:
                plan_programs(programs=cafes, now=now)

        assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 1


class TestPlanService:
    def test_writes_down_the_latest_day_and_hour(self):
        """V-23: of missed ones only the latest, in UTC."""
        scheduled_for_service(job="test.prune", every="hour")(lambda **_told: None)
        scheduled_for_service(job="test.verify", every="day")(lambda **_told: None)

        for at in ("2026-03-02 08:10", "2026-03-02 08:50", "2026-03-02 23:10", "2026-03-03 01:00"):
            plan_service(at=utc(at))
        forget("test.prune")
        forget("test.verify")

        assert [period for period, _ in runs_of("test.prune")] == [
            "2026-03-02T08",
            "2026-03-02T23",
            "2026-03-03T01",
        ]
        assert [period for period, _ in runs_of("test.verify")] == ["2026-03-02", "2026-03-03"]


class TestRequest:
    def test_counts_once_per_period(self):
        """V-9, V-22: job_runs_once_per_period."""
        cafe = a_program()
        at = utc("2026-03-02 08:00")

        for argument in ({"revision": 1}, {"revision": 2}):
            in_a_unit(
                lambda argument=argument: request(
                    program_id=cafe.pk, job="test.remap", period="rev-1", argument=argument, at=at
                )
            )

        assert list(ScheduleRun.objects.values_list("period", "argument")) == [
            ("rev-1", {"revision": 1})
        ]
