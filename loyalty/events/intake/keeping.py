"""Keeping: events and orders become rows, one statement a table, sorted by what counts once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loyalty.events.facts import EventRecorded
from loyalty.events.intake.items import Item
from loyalty.events.kinds import EventStatus, ToldEvent
from loyalty.events.shapes import FINGERPRINTS
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.sealing import digest
from loyalty.programs.models import Program

_EVENTS: Final = """
    INSERT INTO loyalty_event (program_id, recorded_at, id, member_id, type, status, source, source_id,
        source_digest, content_digest, order_id, order_digest, channel, store, data, occurred_at, answer)
    SELECT %s, %s, id, member_id, type, status, source, source_id,
        source_digest, content_digest, order_id, order_digest, channel, store, data::jsonb, occurred_at, answer
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::bytea[],
        %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
        AS kept (id, member_id, type, status, source, source_id, source_digest, content_digest,
                 order_id, order_digest, channel, store, data, occurred_at, answer)
"""
_ORDERS: Final = """
    INSERT INTO loyalty_order (program_id, returned, is_wholly_returned, id, member_id, order_source, order_number,
        order_digest, content_digest, event_id, number, currency, rate, total, paid_at)
    SELECT %s, 0, FALSE, id, member_id, order_source, order_number,
        order_digest, content_digest, event_id, number, currency, rate, total, paid_at
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::uuid[], %s::int[],
        %s::text[], %s::numeric[], %s::bigint[], %s::timestamptz[])
        AS kept (id, member_id, order_source, order_number, order_digest, content_digest, event_id, number,
                 currency, rate, total, paid_at)
"""
_APPLIED: Final = """
    UPDATE loyalty_event e SET status = 'recorded', order_id = told.order_id, answer = told.answer
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS told (id, order_id, answer)
    WHERE e.id = told.id AND e.status = 'waiting'
"""
_RETURNED: Final = """
    UPDATE loyalty_order o SET returned = told.returned, is_wholly_returned = told.wholly
    FROM unnest(%s::uuid[], %s::bigint[], %s::bool[]) AS told (id, returned, wholly)
    WHERE o.id = told.id
"""


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """An order about to be kept: its item, its row's id, its number, and the rate stamped on it."""

    item: Item
    id: Id
    number: int
    rate: str


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event about to be kept, with the answer that goes out for it."""

    item: Item
    order_id: Id | None
    answer: Mapping[str, Any]


def keep_orders(*, program: Program, orders: Sequence[PaidOrder]) -> None:
    """Write paid orders; a doubled one is refused by order_counts_once."""
    if not orders:
        return
    rows = [_order_row(program, order) for order in orders]
    rows.sort(key=lambda row: row[4])
    _insert(_ORDERS, [program.pk], rows)


def keep_events(*, program: Program, events: Sequence[KeptEvent], at: datetime) -> None:
    """Write events with their answers; a doubled one is refused by event_counts_once."""
    _keep_applied([event for event in events if event.item.was_waiting])
    rows = [_event_row(program, event) for event in events if not event.item.was_waiting]
    if not rows:
        return
    rows.sort(key=lambda row: row[6])
    _insert(_EVENTS, [program.pk, at], rows)


def recorded(
    events: Iterable[KeptEvent], *, program: Program, at: datetime, imported: bool
) -> list[EventRecorded]:
    """The facts of these events; what waits for its order is told when it is applied."""
    return [
        EventRecorded(
            program_id=program.pk,
            member_id=event.item.member_id,
            at=at,
            event_id=event.item.event_id,
            type=event.item.told.type,
            occurred_at=event.item.at,
            recorded_at=at,
            order_id=event.order_id,
            imported=imported,
        )
        for event in events
        if not event.item.is_waiting
    ]


def kept_data(*, program_id: Id, told: ToldEvent) -> dict[str, Any]:
    """The data as it is stored: fingerprints of payments, devices and addresses as keyed digests only (S-39)."""
    data = dict(told.data)
    for name in FINGERPRINTS:
        if name in data:
            data[name] = digest(data[name], purpose=f"{name}:{program_id}").hex()
    return data


def note_returned(left: Mapping[Id, tuple[int, bool]]) -> None:
    """Write how much of each order has come back, and whether all of it; lowest id first."""
    if not left:
        return
    ids = sorted(left)
    run(_RETURNED, [ids, [left[i][0] for i in ids], [left[i][1] for i in ids]])


def _keep_applied(events: Sequence[KeptEvent]) -> None:
    """Events that waited for their order: kept before, applied now."""
    if not events:
        return
    rows = [(event.item.event_id, event.order_id, _written(event.answer)) for event in events]
    _insert(_APPLIED, [], rows)


def _written(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _event_row(program: Program, event: KeptEvent) -> tuple[Any, ...]:
    item, told = event.item, event.item.told
    return (
        item.event_id,
        item.member_id,
        told.type,
        (EventStatus.WAITING if item.is_waiting else EventStatus.RECORDED).value,
        told.source,
        told.source_id,
        item.source_digest,
        item.content_digest,
        event.order_id,
        item.order_digest,
        told.channel,
        told.store,
        json.dumps(kept_data(program_id=program.pk, told=told), ensure_ascii=False),
        item.at,
        _written(event.answer),
    )


def _order_row(program: Program, order: PaidOrder) -> tuple[Any, ...]:
    item, data = order.item, order.item.told.data
    return (
        order.id,
        item.member_id,
        data.get("order_source", item.told.source),
        data["order_id"],
        item.order_digest,
        item.order_content_digest,
        item.event_id,
        order.number,
        data["currency"],
        order.rate,
        data["total"],
        item.at,
    )


def _insert(sql: str, values: list[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    run(sql, [*values, *(_array(column) for column in zip(*rows, strict=True))])


def bytes_array(column: Iterable[bytes | None]) -> str:
    """Digests as PostgreSQL reads an array of them: `{"\\\\x0a…",NULL}`."""
    return "{" + ",".join("NULL" if d is None else f'"\\\\x{d.hex()}"' for d in column) + "}"


def _array(column: tuple[Any, ...]) -> Any:
    sample = next((each for each in column if each is not None), None)
    return bytes_array(column) if isinstance(sample, bytes) else list(column)
