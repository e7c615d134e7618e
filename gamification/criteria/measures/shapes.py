"""What a measure and a condition look like as JSON: the closed catalogue (gamification, 5)."""

from typing import Any, Final

from gamification.criteria.kinds import LEAVES_MAX
from loyalty.foundation.shapes import DURATION, POSITIVE, SLUG, WHOLE, Schema, closed, text

COUNT, SUM, DISTINCT = "deeds.count", "deeds.sum", "deeds.distinct"
REFERRALS: Final = "referral.count"
OVER_DEEDS: Final = frozenset({COUNT, SUM, DISTINCT, REFERRALS})
TENURE, TIER, SEGMENT, WITHIN = "member.tenure", "tier.rank", "segment.in", "date.within"
STREAK, BADGE, CHALLENGE, LEVEL = "streak.length", "badge.held", "challenge.completed", "level.reached"  # fmt: skip

SUMMED: Final = ("quantity", "amount", "points")
TOLD_APART: Final = ("sku", "category", "place", "order", "day", "week", "month")
CALENDAR: Final = ("day", "week", "month", "quarter", "year")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_WORD: Final = text(200)
_WORDS: Final[Schema] = {"type": "array", "minItems": 1, "maxItems": 100, "items": _WORD}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_TIME: Final[Schema] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"}
_PLAIN: Final[Schema] = {"type": ["string", "integer", "boolean"]}
_WEEKDAYS: Final[Schema] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 7,
    "items": {"enum": list(WEEKDAYS)},
}
_ATTRIBUTES: Final[Schema] = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 5,
    "additionalProperties": _PLAIN,
}

WHERE: Final[Schema] = closed(
    {
        "sku": _WORDS,
        "category": _WORDS,
        "place": _WORDS,
        "min_amount": WHOLE,
        "max_amount": WHOLE,
        "weekday": {
            "type": "array",
            "minItems": 1,
            "maxItems": 7,
            "items": {"enum": list(WEEKDAYS)},
        },
        "hours": {"type": "array", "minItems": 2, "maxItems": 2, "items": _TIME},
        "attribute": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 5,
            "additionalProperties": _PLAIN,
        },
    }
)
WINDOW: Final[Schema] = {
    "anyOf": [
        {"const": "ever"},
        closed({"calendar": {"enum": list(CALENDAR)}}, required=["calendar"]),
        closed({"rolling": DURATION}, required=["rolling"]),
        closed(
            {"between": {"type": "array", "minItems": 2, "maxItems": 2, "items": _DAY}},
            required=["between"],
        ),
        closed({"since": {"enum": ["joined", "opened"]}}, required=["since"]),
    ]
}
_NARROWED: Final[dict[str, Schema]] = {
    "where": WHERE,
    "window": WINDOW,
    "daily_cap": POSITIVE,
    "include_prizes": {"type": "boolean"},
}


def _of_kind(kind: str, fields: dict[str, Schema], *, required: tuple[str, ...] = ()) -> Schema:
    return closed({"kind": {"const": kind}, **fields}, required=["kind", *required])


KINDS: Final[dict[str, Schema]] = {
    COUNT: _of_kind(COUNT, {"of": text(60), "currency": SLUG, **_NARROWED}, required=("of",)),
    SUM: _of_kind(
        SUM,
        {"of": text(60), "value": {"enum": list(SUMMED)}, "currency": SLUG, **_NARROWED},
        required=("of", "value"),
    ),
    DISTINCT: _of_kind(
        DISTINCT,
        {
            "of": text(60),
            "value": {"enum": list(TOLD_APART)},
            "where": WHERE,
            "window": WINDOW,
        },
        required=("of", "value"),
    ),
    REFERRALS: _of_kind(REFERRALS, {"window": WINDOW}),
    TENURE: _of_kind(TENURE, {"unit": {"enum": ["days", "months", "years"]}}, required=("unit",)),
    TIER: _of_kind(TIER, {"tier": SLUG, "when": {"enum": ["ever", "now"]}}, required=("tier",)),
    SEGMENT: _of_kind(SEGMENT, {"segment": text(60)}, required=("segment",)),
    WITHIN: _of_kind(WITHIN, {"from": _DAY, "to": _DAY}, required=("from", "to")),
    STREAK: _of_kind(
        STREAK, {"streak": SLUG, "which": {"enum": ["current", "longest"]}}, required=("streak",)
    ),
    BADGE: _of_kind(BADGE, {"badge": SLUG, "tier": SLUG}, required=("badge",)),
    CHALLENGE: _of_kind(CHALLENGE, {"challenge": SLUG}, required=("challenge",)),
    LEVEL: _of_kind(LEVEL, {"level": SLUG}, required=("level",)),
}
# The kind alone chooses; what else is wrong is told by the shape of that kind.
MEASURE: Final[Schema] = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"type": "string", "maxLength": 60}},
}
LEAF: Final[Schema] = closed({"measure": MEASURE, "at_least": POSITIVE}, required=["measure"])


def _tree(depth: int) -> Schema:
    """Conditions of at most this depth; the rule itself refuses deeper ones by name, so one more is let through."""
    if depth == 0:
        return {"type": "object"}
    inner = _tree(depth - 1)
    some: Schema = {"type": "array", "minItems": 1, "maxItems": LEAVES_MAX * 4, "items": inner}
    return {
        "oneOf": [
            LEAF,
            closed({"all": some}, required=["all"]),
            closed({"any": some}, required=["any"]),
            closed({"not": inner}, required=["not"]),
        ]
    }


CONDITION: Final[Schema] = _tree(2)
STATE_LEAVES: Final = frozenset({SEGMENT, BADGE, WITHIN, TIER})

Json = dict[str, Any]
