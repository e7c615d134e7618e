"""Delivering: batches of facts to those who react later, inside the database exactly once (V-12 to V-14)."""

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from loyalty.foundation import metrics
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Unavailable
from loyalty.foundation.units import unit_of_work
from loyalty.outbox.claiming import (
    BATCH_MAX,
    Claimed,
    Lanes,
    claim,
    lanes_due,
    lock_lanes,
    mark_delivered,
)
from loyalty.outbox.facts import fact_of
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import FactDelivery
from loyalty.outbox.putting_off import put_off
from loyalty.outbox.receiving import Receiver, receiver_named, receivers_later

BATCHES_PER_RUN_MAX: Final = (
    400  # a run ends well within a task's 90 s and lets others have the thread
)
FAILURES_IN_A_ROW_MAX: Final = (
    10  # then the receiver itself is broken, not one fact: let the lane rest
)
REST_SECONDS: Final = 30.0
IDLE_ROUNDS_MAX: Final = 1_000  # receivers that answer each other for ever are a mistake of ours
BUSY_SECONDS_MAX: Final = 60.0

log = structlog.get_logger(__name__)
_resting: dict[tuple[str, int], float] = {}


class BatchFailed(Exception):
    """A batch of this size did not go through; nothing of it stays."""

    def __init__(self, *, size: int) -> None:
        super().__init__(f"a batch of {size} failed")
        self.size = size


def deliver_due(*, at: datetime, batches_max: int = BATCHES_PER_RUN_MAX) -> int:
    """Hand out what is due by now, lanes in no particular order; answers how many facts were handed out."""
    delivered, batches = 0, 0
    lanes = lanes_due(receivers=_names(), at=at)
    random.shuffle(lanes)
    for each in lanes:
        awake = _awake(each)
        if batches >= batches_max:
            break
        if not awake.numbers:
            continue
        count, used = deliver_lanes(lanes=awake, at=at, batches_max=batches_max - batches)
        delivered += count
        batches += used
    return delivered


def deliver_overdue(*, at: datetime, by: timedelta) -> int:
    """Hand out everything in lanes where a fact has waited too long; answers how many facts."""
    lanes = lanes_due(receivers=_names(), at=at - by)
    return sum(deliver_lanes(lanes=each, at=at)[0] for each in lanes)


def deliver_until_idle(*, program_id: Id | None = None) -> int:
    """Deliver until nothing is due, whatever reactions announce on the way; waits for lanes that others hold.

    What fails is put off as always and not waited for. Answers how many facts were delivered by us.
    """
    total = 0
    give_up_at = time.monotonic() + BUSY_SECONDS_MAX
    for _round in range(IDLE_ROUNDS_MAX):
        at = timezone.now()
        lanes = lanes_due(receivers=_names(), at=at, program_id=program_id)
        if not lanes:
            return total
        moved = sum(deliver_lanes(lanes=each, at=at, program_id=program_id)[0] for each in lanes)
        total += moved
        if not moved and not _is_something_left(at=at, program_id=program_id):
            return total
        if not moved:
            if time.monotonic() > give_up_at:
                raise Unavailable
            time.sleep(0.01)
    raise AssertionError("receivers keep answering each other")


def deliver_lanes(
    *,
    lanes: Lanes,
    at: datetime,
    batches_max: int = BATCHES_PER_RUN_MAX,
    program_id: Id | None = None,
) -> tuple[int, int]:
    """Deliver some lanes; a batch that fails is halved until the bad fact stands alone and is put off.

    Answers how many facts were delivered, and how many batches it took.
    """
    size, delivered, failures = BATCH_MAX, 0, 0
    for batch in range(1, batches_max + 1):
        try:
            if size == 1:
                count, failed = deliver_alone(lanes=lanes, at=at, program_id=program_id)
                failures = failures + failed if failed else 0
            else:
                count = deliver_batch(lanes=lanes, at=at, size_max=size, program_id=program_id)
                failed, failures = 0, 0
        except BatchFailed as failure:
            size = max(1, failure.size // 2)
            continue
        except Unavailable:
            if size == 1:
                raise
            size = max(1, size // 2)
            continue
        delivered += count
        if count < size and not failed:
            return delivered, batch  # fewer than asked for: nothing else is due here
        if failures >= FAILURES_IN_A_ROW_MAX:
            rested_at = time.monotonic() + REST_SECONDS
            _resting.update({(lanes.receiver, number): rested_at for number in lanes.numbers})
            return delivered, batch
        size = min(size * 2, BATCH_MAX)
    return delivered, batches_max


@unit_of_work
def deliver_batch(
    *, lanes: Lanes, at: datetime, size_max: int, program_id: Id | None = None
) -> int:
    """One batch in one transaction with its marks; none if other workers hold the lanes.

    Raises BatchFailed, with everything undone, if the receiver does.
    """
    claimed = _claim_what_is_free(lanes=lanes, at=at, size_max=size_max, program_id=program_id)
    if not claimed:
        return 0
    started = time.monotonic()
    try:
        _hand_over(lanes, claimed)
    except (OperationalError, InterfaceError):
        raise  # the unit knows which of these are worth another try
    except Exception as error:
        raise BatchFailed(size=len(claimed)) from error
    mark_delivered(claimed)
    _count(lanes, claimed, started)
    return len(claimed)


@unit_of_work
def deliver_alone(*, lanes: Lanes, at: datetime, program_id: Id | None = None) -> tuple[int, int]:
    """The oldest fact of these lanes by itself; if it fails, its failure is kept in the same transaction.

    Answers (1, 0) if it was delivered, (0, 1) if it was put off or parked, (0, 0) if there was none.
    """
    claimed = _claim_what_is_free(lanes=lanes, at=at, size_max=1, program_id=program_id)
    if not claimed:
        return 0, 0
    started = time.monotonic()
    try:
        with transaction.atomic():
            _hand_over(lanes, claimed)
    except Exception as error:  # noqa: BLE001 (whatever a receiver raises: this fact waits, others go on)
        put_off(delivery_id=claimed[0].delivery_id, at=at, error=error)
        return 0, 1
    mark_delivered(claimed)
    _count(lanes, claimed, started)
    return 1, 0


def waiting_for(receiver: str) -> int:
    """How many facts wait for this receiver, also one that this release does not know."""
    return FactDelivery.objects.filter(receiver=receiver, state=DeliveryState.WAITING).count()


def _awake(lanes: Lanes) -> Lanes:
    """Those of these lanes whose receiver was not broken a moment ago."""
    now = time.monotonic()
    numbers = (each for each in lanes.numbers if _resting.get((lanes.receiver, each), 0.0) <= now)
    return Lanes(receiver=lanes.receiver, numbers=tuple(numbers))


def _claim_what_is_free(
    *, lanes: Lanes, at: datetime, size_max: int, program_id: Id | None
) -> Sequence[Claimed]:
    free = lock_lanes(lanes)
    if not free.numbers:
        return []
    return claim(lanes=free, at=at, size_max=size_max, program_id=program_id)


def _hand_over(lanes: Lanes, claimed: Sequence[Claimed]) -> None:
    receiver = receiver_named(lanes.receiver)
    assert receiver, f"no receiver is called {lanes.receiver}"
    facts = _as_it_takes_them(receiver, claimed)
    first = claimed[0].told  # what the reaction announces belongs to the same story
    with bound_contextvars(
        receiver=lanes.receiver, request_id=first.request_id, trace_id=first.trace_id
    ):
        receiver.receive(facts)


def _as_it_takes_them(receiver: Receiver, claimed: Sequence[Claimed]) -> Sequence[Any]:
    if receiver.takes_bodies:
        return [each.told for each in claimed]
    return [fact_of(each.told) for each in claimed]


def _count(lanes: Lanes, claimed: Sequence[Claimed], started: float) -> None:
    seconds = time.monotonic() - started
    first = claimed[0].told
    log.info(
        "facts delivered",
        receiver=lanes.receiver,
        count=len(claimed),
        ms=round(seconds * 1000, 1),
        request_id=first.request_id,
        trace_id=first.trace_id,
    )
    metrics.FACTS_DELIVERED.labels(receiver=lanes.receiver).inc(len(claimed))
    metrics.BATCH_SECONDS.labels(receiver=lanes.receiver).observe(seconds)


def _names() -> list[str]:
    return [receiver.name for receiver in receivers_later()]


def _is_something_left(*, at: datetime, program_id: Id | None) -> bool:
    """Whether somebody else holds due facts; those behind one that was put off do not count."""
    left = lanes_due(receivers=_names(), at=at, program_id=program_id)
    return any(_has_claimable(lanes=each, at=at, program_id=program_id) for each in left)


@unit_of_work
def _has_claimable(*, lanes: Lanes, at: datetime, program_id: Id | None) -> bool:
    return bool(claim(lanes=lanes, at=at, size_max=1, program_id=program_id))
