"""Handling: runs that were given up, and runs that are old."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.foundation.units import run
from loyalty.jobs.handling import prune, skip, try_again
from loyalty.jobs.kinds import RunState
from loyalty.jobs.models import PlannedUntil, ScheduleRun
from loyalty.outbox.putting_off import NoteMissing, NotParked
from tests.world.outbox import CAFE

pytestmark = pytest.mark.django_db


def a_run(state=RunState.PARKED, period="2026-03-02", **how):
    return ScheduleRun.objects.create(
        program_id=CAFE, job="test.expiry", period=period, queue="day", due_at=timezone.now(),
        state=state, cursor="7", tries=30, error="x", **how,
    )  # fmt: skip


class TestAParkedRun:
    def test_goes_on_at_its_cursor_when_tried_again(self):
        """V-22."""
        parked = a_run()

        try_again(run_ids=[parked.pk])

        parked.refresh_from_db()
        assert (parked.state, parked.cursor, parked.tries) == (RunState.WAITING, "7", 0)

    def test_is_skipped_with_a_note_only(self):
        """V-22: run_is_skipped_with_a_note."""
        parked = a_run()

        with pytest.raises(NoteMissing):
            skip(run_ids=[parked.pk], note="", at=timezone.now())
        parked.refresh_from_db()
        assert parked.state == RunState.PARKED

        skip(run_ids=[parked.pk], note="the job is gone", at=timezone.now())
        parked.refresh_from_db()
        assert (parked.state, parked.note) == (RunState.SKIPPED, "the job is gone")

    def test_all_or_none(self):
        """V-22."""
        parked, waiting = a_run(), a_run(RunState.WAITING, "2026-03-03")

        for refused in (
            lambda: try_again(run_ids=[parked.pk, waiting.pk]),
            lambda: skip(run_ids=[parked.pk, waiting.pk], note="x", at=timezone.now()),
        ):
            with pytest.raises(NotParked):
                refused()

        parked.refresh_from_db()
        assert parked.state == RunState.PARKED


def test_old_runs_are_pruned():
    """V-22: after 90 days; what waits stays."""
    now = timezone.now()
    a_run(RunState.DONE, "1", finished_at=now - timedelta(days=91))
    a_run(RunState.DONE, "2", finished_at=now - timedelta(days=89))
    a_run(RunState.WAITING, "3")

    assert run(lambda: prune(at=now)) == 1
    assert list(ScheduleRun.objects.order_by("period").values_list("period", flat=True)) == [
        "2",
        "3",
    ]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "lost"}, "run_has_a_known_state"),
        ({"state": "skipped"}, "run_is_skipped_with_a_note"),
    ],
)
def test_the_database_refuses(change, constraint):
    """V-3."""
    a_run()

    with pytest.raises(Exception, match=constraint):
        ScheduleRun.objects.update(**change)


def test_the_database_runs_a_job_once_per_period_also_without_a_programme():
    """V-9, V-22: job_runs_once_per_period."""
    service = {"job": "test.prune", "period": "1", "queue": "service", "due_at": timezone.now()}
    ScheduleRun.objects.create(**service)

    with pytest.raises(Exception, match="job_runs_once_per_period"):
        ScheduleRun.objects.create(**service)


def test_the_database_plans_a_programme_once():
    """V-22: programme_is_planned_once."""
    PlannedUntil.objects.create(program_id=None, day="2026-03-02")

    with pytest.raises(Exception, match="programme_is_planned_once"):
        PlannedUntil.objects.create(program_id=None, day="2026-03-03")
