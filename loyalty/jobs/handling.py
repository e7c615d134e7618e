"""Handling: what staff do with runs that were given up, and what goes when it is old (V-22, V-23)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.jobs.kinds import RunState
from loyalty.jobs.models import ScheduleRun
from loyalty.outbox.putting_off import NoteMissing, NotParked

RUNS_KEPT: Final = timedelta(days=90)
PRUNED_AT_ONCE: Final = 5_000


@unit_of_work
def try_again(*, run_ids: Collection[int]) -> None:
    """Let parked runs wait once more, from their cursor, all or none. Raises NotParked."""
    moved = ScheduleRun.objects.filter(pk__in=run_ids, state=RunState.PARKED).update(
        state=RunState.WAITING, tries=0, failing_since=None, try_at=None, error=""
    )
    if moved != len(set(run_ids)):
        raise NotParked


@unit_of_work
def skip(*, run_ids: Collection[int], note: str, at: datetime) -> None:
    """Give parked runs up, saying why, all or none. Raises NotParked, NoteMissing."""
    if not note.strip():
        raise NoteMissing(pointer="/note")
    moved = ScheduleRun.objects.filter(pk__in=run_ids, state=RunState.PARKED).update(
        state=RunState.SKIPPED, note=note.strip()[:500], finished_at=at
    )
    if moved != len(set(run_ids)):
        raise NotParked


@inside_unit_of_work
def prune(*, at: datetime) -> int:
    """Remove up to 5,000 runs that were over 90 days ago; answers how many."""
    old = ScheduleRun.objects.filter(finished_at__lt=at - RUNS_KEPT).order_by("finished_at")
    removed, _by_table = ScheduleRun.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    ).delete()
    return removed
