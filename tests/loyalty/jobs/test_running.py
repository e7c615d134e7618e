"""Running: in order, in chunks, each period once, whoever dies in between."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run as in_a_unit
from loyalty.jobs.models import ScheduleRun
from loyalty.jobs.planning import request
from loyalty.jobs.running import heads, note_failure, run_chunk, take
from loyalty.outbox.scheduling import forget, runs_on_request
from tests.world.jobs import a_daily_job, daily_jobs, only_these_jobs, planned, ran_all, runs_of
from tests.world.outbox import a_cup, announced, facts_told
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_ours():
    with only_these_jobs():
        yield


def impatient():
    ScheduleRun.objects.update(try_at=None)


class TestARun:
    def counting(self, chunks, seen):
        def chunk(*, cursor, **_told):
            seen.append(cursor)
            number = int(cursor or 0) + 1
            announced.step([a_cup(number)])
            return str(number) if number < chunks else None

        return chunk

    def test_goes_on_at_its_cursor(self):
        """V-22: chunk after chunk, each with its cursor in the same transaction."""
        cafe, seen = a_program(), []

        with a_daily_job(self.counting(3, seen), job="test.expiry"):
            planned(cafe, TUESDAY)
            assert ran_all(cafe, TUESDAY) == 1
            assert ran_all(cafe, TUESDAY) == 0

        assert seen == [None, "1", "2"]
        done = ScheduleRun.objects.get()
        assert (done.state, done.chunks, done.lease) == ("done", 3, None)

    @pytest.mark.parametrize("broken_at", [1, 2, 3, 4])
    def test_resumes_where_it_broke_and_repeats_nothing(self, broken_at):
        """V-22, V-60: broken at every chunk's edge."""
        cafe, seen, broken = a_program(), [], []
        work = self.counting(4, seen)

        def breaking(**told):
            following = work(**told)
            if len(seen) == broken_at and not broken:
                broken.append(True)
                raise ZeroDivisionError
            return following

        with a_daily_job(breaking, job="test.expiry"):
            planned(cafe, TUESDAY)
            ran_all(cafe, TUESDAY)
            assert facts_told() == ["test.cup_served"] * (broken_at - 1)
            impatient()
            ran_all(cafe, TUESDAY)

        assert facts_told() == ["test.cup_served"] * 4
        assert runs_of("test.expiry") == [("2026-03-03", "done")]

    def test_whose_worker_died_is_taken_over_when_its_lease_is_over(self):
        """V-22: lease of 5 minutes."""
        cafe, seen = a_program(), []

        with a_daily_job(self.counting(3, seen), job="test.expiry"):
            planned(cafe, TUESDAY)
            (head,) = heads()
            real, dead = timezone.now(), new_id()
            take(run_id=head.run_id, lease=dead, at=real - timedelta(minutes=4, seconds=59))
            run_chunk(
                run_id=head.run_id,
                lease=dead,
                program=cafe,
                at=TUESDAY,
                real=real - timedelta(minutes=4),
            )
            assert ran_all(cafe, TUESDAY) == 0

            ScheduleRun.objects.update(lease_until=real)
            assert ran_all(cafe, TUESDAY) == 1

            # The dead one was only slow: it finds its lease gone and changes nothing.
            assert run_chunk(
                run_id=head.run_id, lease=dead, program=cafe, at=TUESDAY, real=real
            ) == ("", True)

        assert seen == [None, "1", "2"]

    def test_leaves_the_rest_to_the_next_tick_when_the_time_is_up(self):
        """V-22."""
        cafe, seen = a_program(), []

        def slow(**told):
            time.sleep(0.03)
            return self.counting(5, seen)(**told)

        with a_daily_job(slow, job="test.expiry"):
            planned(cafe, TUESDAY)
            assert ran_all(cafe, TUESDAY, seconds_max=0.02) == 0
            assert seen == [None]
            assert ScheduleRun.objects.get().lease is None
            assert ran_all(cafe, TUESDAY) == 1

    def test_of_a_job_that_nobody_knows_is_parked_after_an_hour(self):
        """V-23: alarm; an old worker meets new names while a release rolls out."""
        cafe = a_program()
        with daily_jobs("test.gone", ran=[]):
            planned(cafe, TUESDAY)

        ran_all(cafe, TUESDAY)
        assert runs_of("test.gone") == [("2026-03-03", "waiting")]
        ScheduleRun.objects.update(failing_since=timezone.now() - timedelta(hours=1), try_at=None)
        ran_all(cafe, TUESDAY)

        assert runs_of("test.gone") == [("2026-03-03", "parked")]
        assert ScheduleRun.objects.get().error.startswith("UnknownJob in ")

    def test_that_fails_for_a_day_is_parked_and_lets_the_others_pass(self):
        """V-22, V-14: the same patience as with facts."""
        cafe, ran = a_program(), []

        def fail(**_told):
            raise ZeroDivisionError

        with a_daily_job(fail, job="test.opening", place=10), daily_jobs("test.expiry", ran=ran):
            ScheduleRun.objects.all()
            planned(cafe, TUESDAY)
            ScheduleRun.objects.filter(job="test.expiry").update(place=40)
            ran_all(cafe, TUESDAY)
            assert ran == []
            ScheduleRun.objects.filter(job="test.opening").update(
                failing_since=timezone.now() - timedelta(hours=24), try_at=None
            )
            ran_all(cafe, TUESDAY)

        assert runs_of("test.opening") == [("2026-03-03", "parked")]
        assert ran == [("test.expiry", "2026-03-03")]

    def test_of_a_lost_lease_cannot_be_put_off(self):
        """V-22."""
        cafe = a_program()
        with daily_jobs("test.expiry", ran=[]):
            planned(cafe, TUESDAY)

        note_failure(
            run_id=heads()[0].run_id, lease=new_id(), error=ValueError(), at=timezone.now()
        )

        assert ScheduleRun.objects.get().tries == 0


def test_a_requested_job_runs_in_a_line_of_its_own():
    """V-22, T-42: the midnight order does not hold it up, nor it the midnight order."""
    cafe, ran = a_program(), []

    def fail(**_told):
        raise ZeroDivisionError

    def remap(*, argument, **_told):
        ran.append(argument)

    runs_on_request(job="test.remap")(remap)
    with a_daily_job(fail, job="test.opening"):
        planned(cafe, TUESDAY)
        in_a_unit(
            lambda: request(
                program_id=cafe.pk,
                job="test.remap",
                period="1",
                argument={"revision": 7},
                at=TUESDAY,
            )
        )
        ran_all(cafe, TUESDAY)
    forget("test.remap")

    assert ran == [{"revision": 7}]
