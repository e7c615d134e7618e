"""Recalling: what rules heard of past events, put together again. A few statements for any number of members."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from loyalty.earning.kinds import MemberFacts, OrderFacts, Told
from loyalty.earning.replaying.history import Recalled, recalls, recalls_one
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.events.intake.looking_up import returns_of
from loyalty.events.intake.paying import Payments
from loyalty.events.kinds import ORDER_PAID
from loyalty.events.models import Event
from loyalty.events.showing import events_called, orders_called
from loyalty.foundation.database.statements import Values, run
from loyalty.foundation.ids import Id
from loyalty.members.finding import survivor_of
from loyalty.members.models import Member
from loyalty.members.segments.segmenting import segments_at_instants
from loyalty.programs.models import Program

# Those who were merged into a member are answered for by that member (L-52).
_EVENTS: Final = """
    WITH RECURSIVE who AS (
        SELECT id, id AS survivor FROM loyalty_member WHERE id = ANY(%s::uuid[])
        UNION ALL
        SELECT m.id, w.survivor FROM loyalty_member m JOIN who w ON m.merged_into_id = w.id
    )
    SELECT e.id, w.survivor, e.member_id, e.type, e.occurred_at, e.data, e.channel, e.store, e.source,
           o.id, o.number, o.rate, o.currency, o.returned > 0 OR o.is_wholly_returned
    FROM who w JOIN loyalty_event e ON e.member_id = w.id
    LEFT JOIN loyalty_order o ON o.id = e.order_id AND e.type = 'order.paid'
    WHERE e.type = ANY(%s::text[]) AND e.occurred_at >= %s AND e.occurred_at < %s AND e.status = 'recorded'
    ORDER BY w.survivor, e.occurred_at, e.id
"""
_DONE: Final = """
    WITH RECURSIVE who AS (
        SELECT id, id AS survivor FROM loyalty_member WHERE id = ANY(%s::uuid[])
        UNION ALL
        SELECT m.id, w.survivor FROM loyalty_member m JOIN who w ON m.merged_into_id = w.id
    )
    SELECT DISTINCT w.survivor, e.type FROM who w JOIN loyalty_event e ON e.member_id = w.id
    WHERE e.type = ANY(%s::text[]) AND e.occurred_at < %s AND e.status = 'recorded'
"""
_IMPORTED: Final = "import:"


@recalls
def recall_events(
    *,
    program: Program,
    member_ids: Collection[Id],
    since: datetime,
    until: datetime,
    types: Collection[str],
    done: Collection[str],
) -> list[Recalled]:
    """Events of these types in [since, until), by member, then time; what their members had done by then comes along."""
    ids, wanted = sorted(member_ids), sorted(set(types) | set(done))
    rows = [
        (*row[:5], _read(row[5]), *row[6:]) for row in run(_EVENTS, [ids, wanted, since, until])
    ]
    if not rows:
        return []
    known: defaultdict[Id, set[str]] = defaultdict(set)
    if done:
        for member_id, kind in run(_DONE, [ids, sorted(done), since]):
            known[member_id].add(kind)
    members = {
        member.pk: member
        for member in Member.objects.filter(pk__in={row[1] for row in rows}).select_related("profile")
    }  # fmt: skip
    segments = segments_at_instants(
        asked={place: (row[1], row[4]) for place, row in enumerate(rows)}
    )
    paid = _paid_with_points(program, rows)
    returned = returns_of([row[9] for row in rows if row[13]])
    recalled = []
    for place, row in enumerate(rows):
        event_id, member_id, _told_of, kind, at, data, channel, store, source, order_id = row[:10]
        facts = _member_facts(members[member_id], segments[place], frozenset(known[member_id]))
        if kind in done:
            known[member_id].add(kind)
        if kind not in types:
            continue
        told = Told(
            event_id=event_id,
            type=kind,
            member=facts,
            occurred_at=at,
            data=data,
            order=_order_facts(row, paid.get(event_id)) if order_id else None,
            channel=channel,
            store=store,
            imported=source.startswith(_IMPORTED),
        )
        recalled.append(Recalled(told=told, returns=tuple(returned.get(order_id, ()))))
    return recalled


@recalls_one
def recall_event(*, program: Program, number: str) -> Recalled | None:
    """The event or the order with this number, as it was told to rules; None for what never was."""
    found = list(events_called(program=program, text=number)[:1])
    if not found:
        orders = orders_called(program=program, text=number)[:1]
        ids = [order.event_id for order in orders]
        found = list(Event.objects.filter(program=program, pk__in=ids).select_related("member"))
    for event in found:
        survivor = survivor_of(event.member_id)
        recalled = recall_events(
            program=program,
            member_ids=[survivor],
            since=event.occurred_at,
            until=event.occurred_at + timedelta(microseconds=1),
            types=[event.type],
            done=rule_set_of(program).done_types,
        )
        return next((each for each in recalled if each.told.event_id == event.pk), None)
    return None


def _member_facts(member: Member, segments: frozenset[str], done: frozenset[str]) -> MemberFacts:
    """Active, for what held an event back is known from its explanation; not from how the member stands today."""
    profile = member.profile
    month, day = profile.birth_month, profile.birth_day
    return MemberFacts(
        id=member.pk,
        joined_at=member.joined_at,
        birthday=None if month is None or day is None else (month, day),
        attributes=profile.attributes,
        segments=segments,
        done=done,
    )


def _order_facts(row: Values, paid_with_points: int | None) -> OrderFacts:
    order_id, number, rate, currency = row[9:13]
    return OrderFacts(
        order_row_id=order_id,
        number=number,
        currency=currency,
        rate=f"{rate.normalize():f}",
        paid_with_points=paid_with_points,
    )


def _paid_with_points(program: Program, rows: Sequence[Values]) -> Mapping[Id, int]:
    """What captured holds paid of these orders, by event, in money of the order (E-14)."""
    orders = [(row, row[5]["order_id"]) for row in rows if row[3] == ORDER_PAID]
    payments = Payments(program, ((row[2], order_id) for row, order_id in orders))
    paid = {}
    for row, order_id in orders:
        rate = f"{row[11].normalize():f}"
        spent = payments.of(row[2], order_id, currency=row[12], rate=rate)
        if spent:
            paid[row[0]] = sum(each.value for each in spent)
    return paid


def _read(data: Any) -> Any:
    """JSON as it comes through a bare cursor: as text."""
    return json.loads(data) if isinstance(data, str | bytes) else data
