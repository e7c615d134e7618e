"""Eight ticks at once: each (job, period) once (V-60)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from loyalty.jobs import running, travelling
from loyalty.jobs.models import ScheduleRun
from loyalty.jobs.ticking import tick
from loyalty.jobs.travelling import advance
from loyalty.programs.models import Program
from tests.world.jobs import a_daily_job, only_these_jobs, planned
from tests.world.programs import a_program
from tests.world.racing import at_once, meet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_ours():
    with only_these_jobs():
        yield


class Working:
    """A job in three chunks that writes down each; slowly: it waits for somebody to collide with."""

    def __init__(self, ran, name, *, slowly=False):
        self.ran, self.name, self.slowly = ran, name, slowly

    def __call__(self, *, program, day, cursor, at):
        number = int(cursor or 0) + 1
        self.ran.append((program.slug, self.name, number))
        if self.slowly:
            meet()
        return str(number) if number < 3 else None


def test_eight_ticks_do_each_job_and_period_once_and_in_order():
    """V-21, V-60: job_runs_once_per_period."""
    a_program("corner-cafe")
    a_program("bakery")
    ran = []

    with (
        a_daily_job(Working(ran, "opening"), job="test.opening", place=10),
        a_daily_job(Working(ran, "expiry"), job="test.expiry", place=40),
    ):
        at_once(*[tick] * 8)
        tick()

    for slug in ("corner-cafe", "bakery"):
        assert [(name, number) for whose, name, number in ran if whose == slug] == [
            ("opening", 1),
            ("opening", 2),
            ("opening", 3),
            ("expiry", 1),
            ("expiry", 2),
            ("expiry", 3),
        ]
    assert set(ScheduleRun.objects.values_list("state", flat=True)) == {"done"}
    assert ScheduleRun.objects.count() == 4


def test_two_workers_do_the_same_chunk_when_there_is_no_lease(monkeypatch):
    """Control: the race is real once lease and lock are taken away."""
    cafe, ran = a_program(), []
    monkeypatch.setattr(running, "take", lambda **_told: True)
    monkeypatch.setattr(running, "_mine", lambda run_id, lease: ScheduleRun.objects.get(pk=run_id))

    def one_tick():
        running.run_all_due(programs={cafe.pk: cafe}, now={cafe.pk: timezone.now()}, seconds_max=5)

    work = Working(ran, "expiry", slowly=True)
    with a_daily_job(work, job="test.expiry"):
        planned(cafe, timezone.now())
        at_once(one_tick, one_tick)

    assert ran[:2] == [("corner-cafe", "expiry", 1), ("corner-cafe", "expiry", 1)]


def test_one_journey_of_a_clock_at_a_time():
    """V-25: the other is told to wait, and the days on the way are run once."""
    cafe, ran = a_program(test=True), []
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    Program.objects.filter(pk=cafe.pk).update(test_now=start)

    def journey():
        advance(program=Program.objects.get(pk=cafe.pk), to=start + timedelta(days=3))

    meeting = Working(ran, "expiry", slowly=True)
    with a_daily_job(meeting, job="test.expiry"):
        outcomes = at_once(journey, journey)

    assert sorted(outcomes) == ["clock_is_moving", "done"]
    assert [number for _slug, _name, number in ran] == [1, 2, 3] * 4
    assert Program.objects.get(pk=cafe.pk).test_now == start + timedelta(days=3)


def test_two_journeys_collide_when_there_is_no_lease(monkeypatch):
    """Control: both are under way at once, and only the runs' own locks stand between them."""
    cafe = a_program(test=True)
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    Program.objects.filter(pk=cafe.pk).update(test_now=start)
    under_way = []

    def both_depart(**_told):
        meet()
        under_way.append(True)
        return True

    monkeypatch.setattr(travelling, "depart", both_depart)
    at_once(
        *[lambda: advance(program=Program.objects.get(pk=cafe.pk), to=start + timedelta(days=1))]
        * 2
    )

    assert under_way == [True, True]
