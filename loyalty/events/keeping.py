"""Keeping: events and orders become rows, one statement a table, sorted by what counts once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from loyalty.events.keying import kept_data
from loyalty.events.kinds import EventStatus
from loyalty.events.sorting import Item
from loyalty.foundation.ids import Id
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
        order_digest, content_digest, event_id, currency, rate, total, paid_at)
    SELECT %s, 0, FALSE, id, member_id, order_source, order_number,
        order_digest, content_digest, event_id, currency, rate, total, paid_at
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::uuid[], %s::text[],
        %s::numeric[], %s::bigint[], %s::timestamptz[])
        AS kept (id, member_id, order_source, order_number, order_digest, content_digest, event_id, currency,
                 rate, total, paid_at)
"""


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """An order about to be kept: its item, its row's id, and the rate stamped on it."""

    item: Item
    id: Id
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
    rows = [_event_row(program, event) for event in events]
    rows.sort(key=lambda row: row[6])
    _insert(_EVENTS, [program.pk, at], rows)


def _event_row(program: Program, event: KeptEvent) -> tuple[Any, ...]:
    item, told = event.item, event.item.told
    return (
        item.event_id,
        item.member_id,
        told.type,
        EventStatus.RECORDED.value,
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
        json.dumps(event.answer, ensure_ascii=False, separators=(",", ":")),
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
        data["currency"],
        order.rate,
        data["total"],
        item.at,
    )


def _insert(sql: str, values: list[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *columns])
