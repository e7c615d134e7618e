"""Eight ticks at once: each (job, period) once (V-60)."""

import threading
from contextlib import suppress

import pytest
from django.utils import timezone

from loyalty.jobs import running
from loyalty.jobs.models import ScheduleRun
from loyalty.jobs.ticking import tick
from tests.world.jobs import a_daily_job, only_these_jobs, planned
from tests.world.programs import a_program
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_ours():
    with only_these_jobs():
        yield


class Working:
    """A job in three chunks that writes down each, and waits a little for somebody to collide with."""

    def __init__(self, ran, name, *, meet=None):
        self.ran, self.name, self.meet = ran, name, meet

    def __call__(self, *, program, day, cursor, at):
        number = int(cursor or 0) + 1
        self.ran.append((program.slug, self.name, number))
        if self.meet:
            with suppress(threading.BrokenBarrierError):
                self.meet.wait(timeout=1)
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

    work = Working(ran, "expiry", meet=threading.Barrier(2))
    with a_daily_job(work, job="test.expiry"):
        planned(cafe, timezone.now())
        at_once(one_tick, one_tick)

    assert ran[:2] == [("corner-cafe", "expiry", 1), ("corner-cafe", "expiry", 1)]
