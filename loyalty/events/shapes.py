"""What each type of event may say, as JSON Schema: the same pages check what comes in and stand in the contract."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from loyalty.checkout.shapes import AMOUNTS, CHANNEL, KEY, LINES_MAX, WORD
from loyalty.events.kinds import EVENTS_MAX
from loyalty.foundation.shapes import (
    CURRENCY,
    POSITIVE,
    WHOLE,
    WHOLE_MAX,
    Schema,
    Shape,
    closed,
    text,
)

SOURCE: Final[Schema] = text(60)
# Kept as keyed digests only (S-39).
FINGERPRINTS: Final = ("payment_fingerprint", "device_key", "address_key")
EVERYWHERE: Final[Mapping[str, Schema]] = {"channel": CHANNEL, "store": WORD}

RETURNED_LINE: Final[Schema] = {
    **closed({"line_id": text(60), "sku": WORD, "quantity": POSITIVE, "amount": POSITIVE}),
    "anyOf": [{"required": ["line_id"]}, {"required": ["sku"]}],
}
_ORDER_KEY: Final[Mapping[str, Schema]] = {"order_id": KEY, "order_source": SOURCE}
_REASON: Final[Mapping[str, Schema]] = {"reason": WORD}


def _type(fields: Mapping[str, Schema], *, required: list[str]) -> Schema:
    return closed({**fields, **EVERYWHERE}, required=required)


_ORDER_PAID: Final = _type(
    {
        **_ORDER_KEY,
        **AMOUNTS,
        "paid_with_points": WHOLE,
        "paid_with_gift_card": WHOLE,
        "quote": text(60),
        "margin": {"type": "integer", "minimum": -WHOLE_MAX, "maximum": WHOLE_MAX},
        **{name: text(300) for name in FINGERPRINTS},
    },
    required=["order_id", "currency", "total"],
)
_ORDER_RETURNED: Final[Schema] = {
    **_type(
        {
            **_ORDER_KEY,
            **_REASON,
            "lines": {
                "type": "array",
                "minItems": 1,
                "maxItems": LINES_MAX,
                "items": RETURNED_LINE,
            },
            "amount": POSITIVE,
            "shipping": WHOLE,
            "currency": CURRENCY,
            "return_id": KEY,
        },
        required=["order_id"],
    ),
    "anyOf": [{"required": ["lines"]}, {"required": ["amount"]}],
}
_OF_ORDER: Final = _type(
    {**_ORDER_KEY, **_REASON, "days": {"type": "integer", "minimum": 0, "maximum": 3650}},
    required=["order_id"],
)
_REVIEW: Final[Schema] = {
    **_type(
        {
            "sku": WORD,
            "order_id": KEY,
            "rating": {"type": "integer", "minimum": 0, "maximum": 100},
            "verified": {"type": "boolean"},
            "photos": {"type": "integer", "minimum": 0, "maximum": 1000},
            "length": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
        },
        required=[],
    ),
    "anyOf": [{"required": ["sku"]}, {"required": ["order_id"]}],
}
_TICKET: Final = _type({"ticket_id": KEY, "topic": WORD}, required=["ticket_id"])
_OF_MEMBER: Final = _type({}, required=[])

SCHEMAS: Final[Mapping[str, Schema]] = {
    "order.paid": _ORDER_PAID,
    "order.fulfilled": _OF_ORDER,
    "order.cancelled": _OF_ORDER,
    "order.late": _OF_ORDER,
    "order.returned": _ORDER_RETURNED,
    "review.written": _REVIEW,
    "share.made": _type({"network": WORD, "target": WORD}, required=["network"]),
    "visit.made": _type({}, required=[]),
    "app.used": _type(
        {"platform": WORD, "minutes": {"type": "integer", "minimum": 0, "maximum": 1440}},
        required=[],
    ),
    "profile.completed": _type(
        {"fields": {"type": "array", "maxItems": 50, "items": WORD}}, required=[]
    ),
    "newsletter.joined": _type({"list": WORD}, required=[]),
    "member.birthday": _OF_MEMBER,
    "member.enrolled": _OF_MEMBER,
    "member.anniversary": _OF_MEMBER,
    "ticket.opened": _TICKET,
    "ticket.resolved": _TICKET,
}
# Told by us alone (E-7); a shop may tell a birthday that it keeps itself.
OURS_ALONE: Final = frozenset({"member.enrolled", "member.anniversary"})

ENVELOPE: Final = closed(
    {
        "type": text(60),
        "member": text(204),
        "source": SOURCE,
        "source_id": KEY,
        "occurred_at": {"type": "string", "maxLength": 40},
        "data": {"type": "object"},
        "channel": CHANNEL,
        "store": WORD,
    },
    required=["type", "member", "source", "source_id"],
)

ENVELOPE_SHAPE: Final = Shape(ENVELOPE)
DATA_SHAPES: Final = {name: Shape(schema) for name, schema in SCHEMAS.items()}


def contract() -> Schema:
    """One event or a batch, as the OpenAPI document says it: the very schemas that check what comes in."""
    known = [_event_of({"const": name}, data=schema) for name, schema in SCHEMAS.items()]
    custom = _event_of({"type": "string", "pattern": "^custom\\."}, data={"type": "object"})
    event: Schema = {"oneOf": [*known, custom]}
    alone: Schema = {"description": "Comes back with its problem; the others are taken."}
    batch = closed(
        {
            "events": {
                "type": "array",
                "minItems": 1,
                "maxItems": EVENTS_MAX,
                "items": {"anyOf": [event, alone]},
            }
        },
        required=["events"],
    )
    return {"oneOf": [*known, custom, batch]}


def _event_of(kind: Schema, *, data: Schema) -> Schema:
    fields = {**ENVELOPE["properties"], "type": kind, "data": data}
    required = [*ENVELOPE["required"], *(["data"] if data.get("required") else [])]
    return closed(fields, required=required)


def custom_shape(schema: Mapping[str, Any]) -> Shape:
    """The shape of a type that the programme made up; compiled once per wording."""
    return _compiled(json.dumps(schema, sort_keys=True))


@lru_cache(maxsize=256)
def _compiled(schema: str) -> Shape:
    return Shape(json.loads(schema))
