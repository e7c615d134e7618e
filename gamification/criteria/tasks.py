"""Tasks of this room. A name, and no rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gamification.criteria.life.backfilling import BACKFILL, fill_page
from loyalty.outbox.scheduling import runs_on_request
from loyalty.programs.tenants import Program


@runs_on_request(job=BACKFILL)
def backfill(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """Everybody, for a definition that came into force."""
    return fill_page(program=program, argument=argument, cursor=cursor, at=at)
