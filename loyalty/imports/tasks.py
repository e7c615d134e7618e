"""Jobs of the imports room: the work that was asked for; files that are a week old."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import loyalty.imports.redeemables.codes
import loyalty.imports.redeemables.gift_cards
import loyalty.imports.taking.balances
import loyalty.imports.taking.events
import loyalty.imports.taking.members
from loyalty.foundation.ids import Id
from loyalty.imports.keeping.parts import forget_files
from loyalty.imports.turning import JOB
from loyalty.imports.working import work_on
from loyalty.outbox.scheduling import runs_on_request, scheduled_for_service
from loyalty.programs.models import Program


@runs_on_request(job=JOB)
def work(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """The next chunk of an import; None once it is ready, done, stopped or undone."""
    going = work_on(program=program, import_id=Id(argument["import"]), at=at)
    return str(int(cursor or 0) + 1) if going else None


@scheduled_for_service(job="imports.forget", every="hour")
def forget(*, period: str, cursor: str | None, at: datetime) -> str | None:
    """Files go a week after they were sent (S-52)."""
    return period if forget_files(real=at) else None
