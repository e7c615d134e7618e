"""The shape of a reward's definition: the keys of `rewards` in the programme document, and of the form in the admin."""

from typing import Any, Final

from loyalty.foundation.shapes import (
    CURRENCY,
    DURATION,
    POSITIVE,
    SLUG,
    TEXTS,
    WHOLE,
    Schema,
    Shape,
    closed,
)
from loyalty.pictures.naming import IMAGE
from loyalty.rewards.kinds import Codes, Fulfilment, RewardKind

PERIODS: Final = ("day", "week", "month", "quarter", "year", "ever")
POINTS_MAX: Final = 10**9  # of one piece; more is a slip of the hand
DATA_BYTES_MAX: Final = 4096
PIECES_MAX: Final = 10**9

_TEXT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 200}
_LONG: Final[Schema] = {
    **TEXTS,
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 2000},
}
_IMAGES: Final[Schema] = {**TEXTS, "additionalProperties": IMAGE}
_POINTS: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": POINTS_MAX}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_CLOCK: Final[Schema] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_PERCENT: Final[Schema] = {
    "type": "string",
    "pattern": r"^(100(\.0)?|[1-9]?[1-9](\.[0-9])?|[1-9]0(\.[0-9])?|0\.[1-9])$",
}


def _list_of(item: Schema, *, most: int) -> Schema:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": most, "uniqueItems": True}


MONEY: Final = closed({"amount": POSITIVE, "currency": CURRENCY}, required=["amount", "currency"])
MONEYS: Final[Schema] = {"anyOf": [MONEY, _list_of(MONEY, most=20)]}
# A whole number is minor units of the money's own currency, else of the programme's.
SUM: Final[Schema] = {"anyOf": [POSITIVE, MONEY, _list_of(MONEY, most=20)]}
_FROM: Final[Schema] = {"anyOf": [WHOLE, MONEY, _list_of(MONEY, most=20)]}
_TEXTS: Final = _list_of(_TEXT, most=200)
_PICK: Final[Schema] = {**closed({"skus": _TEXTS, "categories": _TEXTS}), "minProperties": 1}
LINES: Final[Schema] = {**closed({"include": _PICK, "exclude": _PICK}), "minProperties": 1}

TERMS: Final[dict[str, Shape]] = {
    RewardKind.AMOUNT_OFF: Shape(
        closed({"money": MONEYS, "from": _FROM, "lines": LINES}, required=["money"])
    ),
    RewardKind.PERCENT_OFF: Shape(
        closed(
            {"percent": _PERCENT, "max_discount": SUM, "from": _FROM, "lines": LINES},
            required=["percent"],
        )
    ),
    RewardKind.FREE_PRODUCT: Shape(
        closed(
            {
                "skus": _TEXTS,
                "quantity": {"type": "integer", "minimum": 1, "maximum": 1000},
                "max_value": SUM,
            },
            required=["skus"],
        )
    ),
    RewardKind.FREE_SHIPPING: Shape(closed({"max_value": SUM, "from": _FROM})),
    RewardKind.GIFT_CARD: Shape(closed({"money": MONEY}, required=["money"])),
    RewardKind.PERK: Shape(closed({"slug": SLUG}, required=["slug"])),
    RewardKind.POINTS: Shape(
        closed({"currency": SLUG, "points": _POINTS}, required=["currency", "points"])
    ),
    RewardKind.CUSTOM: Shape(closed({"data": {"type": "object"}})),
}

WINDOW: Final[Schema] = {
    **closed(
        {
            "weekdays": _list_of({"enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, most=7),
            "from": _CLOCK,
            "to": _CLOCK,
            "dates": closed({"from": _DAY, "to": _DAY}, required=["from", "to"]),
        }
    ),
    "minProperties": 1,
    "dependentRequired": {"from": ["to"], "to": ["from"]},
}  # fmt: skip
AUDIENCE: Final[Schema] = {
    **closed(
        {
            "tiers": _list_of(SLUG, most=10),
            "segments": _list_of(SLUG, most=20),
            "days_since_joined": {
                **closed({"at_least": WHOLE, "at_most": WHOLE}),
                "minProperties": 1,
            },
            "first_redemption": {"const": True},
        }
    ),
    "minProperties": 1,
}
PRICE: Final = closed(
    {"currency": SLUG, "tier": SLUG, "points": _POINTS}, required=["currency", "points"]
)
LIMIT: Final = closed(
    {
        "times": {"type": "integer", "minimum": 1, "maximum": 10_000},
        "period": {"enum": list(PERIODS)},
    },
    required=["times", "period"],
)

REWARD: Final = Shape(
    closed(
        {
            "slug": SLUG,
            "name": TEXTS,
            "text": _LONG,
            "small_print": _LONG,
            "image": _IMAGES,
            "kind": {"enum": list(RewardKind.values)},
            "terms": {"type": "object"},
            "prices": {"type": "array", "items": PRICE, "maxItems": 100},
            "worth": {"type": "integer", "minimum": 0, "maximum": POINTS_MAX},
            "unit_cost": closed({"amount": WHOLE, "currency": CURRENCY}, required=["amount", "currency"]),
            "stock": {"type": ["integer", "null"], "minimum": 0, "maximum": PIECES_MAX},
            "low_at": {"type": "integer", "minimum": 0, "maximum": PIECES_MAX},
            "limits": {"type": "array", "items": LIMIT, "minItems": 1, "maxItems": 6},
            "windows": {"type": "array", "items": WINDOW, "minItems": 1, "maxItems": 20},
            "audience": AUDIENCE,
            "valid_for": DURATION,
            "valid_until": _DAY,
            "bound": {"type": "boolean"},
            "combinable": {"type": "boolean"},
            "fulfilment": {"enum": list(Fulfilment.values)},
            "codes": {"enum": list(Codes.values)},
            "code_length": {"enum": [8, 12]},
            "cancel_within": DURATION,
            "automatic": closed({"at_points": _POINTS}, required=["at_points"]),
            "reinstate": {"enum": ["on_full_return", "never"]},
            "on_origin_refund": {"enum": ["cancel_if_unused", "keep"]},
            "note": {"type": "string", "maxLength": 1000},
            "state": {"enum": ["draft", "live", "paused", "ended"]},
        },
        required=["slug", "name", "kind"],
    )
)  # fmt: skip

# What is the same whether it is said or not; left out, so that equal rewards have equal digests.
DEFAULTS: Final[dict[str, Any]] = {
    "terms": {},
    "prices": [],
    "bound": True,
    "combinable": False,
    "codes": Codes.OWN.value,
    "code_length": 12,
    "cancel_within": "PT24H",
    "reinstate": "on_full_return",
    "on_origin_refund": "cancel_if_unused",
    "note": "",
}
