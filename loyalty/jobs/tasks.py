"""Tasks of jobs: the metronome's only one; the sweeper beside every worker; and what the service does for itself."""

from datetime import datetime
from typing import Any

from celery import shared_task, signals

from loyalty.access.approvals import proposing
from loyalty.access.staff import signing_in
from loyalty.foundation.wire import idempotency
from loyalty.jobs import gauges, handling
from loyalty.jobs.nightly import verifying
from loyalty.jobs.sweeping import Sweeper
from loyalty.jobs.ticking import tick
from loyalty.outbox import keeping
from loyalty.outbox.scheduling import each_tick, falls_due, scheduled_for_service
from loyalty.programs.models import Program

__all__ = ["gauges"]  # imported for what it registers

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


@scheduled_for_service(job="outbox.prune", every="hour")
def prune_the_outbox(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Delivered facts go after 7 days, facts after 30, 5,000 at a time (V-17)."""
    return period if keeping.prune(at=at) else None


@scheduled_for_service(job="jobs.prune")
def prune_runs(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Runs that were done go after 90 days."""
    return period if handling.prune(at=at) else None


@scheduled_for_service(job="idempotency.prune", every="hour")
def forget_answers(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Answers kept for repeated keys go after 7 days, 5,000 at a time (V-8)."""
    return period if idempotency.prune.step(at=at) else None


@scheduled_for_service(job="access.prune", every="hour")
def forget_wrong_sign_ins(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Wrong sign-ins go once no limit looks at them any more (S-36)."""
    signing_in.prune_attempts.step(at=at)
    return None


@falls_due(name="approvals.lapse", earliest=proposing.earliest_lapse)
def close_what_nobody_decided(*, program: Program, at: datetime) -> bool:
    """Proposals lapse after seven days (S-27)."""
    proposing.lapse.step(program=program, at=at)
    return False


@each_tick(name="jobs.verify")
def verify_at_night(*, at: datetime) -> int:
    """Each programme is proved every night (V-38)."""
    return verifying.verify_some(at=at)
