"""Waiting: what came before its order and has waited too long for it (E-67); staff look why the order never came."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, QuerySet
from django.utils import timezone

from loyalty.events.kinds import EventStatus
from loyalty.events.models import Event
from loyalty.foundation.metrics import Values, gauge, program_label
from loyalty.programs.models import Program

WAITS_TOO_LONG: Final = timedelta(days=7)


def waiting_too_long(*, program: Program, at: datetime) -> int:
    """How many returns, cancellations and fulfilments have waited for their order for seven days."""
    return _since(at).filter(program=program).count()


@gauge(
    "wafa_events_waiting_long",
    "Events that have waited for their order for seven days.",
    ["program"],
)
def waiting_long() -> Values:
    """By the real clock; each is worth a look."""
    slugs = dict(Program.objects.order_by("pk").values_list("pk", "slug"))
    told: dict[tuple[str, ...], float] = {}
    for program_id, count in _since(timezone.now()).values_list("program").annotate(Count("pk")):
        label = (program_label(slugs[program_id]),)
        told[label] = told.get(label, 0) + count
    return told


def _since(at: datetime) -> QuerySet[Event]:
    return Event.objects.filter(status=EventStatus.WAITING, recorded_at__lte=at - WAITS_TOO_LONG)
