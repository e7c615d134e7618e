"""Tasks of this room. A name, a bound, and no rule."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from loyalty.outbox.scheduling import Midnight, runs_on_request, scheduled
from loyalty.programs.tenants import Program
from referrals.attribution.touching import forget_touches
from referrals.guard.remembering import MARK_JOB, forget_tombstones, mark_members
from referrals.guard.replaying import forget_checks

ROWS_AT_ONCE = 2_000


@runs_on_request(job=MARK_JOB)
def mark_who_was_there(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """Marks of those who were members before the first plan."""
    return mark_members(program=program, cursor=cursor)


@scheduled(job="referrals.forget", missed="latest", place=Midnight.AFTER)
def forget(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """What has had its time by the programme's clock: digests, loose touches, checks, tombstones."""
    forget_tombstones.step(program=program, at=at)
    more = forget_touches.step(program=program, at=at, limit=ROWS_AT_ONCE)
    more += forget_checks.step(program=program, at=at, limit=ROWS_AT_ONCE)
    return "more" if more else None
