"""The shape of a rule's definition: the keys of `rules` in the programme document, and of the form in the admin."""

from typing import Final

from loyalty.earning.kinds import TRIGGERS
from loyalty.foundation.shapes import DURATION, POSITIVE, SLUG, TEXTS, WHOLE, Schema, Shape, closed
from loyalty.programs.expiry import POLICY

PERIODS: Final = ("day", "week", "month", "quarter", "year", "ever")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
POINTS_MAX: Final = 10**9  # of one rule for one unit; more is a slip of the hand

_TEXT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 200}
_PERIOD: Final[Schema] = {"enum": list(PERIODS)}
_POINTS: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": POINTS_MAX}
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_CLOCK: Final[Schema] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_DECIMAL: Final[Schema] = {"type": "string", "pattern": r"^[0-9]{1,2}(\.[0-9]{1,3})?$"}


def _list_of(item: Schema, *, most: int, least: int = 1) -> Schema:
    return {
        "type": "array",
        "items": item,
        "minItems": least,
        "maxItems": most,
        "uniqueItems": True,
    }


def _one_or_more(item: Schema, *, most: int) -> Schema:
    return {"anyOf": [item, _list_of(item, most=most)]}


_SLUGS: Final = _list_of(SLUG, most=50)
_TEXTS: Final = _list_of(_TEXT, most=200)
_PICK: Final[Schema] = {
    **closed({"skus": _TEXTS, "categories": _TEXTS}),
    "minProperties": 1,
}
_ANY_OR_NONE: Final[Schema] = {**closed({"any": _TEXTS, "none": _TEXTS}), "minProperties": 1}
_RANGE: Final[Schema] = {**closed({"at_least": WHOLE, "at_most": WHOLE}), "minProperties": 1}
_SCALAR: Final[Schema] = {"type": ["string", "integer", "boolean"], "maxLength": 200}

CONDITIONS: Final[dict[str, Schema]] = {
    "order": _RANGE,
    "skus": _ANY_OR_NONE,
    "categories": _ANY_OR_NONE,
    "quantity": _RANGE,
    "currency": _one_or_more({"type": "string", "pattern": "^[A-Z]{3}$"}, most=20),
    "channel": _one_or_more({"enum": ["web", "app", "till", "other"]}, most=4),
    "store": _one_or_more(_TEXT, most=200),
    "tier": _one_or_more(SLUG, most=10),
    "segment": _one_or_more(SLUG, most=20),
    "order_number": {"anyOf": [{"const": "first"}, {**closed({"is": POSITIVE, "every": POSITIVE}), "minProperties": 1, "maxProperties": 1}]},
    "days_since_joining": _RANGE,
    "birthday_within": {"type": "integer", "minimum": 0, "maximum": 60},
    "review": {"anyOf": [{"enum": ["verified", "with_photo"]}, closed({"rated_at_least": {"type": "integer", "minimum": 1, "maximum": 10}}, required=["rated_at_least"])]},
    "has_done": _list_of(_TEXT, most=8),
    "data": {
        **closed(
            {"field": {"type": "string", "pattern": r"^[a-z][a-z0-9_]{0,49}(\.[a-z][a-z0-9_]{0,49}){0,4}$"}, "is": _SCALAR, "in": _list_of(_SCALAR, most=50), "at_least": {"type": "integer"}, "at_most": {"type": "integer"}},
            required=["field"],
        ),
        "minProperties": 2,
    },
}  # fmt: skip

_EFFECTS: Final[list[Schema]] = [
    closed({"kind": {"const": "fixed"}, "points": _POINTS}, required=["kind", "points"]),
    closed(
        {"kind": {"const": "per_amount"}, "points": _POINTS, "per": POSITIVE, "whole_steps": {"type": "boolean"}},
        required=["kind", "points", "per"],
    ),
    closed({"kind": {"const": "per_item"}, "points": _POINTS}, required=["kind", "points"]),
    closed({"kind": {"const": "per_line"}, "points": _POINTS}, required=["kind", "points"]),
    closed({"kind": {"const": "multiplier"}, "by": _DECIMAL}, required=["kind", "by"]),
]  # fmt: skip
_PER_PERIOD: Final = closed({"points": _POINTS, "period": _PERIOD}, required=["points", "period"])
_TIMES: Final = closed({"times": POSITIVE, "period": _PERIOD}, required=["times", "period"])
_FIELDS: Final = _list_of(
    {"type": "string", "pattern": r"^(data(\.[a-z][a-z0-9_]{0,49}){1,4}|store|channel|type)$"},
    most=3,
)
LIMITS: Final = closed(
    {
        "once_per": {
            "anyOf": [
                _FIELDS,
                closed({"fields": _FIELDS, "period": _PERIOD}, required=["fields"]),
            ]
        },
        "cooldown": DURATION,
        "times": _one_or_more(_TIMES, most=4),
        "points_per_event": _POINTS,
        "points_per_member": _one_or_more(_PER_PERIOD, most=4),
        "budget": _PER_PERIOD,
    }
)
_WINDOW: Final[Schema] = {
    **closed(
        {
            "weekdays": _list_of({"enum": list(WEEKDAYS)}, most=7),
            "from": _CLOCK,
            "to": _CLOCK,
            "dates": closed({"from": _DAY, "to": _DAY}, required=["from", "to"]),
        }
    ),
    "minProperties": 1,
    "dependentRequired": {"from": ["to"], "to": ["from"]},
}
UNLOCK: Final = closed(
    {
        "after": DURATION,
        "from": {"enum": ["event", "order.fulfilled", "safe_order"]},
        "cancel_after": DURATION,
    },
    required=["after", "from"],
)
_TRIGGER: Final[Schema] = {
    "anyOf": [
        {"enum": list(TRIGGERS)},
        {"type": "string", "pattern": "^custom\\.[a-z][a-z0-9_]{0,49}$"},
    ]
}

RULE: Final = Shape(
    closed(
        {
            "slug": SLUG,
            "name": TEXTS,
            "triggers": _list_of(_TRIGGER, most=8),
            "conditions": closed(
                {"all": {"type": "array", "maxItems": 20, "items": {**closed(CONDITIONS), "minProperties": 1, "maxProperties": 1}}},
                required=["all"],
            ),
            "expression": {"type": "string", "maxLength": 10_000},
            "lines": {**closed({"include": _PICK, "exclude": _PICK}), "minProperties": 1},
            "effect": {"type": "object"},
            "currency": SLUG,
            "priority": {"type": "integer", "minimum": 0, "maximum": 1000},
            "exclusive": {"type": "boolean"},
            "multipliable": {"type": "boolean"},
            "windows": {"type": "array", "items": _WINDOW, "minItems": 1, "maxItems": 20},
            "starts_at": _INSTANT,
            "ends_at": _INSTANT,
            "tiers": _SLUGS,
            "segments": _SLUGS,
            "limits": LIMITS,
            "unlock": UNLOCK,
            "expiry": POLICY,
            "rounding": {"enum": ["down", "half_up", "up"]},
            "counts_for_tier": {"type": "boolean"},
            "note": {"type": "string", "maxLength": 1000},
            "state": {"enum": ["draft", "live", "paused", "ended"]},
        },
        required=["slug", "name", "triggers", "currency", "effect"],
    )
)  # fmt: skip
EFFECTS: Final = {effect["properties"]["kind"]["const"]: Shape(effect) for effect in _EFFECTS}
