"""Travelling: a test programme's clock moves forward, and what falls due on the way is done on the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from loyalty.foundation.ids import new_id
from loyalty.jobs.models import Journey, ScheduleRun
from loyalty.jobs.refusals import (
    ClockHeldUp,
    ClockIsMoving,
    ClockOnlyForward,
    ClockTooFar,
    NotATestProgram,
)
from loyalty.jobs.travelling import advance, aim
from loyalty.outbox.scheduling import falls_due
from loyalty.programs.clock import now_of
from tests.loyalty.jobs.test_ticking import Kettle
from tests.world.jobs import (
    START,
    a_daily_job,
    a_travelling_program,
    daily_jobs,
    only_these_jobs,
)
from tests.world.outbox import a_cup, a_job, announced, receiving_later, states_of
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_ours():
    with only_these_jobs():
        yield


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestAdvance:
    def test_runs_every_day_on_the_way_at_its_own_midnight(self):
        """V-25, V-61: Kyiv loses an hour on 29 March."""
        cafe, seen = a_travelling_program(), []

        def note(*, day, at, **_told):
            seen.append((day.isoformat(), at.isoformat()))

        with a_daily_job(note, job="test.expiry"):
            advance(program=cafe, to=utc("2026-03-30 00:00"))

        assert seen == [
            ("2026-03-27", "2026-03-27T08:00:00+00:00"),
            ("2026-03-28", "2026-03-27T22:00:00+00:00"),
            ("2026-03-29", "2026-03-28T22:00:00+00:00"),
            ("2026-03-30", "2026-03-29T21:00:00+00:00"),
        ]
        cafe.refresh_from_db()
        assert now_of(cafe) == utc("2026-03-30 00:00")

    def test_stops_at_instants_that_rows_name_in_time_order(self):
        """V-25: points that open, holds that end; each at its own instant."""
        cafe, ran = a_travelling_program(), []
        noon, night = utc("2026-03-27 12:00"), utc("2026-03-28 01:30")
        kettle = Kettle(night, noon, program=cafe)

        with (
            daily_jobs("test.expiry", ran=ran),
            a_job(falls_due, kettle.work, name="test.kettle", earliest=kettle.earliest),
        ):
            advance(program=cafe, to=utc("2026-03-28 02:00"))

        assert kettle.done == [(noon, noon), (night, night)]
        assert ran == [("test.expiry", "2026-03-27"), ("test.expiry", "2026-03-28")]

    def test_delivers_the_outbox_before_it_answers(self):
        """V-25: also what the way itself announced."""
        cafe = a_travelling_program()

        def tell(*, program, day, **_told):
            announced.step([a_cup(day.day, program_id=program.pk)])

        with receiving_later() as handed, a_daily_job(tell, job="test.expiry"):
            advance(program=cafe, to=utc("2026-03-28 08:00"))

        assert [fact.number for batch in handed for fact in batch] == [27, 28]
        assert states_of() == {"delivered": 2}

    def test_does_in_one_leap_what_small_steps_do(self):
        """V-25: the same rows, the same order."""
        leap, walk = a_travelling_program(), a_travelling_program(slug="bakery")
        ran = []

        with daily_jobs("test.opening", "test.expiry", ran=ran):
            advance(program=leap, to=START + timedelta(days=5))
            at_once, ran[:] = list(ran), []
            for hour in range(7, 121, 7):
                advance(program=walk, to=START + timedelta(hours=hour))
            advance(program=walk, to=START + timedelta(days=5))

        assert ran == at_once
        assert len(ran) == 12

    def test_to_where_it_stands_changes_nothing(self):
        """V-25."""
        cafe, ran = a_travelling_program(), []

        with daily_jobs("test.expiry", ran=ran):
            advance(program=cafe, to=START)
            advance(program=cafe, to=START)

        assert len(ran) == 1
        assert now_of(cafe) == START

    def test_stands_where_a_job_failed_and_goes_on_from_there(self):
        """V-25: nothing is lost."""
        cafe, ran, broken = a_travelling_program(), [], [True]

        def fail_on_the_28th(*, day, **_told):
            if day.day == 28 and broken:
                raise ZeroDivisionError
            ran.append(day.day)

        with a_daily_job(fail_on_the_28th, job="test.expiry"):
            with pytest.raises(ClockHeldUp) as refusal:
                advance(program=cafe, to=utc("2026-03-29 08:00"))
            cafe.refresh_from_db()
            stood_at = now_of(cafe)
            broken.clear()
            advance(program=cafe, to=utc("2026-03-29 08:00"))

        assert refusal.value.plain_values() == {
            "job": "test.expiry",
            "now": "2026-03-28T00:00:00+02:00",
        }
        assert stood_at == utc("2026-03-27 22:00")
        assert ran == [27, 28, 29]
        assert Journey.objects.count() == 0

    def test_is_refused_while_another_journey_is_under_way(self):
        """V-25: one at a time."""
        cafe = a_travelling_program()
        later = timezone.now() + timedelta(seconds=30)
        Journey.objects.create(program_id=cafe.pk, lease=new_id(), lease_until=later)

        with pytest.raises(ClockIsMoving):
            advance(program=cafe, to=START + timedelta(days=1))

        cafe.refresh_from_db()
        assert cafe.test_now == START
        assert ScheduleRun.objects.count() == 0

    def test_takes_over_a_journey_whose_process_died(self):
        """V-25."""
        cafe, ran = a_travelling_program(), []
        over = timezone.now() - timedelta(seconds=1)
        Journey.objects.create(program_id=cafe.pk, lease=new_id(), lease_until=over)

        with daily_jobs("test.expiry", ran=ran):
            advance(program=cafe, to=utc("2026-03-28 08:00"))

        assert len(ran) == 2


class TestAim:
    def test_refuses_a_live_programme(self):
        """V-25: program_live_has_no_clock_of_its_own."""
        with pytest.raises(NotATestProgram):
            aim(program=a_program(), to=START + timedelta(days=1))

    def test_refuses_the_past(self):
        """V-25: forward only."""
        with pytest.raises(ClockOnlyForward):
            aim(program=a_travelling_program(), to=START - timedelta(seconds=1))

    def test_refuses_more_than_ten_years(self):
        """V-25."""
        with pytest.raises(ClockTooFar):
            aim(program=a_travelling_program(), to=START + timedelta(days=3701))
