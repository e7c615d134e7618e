"""Tasks of jobs: the metronome's only one; and the sweeper, which lives beside every worker."""

from typing import Any

from celery import shared_task, signals

from loyalty.jobs.sweeping import Sweeper
from loyalty.jobs.ticking import tick

_sweepers: list[Sweeper] = []


@shared_task(
    name="loyalty.outbox.tick", acks_late=True, reject_on_worker_lost=True, ignore_result=True
)
def do_what_is_due(**_future: object) -> None:
    """Tick. Doubled or lost it costs nothing: the next one does the same."""
    tick(got_a_task=True)


@signals.worker_ready.connect
def start_sweeping(**_signal: Any) -> None:
    """In the worker's parent process, whatever its pool."""
    sweeper = Sweeper()
    _sweepers[:] = [sweeper]
    sweeper.start()


@signals.task_received.connect
def note_a_task(**_signal: Any) -> None:
    """The broker reaches us."""
    for sweeper in _sweepers:
        sweeper.heard()


@signals.worker_shutdown.connect
def stop_sweeping(**_signal: Any) -> None:
    """No new sweep; leases and lanes are given back by what is under way."""
    for sweeper in _sweepers:
        sweeper.stop()
