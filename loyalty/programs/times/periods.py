"""Periods: since when and until when something was live; rules and rewards have them, [starts_at, ends_at)."""

from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

_QUEUE_UP: Final = "SELECT 1 FROM loyalty_program WHERE id = %s FOR UPDATE"

P = TypeVar("P", bound=Model)


@inside_unit_of_work
def queue_up(program_id: Id) -> None:
    """Hold the programme, so that two who define the same thing do it one after the other."""
    run(_QUEUE_UP, [program_id])


@inside_unit_of_work
def close_open_period(periods: "QuerySet[P]", *, at: datetime) -> None:
    """End the open one of these periods; one that would be empty never was."""
    opened = periods.filter(ends_at__isnull=True)
    opened.filter(starts_at__gte=at).delete()
    opened.update(ends_at=at)
