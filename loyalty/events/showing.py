"""Showing events: one, a page of them, and why they brought what they brought."""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from loyalty.earning.explaining import explanations_of, with_sentences
from loyalty.events.answering import in_sentences, told_time
from loyalty.events.models import Event, Order
from loyalty.foundation.ids import Id, read_id, shown
from loyalty.foundation.refusals import NotFound
from loyalty.members.finding import find_members
from loyalty.members.models import Member
from loyalty.members.showing import exported_with_member
from loyalty.programs.calendar import zone_named
from loyalty.programs.models import Program

FOUND_MAX: Final = 20
EXPORTED_MAX: Final = 100_000  # a hundred events a day for three years


def events_by(
    *, program: Program, member: str | None = None, kind: str | None = None
) -> QuerySet[Event]:
    """The programme's events, of one member or one type if told; of somebody unknown there are none."""
    events = Event.objects.filter(program=program)
    if member is not None:
        found = find_members(program=program, told={member}).get(member)
        if found is None:
            return events.none()
        whose = found.member
        events = events.filter(member_id__in=[whose.pk, *_merged_into(whose)])
    return events.filter(type=kind) if kind is not None else events


def show_events(events: Sequence[Event], *, program: Program) -> list[dict[str, Any]]:
    """These events as doors tell them, with what they brought and why, in sentences."""
    return in_sentences([show_event(event) for event in events], program=program)


def explain_event(event: Event, *, program: Program) -> dict[str, Any]:
    """Every rule looked at for this event, why it did or did not apply, and what each limit trimmed (E-50)."""
    explanation = explanations_of([event.pk]).get(event.pk)
    if explanation is None:  # a return, or what waits for its order: no rule has looked at it
        results = json.loads(event.answer)["results"]
        local = event.occurred_at.astimezone(zone_named(program.zone))
        explanation = {
            "as_of": local.isoformat(),
            "zone": program.zone,
            "stacking": "sum",
            "quote": None,
            "rules": [],
            "points": 0,
            "by_currency": {},
        } | {name: results[name] for name in ("allocation",) if name in results}
    return with_sentences(explanation, program, event_id=event.pk)


def show_event(event: Event) -> dict[str, Any]:
    """One event as it is kept."""
    return {
        "id": event.shown_id,
        "type": event.type,
        "member": shown(Member.prefix, event.member_id),
        "source": event.source,
        "source_id": event.source_id,
        "occurred_at": told_time(event.occurred_at),
        "recorded_at": told_time(event.recorded_at),
        "status": event.status,
        "channel": event.channel or None,
        "store": event.store or None,
        "data": event.data,
        "results": json.loads(event.answer)["results"],
    }


@exported_with_member("events")
def exported_events(
    program: Program, member_ids: Collection[Id], at: datetime
) -> Mapping[Id, object]:
    """Everything storefronts told about a member (S-57)."""
    rows = Event.objects.filter(program=program, member_id__in=member_ids).order_by("id")
    told: dict[Id, list[dict[str, Any]]] = {member_id: [] for member_id in member_ids}
    for event in rows[:EXPORTED_MAX]:
        told[event.member_id].append(show_event(event))
    return told


def events_called(*, program: Program, text: str) -> QuerySet[Event]:
    """Events with this id of ours or exactly this source id, newest first."""
    wanted = Q(source_id=text)
    with suppress(NotFound):
        wanted |= Q(pk=read_id(Event.prefix, text))
    return Event.objects.filter(wanted, program=program).order_by("-id")[:FOUND_MAX]


def orders_called(*, program: Program, text: str) -> QuerySet[Order]:
    """Orders with exactly this number, whichever source told them."""
    return Order.objects.filter(program=program, order_number=text).order_by("-id")[:FOUND_MAX]


def _merged_into(member: Member) -> list[Id]:
    return list(Member.objects.filter(merged_into=member).values_list("pk", flat=True))
