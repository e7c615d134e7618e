"""Turning: whoever asks for work on an import starts a turn; rate and time left are counted from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.imports.kinds import ImportState
from loyalty.imports.models import Import
from loyalty.jobs.planning import request

JOB: Final = "imports.work"
LOCK: Final = 0x494D5054  # first half of the advisory lock's key: one worker at a time on an import


@inside_unit_of_work
def ask_for_work(run: Import, *, at: datetime) -> None:
    """Have a worker go on with this import, from where it stands; the caller saves the row."""
    begin_turn(run)
    request(
        program_id=run.program_id,
        job=JOB,
        period=f"{run.shown_id}/{run.turns}",
        argument={"import": str(run.pk)},
        at=at,
    )


def begin_turn(run: Import) -> None:
    """Note when this stretch of work began, by the real clock, and how far the import was."""
    run.turns += 1
    run.turned_at = timezone.now()
    run.turned_from = done_of(run)


def done_of(run: Import) -> int:
    """Rows that are through in what the import is at."""
    by_state: Mapping[str, Any] = {
        ImportState.CHECKING: run.rows_checked,
        ImportState.UNDOING: run.rows_undone,
        ImportState.UNDONE: run.rows_undone,
    }
    done: int = by_state.get(run.state, run.rows_done)
    return done


@inside_unit_of_work
def hold(import_id: Id) -> None:
    """Keep others from working on this import until the transaction ends; its row stays free for whoever stops it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, str(import_id)])
