"""Looking up: what a unit of work reads before it decides. Each question is one statement, however many events ask."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import OuterRef, Subquery

from loyalty.earning.models import Explanation
from loyalty.earning.settling.orders import ReturnTold
from loyalty.events.intake.items import Item, KnownEvent, KnownOrder
from loyalty.events.intake.keeping import bytes_array
from loyalty.events.kinds import ToldEvent
from loyalty.events.models import Event, Order
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program

BIRTHDAY: Final = "member.birthday"
BIRTHDAYS_APART_MIN: Final = timedelta(days=300)  # a moved date of birth is no second present (E-7)

_EVENTS: Final = """
    SELECT source_digest, id, content_digest, answer
    FROM loyalty_event WHERE program_id = %s AND source_digest = ANY(%s::bytea[])
"""
_ORDERS: Final = """
    SELECT o.order_digest, o.id, o.content_digest, o.member_id, o.number, o.rate, o.paid_at, e.data,
           e.id, e.content_digest, e.answer, (why.body #>> '{basis,lines,0,amount}')::bigint
    FROM loyalty_order o JOIN loyalty_event e ON e.id = o.event_id
    LEFT JOIN loyalty_explanation why ON why.event_id = e.id
    WHERE o.program_id = %s AND o.order_digest = ANY(%s::bytea[])
"""
# An order that was voided is settled like a cancelled one (E-68).
_RETURNS: Final = """
    SELECT order_id, id, type, occurred_at, data, answer FROM loyalty_event
    WHERE order_id = ANY(%s::uuid[]) AND type IN ('order.returned', 'order.cancelled') AND status = 'recorded'
    UNION ALL
    SELECT o.id, e.id, 'order.cancelled', e.occurred_at, '{}'::jsonb, '{}'
    FROM loyalty_order o JOIN loyalty_event e ON e.id = o.event_id AND e.status = 'void'
    WHERE o.id = ANY(%s::uuid[])
    ORDER BY id
"""
_WAITING: Final = """
    SELECT id, member_id, type, source, source_id, source_digest, order_digest, channel, store, data, occurred_at
    FROM loyalty_event WHERE program_id = %s AND order_digest = ANY(%s::bytea[]) AND status = 'waiting'
    ORDER BY occurred_at, id
"""
# Lateral, so that each pair is one probe of the index and no pair multiplies another.
_NUMBERS: Final = """
    SELECT asked.place, (
        SELECT count(*) FROM loyalty_order o
        WHERE o.member_id = asked.member_id AND o.paid_at <= asked.at AND NOT o.is_wholly_returned
    )
    FROM unnest(%s::int[], %s::uuid[], %s::timestamptz[]) AS asked (place, member_id, at)
"""
_DONE: Final = """
    SELECT m.id, t.type FROM unnest(%s::uuid[]) AS m (id) CROSS JOIN unnest(%s::text[]) AS t (type)
    WHERE EXISTS (
        SELECT 1 FROM loyalty_event e WHERE e.member_id = m.id AND e.type = t.type AND e.status = 'recorded'
    )
"""
_BIRTHDAYS: Final = """
    SELECT member_id, occurred_at FROM loyalty_event
    WHERE member_id = ANY(%s::uuid[]) AND type = 'member.birthday' AND status = 'recorded'
      AND position('"why_nothing":"birthday_kept"' IN answer) = 0
"""


def known_events(*, program: Program, items: Iterable[Item]) -> dict[bytes, KnownEvent]:
    """Events that are kept already, by source digest."""
    digests = [item.source_digest for item in items]
    rows = run(_EVENTS, [program.pk, bytes_array(digests)]) if digests else ()
    return {
        bytes(digest): KnownEvent(event_id, bytes(content), json.loads(answer))
        for digest, event_id, content, answer in rows
    }


def known_orders(*, program: Program, items: Iterable[Item]) -> dict[bytes, KnownOrder]:
    """Orders that are kept already, by order digest, each with its first event."""
    digests = [item.order_digest for item in items if item.order_digest]
    rows = run(_ORDERS, [program.pk, bytes_array(digests)]) if digests else ()
    return {
        bytes(digest): KnownOrder(
            id=order_id,
            content_digest=bytes(content),
            member_id=member_id,
            number=number,
            rate=f"{rate.normalize():f}",
            paid_at=paid_at,
            data=_read(data),
            event=KnownEvent(event_id, bytes(told), json.loads(answer)),
            goods=goods,
        )
        for (
            digest, order_id, content, member_id, number, rate, paid_at, data, event_id, told, answer, goods
        ) in rows
    }  # fmt: skip


def known_of(orders: Sequence[Order]) -> list[KnownOrder]:
    """These kept orders as settling wants them; one query."""
    read = Explanation.objects.filter(pk=OuterRef("pk")).values("body__basis__lines__0__amount")
    told = Event.objects.only("data").annotate(goods=Subquery(read))
    events = told.in_bulk([order.event_id for order in orders])
    return [
        KnownOrder(
            id=order.pk,
            content_digest=bytes(order.content_digest),
            member_id=order.member_id,
            number=order.number,
            rate=f"{order.rate.normalize():f}",
            paid_at=order.paid_at,
            data=events[order.event_id].data,
            event=KnownEvent(order.event_id, b"", {}),
            goods=events[order.event_id].goods,
        )
        for order in orders
    ]


def returns_of(order_ids: Collection[Id]) -> dict[Id, list[ReturnTold]]:
    """The returns of these orders that are settled already, in the order in which they were."""
    found: dict[Id, list[ReturnTold]] = {}
    asked = [list(order_ids), list(order_ids)]
    for order_id, event_id, kind, at, data, answer in run(_RETURNS, asked):
        told = ReturnTold(
            event_id=event_id,
            type=kind,
            occurred_at=at,
            data=_read(data),
            money=_refunded_in(answer),
        )
        found.setdefault(order_id, []).append(told)
    return found


def waiting_for(*, program: Program, orders: Sequence[Item]) -> list[Item]:
    """What was told of these orders before they came, oldest first; of the same member only."""
    by_digest = {item.order_digest: item for item in orders if item.order_digest}
    if not by_digest:
        return []
    found: list[Item] = []
    for row in run(_WAITING, [program.pk, bytes_array(by_digest)]):
        event_id, member_id, kind, source, source_id, digest, order, channel, store, data, at = row
        paid = by_digest[bytes(order)]
        if member_id != paid.member_id:
            continue
        told = ToldEvent(
            type=kind,
            member="",
            source=source,
            source_id=source_id,
            occurred_at=at,
            data=_read(data),
            channel=channel,
            store=store,
        )
        found.append(
            Item(
                place=-1 - len(found),
                told=told,
                at=at,
                source_digest=bytes(digest),
                order_digest=bytes(order),
                event_id=event_id,
                found=paid.found,
                was_waiting=True,
            )
        )
    return found


def order_numbers(items: Sequence[Item]) -> dict[int, int]:
    """Which order of its member each of these paid orders is, by place (E-26).

    Orders of this list count too, in its order: `items` stand as they count.
    """
    if not items:
        return {}
    asked = [(item.place, person, item.at) for item in items for person in item.persons]
    earlier: Counter[int] = Counter()
    for place, count in run(_NUMBERS, [list(column) for column in zip(*asked, strict=True)]):
        earlier[place] += count
    numbers: dict[int, int] = {}
    before: dict[Id, int] = {}
    for item in items:
        carried = before.get(item.member_id, 0)
        numbers[item.place] = earlier[item.place] + carried + 1
        before[item.member_id] = carried + 1
    return numbers


def types_done(
    *, persons: Mapping[Id, Collection[Id]], types: Collection[str]
) -> dict[Id, set[str]]:
    """Which of these types each member's kept events have; nothing is asked when no rule wants to know.

    `persons`: each member with everybody who was merged into it.
    """
    done: dict[Id, set[str]] = {member_id: set() for member_id in persons}
    owners = _owners(persons)
    if types and owners:
        for person, kind in run(_DONE, [sorted(owners), sorted(types)]):
            done[owners[person]].add(kind)
    return done


def birthdays_kept_back(items: Sequence[Item]) -> set[int]:
    """The places of birthdays that come too soon after, or before, another one of the member (E-7)."""
    asking = [item for item in items if item.told.type == BIRTHDAY]
    if not asking:
        return set()
    kept: dict[Id, list[datetime]] = {}
    owners = _owners({item.member_id: item.persons for item in asking})
    for person, at in run(_BIRTHDAYS, [sorted(owners)]):
        kept.setdefault(owners[person], []).append(at)
    too_soon: set[int] = set()
    for item in asking:
        others = kept.setdefault(item.member_id, [])
        if any(abs(item.at - other) < BIRTHDAYS_APART_MIN for other in others):
            too_soon.add(item.place)
        else:
            others.append(item.at)
    return too_soon


def answers_of(*, program: Program, event_ids: Collection[Id]) -> Mapping[Id, Mapping[str, Any]]:
    """The answers once given for these events, by id."""
    asked = "SELECT id, answer FROM loyalty_event WHERE program_id = %s AND id = ANY(%s::uuid[])"
    rows = run(asked, [program.pk, list(event_ids)])
    return {event_id: json.loads(answer) for event_id, answer in rows}


def _owners(persons: Mapping[Id, Collection[Id]]) -> dict[Id, Id]:
    """Who answers for each of these persons."""
    return {person: member_id for member_id, all_of in persons.items() for person in all_of}


def _refunded_in(answer: str) -> int | None:
    """The money that the shop was told to refund."""
    allocation = json.loads(answer).get("results", {}).get("allocation")
    return allocation["money"]["amount"] if allocation else None


def _read(data: Any) -> Any:
    """JSON as it comes through a bare cursor: as text."""
    return json.loads(data) if isinstance(data, str | bytes) else data
