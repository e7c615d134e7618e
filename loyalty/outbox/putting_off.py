"""Putting off: what fails waits, longer each time, and is parked after a day; staff try again or skip (V-14)."""

import logging
import random
import traceback
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

import structlog
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import FactDelivery

PAUSE_MAX_SECONDS: Final = 15 * 60
SPREAD: Final = 0.2
PARKED_AFTER: Final = timedelta(hours=24)
_DOUBLINGS_MAX: Final = (
    10  # 2 ** 10 s is beyond the bound already; larger powers overflow timedelta
)

log = structlog.get_logger(__name__)


class NotParked(DomainError):
    """Only what is parked can be tried again or skipped by hand; everything else moves by itself."""

    code = "not_parked"
    kind = Kind.CONFLICT
    title = _("Not parked")
    detail = _("This is not parked any more, or never was.")


class NoteMissing(DomainError):
    """Who skips something says why, for those who look for it later (delivery_is_skipped_with_a_note)."""

    code = "note_missing"
    kind = Kind.REFUSED
    title = _("A note is missing")
    detail = _("Say in a note why this is skipped.")


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … s, at most 15 min, give or take a fifth."""
    seconds = min(2 ** min(tries - 1, _DOUBLINGS_MAX), PAUSE_MAX_SECONDS)
    return timedelta(seconds=seconds * random.uniform(1 - SPREAD, 1 + SPREAD))  # noqa: S311 (jitter)


def is_time_to_park(*, failing_since: datetime, at: datetime) -> bool:
    """Whether this has failed for a whole day."""
    return at - failing_since >= PARKED_AFTER


def place_of(error: BaseException) -> str:
    """What went wrong and where, without the message: it may quote a row, and so a person (S-61)."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    where = "/".join(PurePath(last.filename).parts[-3:])
    return f"{type(error).__name__} in {where}:{last.lineno}"[:500]


@inside_unit_of_work
def put_off(*, delivery_id: int, at: datetime, error: Exception) -> None:
    """Note the failure of a fact that stood alone: it waits, or after a day is parked with an alarm."""
    delivery = FactDelivery.objects.get(pk=delivery_id)
    delivery.tries += 1
    delivery.failing_since = delivery.failing_since or at
    delivery.error = place_of(error)
    is_parked = is_time_to_park(failing_since=delivery.failing_since, at=at)
    if is_parked:
        delivery.state = DeliveryState.PARKED
    else:
        delivery.due_at = at + pause_after(delivery.tries)
    delivery.save(update_fields=["tries", "failing_since", "error", "state", "due_at"])
    log.log(
        logging.ERROR if is_parked else logging.WARNING,
        "fact parked" if is_parked else "fact put off",
        receiver=delivery.receiver,
        fact_id=delivery.fact_id,
        tries=delivery.tries,
        error=delivery.error,
    )


@unit_of_work
def try_again(*, delivery_ids: Collection[int], at: datetime) -> None:
    """Let parked deliveries wait once more, due at once, all or none. Raises NotParked."""
    moved = FactDelivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.PARKED).update(
        state=DeliveryState.WAITING, due_at=at, tries=0, failing_since=None, error=""
    )
    if moved != len(set(delivery_ids)):
        raise NotParked


@unit_of_work
def skip(*, delivery_ids: Collection[int], note: str) -> None:
    """Give parked deliveries up, saying why, all or none. Raises NotParked, NoteMissing."""
    if not note.strip():
        raise NoteMissing(pointer="/note")
    moved = FactDelivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.PARKED).update(
        state=DeliveryState.SKIPPED, note=note.strip()[:500]
    )
    if moved != len(set(delivery_ids)):
        raise NotParked
