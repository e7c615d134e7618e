"""Recording: what was told becomes deeds, each once whatever is delivered twice (G-1, G-2)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from gamification.deeds.kinds import (
    ORDER_LINE,
    POINTS_EARNED,
    PRIZE_KEY,
    REFERRAL_APPROVED,
    DeedSource,
)
from gamification.deeds.models import Deed
from loyalty.events.kept.deeds import ToldEvent
from loyalty.foundation.database.statements import array_literal, run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kept.earnings import Earning
from loyalty.outbox.facts import Told
from loyalty.programs.tenants import Program

# Of our own types, what a measure may filter by; of a custom type, what its schema calls countable.
_COUNTABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "review.written": ("verified", "rating", "photos"),
    "share.made": ("network",),
    "app.used": ("platform",),
    "newsletter.joined": ("list",),
    "ticket.opened": ("topic",),
    "ticket.resolved": ("topic",),
}
_PLAIN: Final = (str, int, bool)
# Those that were not there come back, and until when each member's kinds were known before: a statement sees what stood
# when it began. Two answers in one, as joining them would be planned for ten rows and turn quadratic with a thousand.
_RECORD: Final = """
    WITH told AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::smallint[], %s::uuid[],
                             %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
                             %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::bool[], %s::bool[],
                             %s::bool[])
            AS told (id, member_id, kind, source, source_id, line, order_id, sku, categories, place, attributes,
                     quantity, amount, points, currency_id, void_at, occurred_at, recorded_at, is_imported, is_prize,
                     is_disregarded)
    ), fresh AS (
        INSERT INTO gamification_deed
            (program_id, id, member_id, kind, source, source_id, line, order_id, sku, categories, place, attributes,
             quantity, amount, points, currency_id, void_at, occurred_at, recorded_at, is_imported, is_prize,
             is_disregarded, returned_quantity, returned_amount, returned_points)
        SELECT %s, id, member_id, kind, source, source_id, line, order_id, sku, categories::text[], place,
               attributes::jsonb, quantity, amount, points, currency_id, void_at, occurred_at, recorded_at, is_imported,
               is_prize, is_disregarded, 0, 0, 0
        FROM told ORDER BY source, source_id, line
        ON CONFLICT (program_id, source, source_id, line) DO NOTHING
        RETURNING id
    )
    SELECT id, NULL::uuid, NULL::text, NULL::timestamptz FROM fresh
    UNION ALL
    SELECT NULL, kinds.member_id, kinds.kind, latest.occurred_at
    FROM (SELECT DISTINCT member_id, kind FROM told) AS kinds
    CROSS JOIN LATERAL (
        SELECT occurred_at FROM gamification_deed d
        WHERE d.member_id = kinds.member_id AND d.kind = kinds.kind ORDER BY occurred_at DESC LIMIT 1
    ) AS latest
"""
Latest: TypeAlias = Mapping[tuple[Id, str], datetime]


@inside_unit_of_work
def record(deeds: Sequence[Deed]) -> tuple[list[Deed], Latest]:
    """Add these deeds; answers those that were not there yet, by time, and until when each member's kinds were known.

    One statement for any number. The members are locked, so nobody else adds the same meanwhile.
    """
    if not deeds:
        return [], {}
    keys = {_key(each): each for each in deeds}
    columns = [list(column) for column in zip(*map(_row, keys.values()), strict=True)]
    fresh: set[Id] = set()
    known_until: dict[tuple[Id, str], datetime] = {}
    for deed_id, member_id, kind, latest in run(_RECORD, [*columns, deeds[0].program_id]):
        if deed_id is None:
            known_until[member_id, kind] = latest
        else:
            fresh.add(deed_id)
    added = [each for each in keys.values() if each.pk in fresh]
    return sorted(added, key=lambda each: (each.occurred_at, each.pk)), known_until


def _row(deed: Deed) -> tuple[Any, ...]:
    """As `_RECORD` binds it."""
    return (
        deed.pk,
        deed.member_id,
        deed.kind,
        str(deed.source),
        deed.source_id,
        deed.line,
        deed.order_id,
        deed.sku,
        array_literal(deed.categories),
        deed.place,
        json.dumps(deed.attributes),
        deed.quantity,
        deed.amount,
        deed.points,
        deed.currency_id,
        deed.void_at,
        deed.occurred_at,
        deed.recorded_at,
        deed.is_imported,
        deed.is_prize,
        deed.is_disregarded,
    )


def deeds_of_event(told: ToldEvent, *, member_id: Id, program: Program, is_disregarded: bool) -> list[Deed]:  # fmt: skip
    """The deed of an event, and one for each line of an order (G-1); amounts are the stamped basis."""
    common: dict[str, Any] = {
        "program_id": told.program_id,
        "member_id": member_id,
        "source": DeedSource.EVENT,
        "source_id": told.id,
        "order_id": told.order_id,
        "place": told.store[:100],
        "occurred_at": told.occurred_at,
        "recorded_at": told.recorded_at,
        "is_imported": told.is_imported,
        "is_disregarded": is_disregarded,
        "void_at": told.recorded_at if is_disregarded else None,
    }
    whole = Deed(
        kind=told.type,
        sku=str(told.data.get("sku", ""))[:200],
        attributes=attributes_of(told, program=program),
        quantity=sum(line.quantity for line in told.lines) or 1,
        amount=sum(line.amount for line in told.lines),
        **common,
    )
    lines = [
        Deed(
            kind=ORDER_LINE,
            line=line.number,
            sku=line.sku[:200],
            categories=list(line.categories),
            quantity=line.quantity,
            amount=line.amount,
            **common,
        )
        for line in told.lines
    ]
    return [whole, *lines]


def deed_of_points(fact: Told, *, member_id: Id, is_disregarded: bool) -> Deed:
    """The deed of a points entry (G-1). What a game paid is marked: measures leave it out unless told (G-20)."""
    body = fact.body
    return Deed(
        program_id=fact.program_id,
        member_id=member_id,
        kind=POINTS_EARNED,
        source=DeedSource.ENTRY,
        source_id=Id(str(body["entry_id"])),
        points=int(body["points"] or 0),
        currency_id=Id(str(body["currency_id"])) if body["currency_id"] else None,
        occurred_at=datetime.fromisoformat(str(body["occurred_at"])),
        recorded_at=fact.at,
        is_imported=bool(body.get("imported")),
        is_prize=str(body.get("source_key", "")).startswith(PRIZE_KEY),
        is_disregarded=is_disregarded,
        void_at=fact.at if is_disregarded else None,
    )


def deed_of_earning(earning: Earning, *, program_id: Id, member_id: Id, prize_key: str) -> Deed:
    """The deed of a points entry, read from the ledger instead of heard."""
    return Deed(
        program_id=program_id,
        member_id=member_id,
        kind=POINTS_EARNED,
        source=DeedSource.ENTRY,
        source_id=earning.id,
        points=earning.points,
        currency_id=earning.currency_id,
        occurred_at=earning.occurred_at,
        recorded_at=earning.posted_at,
        is_prize=earning.source_key.startswith(prize_key),
    )


def deed_of_referral(fact: Told, *, member_id: Id, is_disregarded: bool) -> Deed:
    """The deed of an approved referral, at the instant of its approval (G-1)."""
    return Deed(
        program_id=fact.program_id,
        member_id=member_id,
        kind=REFERRAL_APPROVED,
        source=DeedSource.REFERRAL,
        source_id=Id(str(fact.body["referral_id"])),
        occurred_at=datetime.fromisoformat(str(fact.body["approved_at"])),
        recorded_at=fact.at,
        is_disregarded=is_disregarded,
        void_at=fact.at if is_disregarded else None,
    )


def attributes_of(told: ToldEvent, *, program: Program) -> dict[str, Any]:
    """What measures may filter by: plain values that the type declares countable."""
    names: Iterable[str] = _COUNTABLE.get(told.type, ())
    schema = program.event_types.get(told.type)
    if isinstance(schema, Mapping):
        names = [
            name
            for name, field in schema.get("properties", {}).items()
            if isinstance(field, Mapping) and field.get("countable") is True
        ]
    return {name: told.data[name] for name in names if isinstance(told.data.get(name), _PLAIN)}


def _key(deed: Deed) -> tuple[str, Id, int]:
    return str(deed.source), deed.source_id, deed.line
