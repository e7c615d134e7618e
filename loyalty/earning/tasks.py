"""Jobs of the earning room. A name, a bound, and no rule."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from loyalty.earning.faults.noting import forget_faults
from loyalty.earning.launching.planning import earliest_launch, launch_due
from loyalty.earning.replaying.asking import JOB, forget_old
from loyalty.earning.replaying.running import run_some
from loyalty.foundation.ids import Id
from loyalty.outbox.scheduling import Midnight, falls_due, runs_on_request, scheduled
from loyalty.programs.models import Program


@runs_on_request(job=JOB)
def what_if(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """A what-if, range by range; how far it is stands in its own row, so that it can be stopped and taken up."""
    has_more = run_some(program=program, what_if_id=Id(argument["what_if"]), at=at)
    return "on" if has_more else None


@scheduled(job="earning.forget_what_ifs", missed="latest", place=Midnight.AFTER)
def forget_what_ifs(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Reports of what-ifs go after thirty days, faults of rules after ninety."""
    forget_faults(program=program, day=day)
    return "on" if forget_old(program=program, at=at) else None


@falls_due(name="earning.launches", earliest=earliest_launch)
def launches(*, program: Program, at: datetime) -> bool:
    """Drafts that were given a date go live."""
    return launch_due(program=program, at=at)
