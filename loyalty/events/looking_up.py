"""Looking up: what a unit of work reads before it decides. Each question is one statement, however many events ask."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from loyalty.events.sorting import Item, KnownEvent, KnownOrder
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program

BIRTHDAY: Final = "member.birthday"
BIRTHDAYS_APART_MIN: Final = timedelta(days=300)  # a moved date of birth is no second present (E-7)

_EVENTS: Final = """
    SELECT source_digest, id, content_digest, answer
    FROM loyalty_event WHERE program_id = %s AND source_digest = ANY(%s)
"""
_ORDERS: Final = """
    SELECT o.order_digest, o.id, o.content_digest, e.id, e.content_digest, e.answer
    FROM loyalty_order o JOIN loyalty_event e ON e.id = o.event_id
    WHERE o.program_id = %s AND o.order_digest = ANY(%s)
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
"""


def known_events(*, program: Program, items: Iterable[Item]) -> dict[bytes, KnownEvent]:
    """Events that are kept already, by source digest."""
    digests = [item.source_digest for item in items]
    if not digests:
        return {}
    return {
        bytes(digest): KnownEvent(event_id, bytes(content), json.loads(answer))
        for digest, event_id, content, answer in _asked(_EVENTS, [program.pk, digests])
    }


def known_orders(*, program: Program, items: Iterable[Item]) -> dict[bytes, KnownOrder]:
    """Orders that are kept already, by order digest, each with its first event."""
    digests = [item.order_digest for item in items if item.order_digest]
    if not digests:
        return {}
    return {
        bytes(digest): KnownOrder(
            order_id, bytes(content), KnownEvent(event_id, bytes(told), json.loads(answer))
        )
        for digest, order_id, content, event_id, told, answer in _asked(
            _ORDERS, [program.pk, digests]
        )
    }


def order_numbers(items: Sequence[Item]) -> dict[int, int]:
    """Which order of its member each of these paid orders is, by place (E-26).

    Orders of this list count too, in its order: `items` stand as they count.
    """
    if not items:
        return {}
    asked = [[item.place for item in items], [i.member_id for i in items], [i.at for i in items]]
    earlier = dict(_asked(_NUMBERS, asked))
    numbers: dict[int, int] = {}
    before: dict[Id, int] = {}
    for item in items:
        carried = before.get(item.member_id, 0)
        numbers[item.place] = earlier[item.place] + carried + 1
        before[item.member_id] = carried + 1
    return numbers


def types_done(*, member_ids: Collection[Id], types: Collection[str]) -> dict[Id, set[str]]:
    """Which of these types each member's kept events have; nothing is asked when no rule wants to know."""
    done: dict[Id, set[str]] = {member_id: set() for member_id in member_ids}
    if types and member_ids:
        for member_id, kind in _asked(_DONE, [sorted(member_ids), sorted(types)]):
            done[member_id].add(kind)
    return done


def birthdays_kept_back(items: Sequence[Item]) -> set[int]:
    """The places of birthdays that come too soon after, or before, another one of the member (E-7)."""
    asking = [item for item in items if item.told.type == BIRTHDAY]
    if not asking:
        return set()
    kept: dict[Id, list[datetime]] = {}
    for member_id, at in _asked(_BIRTHDAYS, [sorted({item.member_id for item in asking})]):
        kept.setdefault(member_id, []).append(at)
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
    return {
        event_id: json.loads(answer)
        for event_id, answer in _asked(asked, [program.pk, list(event_ids)])
    }


def _asked(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
