"""Tasks of this room: what midnights, instants and requests set going. A name, a bound, and no rule."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from loyalty.foundation.ids import Id
from loyalty.outbox.scheduling import Midnight, falls_due, runs_on_request, scheduled
from loyalty.programs.models import Program
from loyalty.tiers.ladders.publishing import APPLY_JOB
from loyalty.tiers.midnights.applying import apply_to_members
from loyalty.tiers.midnights.folding import fold_members
from loyalty.tiers.midnights.noticing import notice_members
from loyalty.tiers.midnights.turning import grants_falling_due, turn_grants, turn_members


@scheduled(job="tiers.review", place=Midnight.REVIEWING)
def review_members(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Grants that begin or end at midnight, reviews and drops."""
    return turn_members(program=program, day=day, cursor=cursor, at=at)


@scheduled(job="tiers.notice", place=Midnight.NOTICES + 1)
def tell_coming_drops(
    *, program: Program, day: date, cursor: str | None, at: datetime
) -> str | None:
    """Notices of coming drops."""
    return notice_members(program=program, day=day, cursor=cursor, at=at)


@scheduled(job="tiers.fold", every="month", missed="latest")
def fold_old_days(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Days that no decision looks at any more become years."""
    return fold_members(program=program, cursor=cursor, at=at)


@falls_due(name="tiers.grants", earliest=grants_falling_due)
def begin_and_end_grants(*, program: Program, at: datetime) -> bool:
    """Grants that begin or end in the middle of a day."""
    return turn_grants(program=program, at=at)


@runs_on_request(job=APPLY_JOB)
def bring_the_ladder_to_members(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """The live revision reaches the members in ranges."""
    return apply_to_members(
        program=program, revision_id=Id(argument["revision"]), cursor=cursor, at=at
    )
