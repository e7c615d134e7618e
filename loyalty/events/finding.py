"""Finding events and orders by the numbers that people have in hand."""

import contextlib
from typing import Final

from django.db.models import Q, QuerySet

from loyalty.events.models import Event, Order
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import NotFound
from loyalty.programs.models import Program

FOUND_MAX: Final = 20


def events_called(*, program: Program, text: str) -> QuerySet[Event]:
    """Events with this id of ours or exactly this source id, newest first."""
    wanted = Q(source_id=text)
    with contextlib.suppress(NotFound):
        wanted |= Q(pk=read_id(Event.prefix, text))
    return Event.objects.filter(wanted, program=program).order_by("-id")[:FOUND_MAX]


def orders_called(*, program: Program, text: str) -> QuerySet[Order]:
    """Orders with exactly this number, whichever source told them."""
    return Order.objects.filter(program=program, order_number=text).order_by("-id")[:FOUND_MAX]
