"""Shapes: what a ladder looks like in the programme document."""

from typing import Any, Final

from loyalty.foundation.shapes import DURATION, POSITIVE, SLUG, TEXTS, WHOLE, Schema, closed
from loyalty.programs.expiry import POLICY
from loyalty.tiers.kinds import CycleKind, Drop, Metric, OnReturn, Up
from loyalty.tiers.models.ladders import TIERS_MAX

MULTIPLIER: Final[Schema] = {
    "type": "string",
    "pattern": r"^([1-9](\.[0-9]{1,3})?|10(\.0{1,3})?)$",
}
DAYS: Final[Schema] = {"type": "string", "pattern": r"^P([0-9]{1,3}D|[0-9]{1,2}W)$"}
ROLLING_PERIOD: Final[Schema] = {"type": "string", "pattern": r"^P(([1-9]|1[0-9]|2[0-4])M|[12]Y)$"}
MONTH_DAY: Final[Schema] = {
    "type": "string",
    "pattern": "^(02-(0[1-9]|1[0-9]|2[0-9])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))$",
}
GIFT: Final[Schema] = {
    "oneOf": [
        closed({"points": POSITIVE, "currency": SLUG}, required=["points"]),
        closed({"reward": SLUG}, required=["reward"]),
    ]
}
BENEFITS: Final[Schema] = closed(
    {
        "multiplier": MULTIPLIER,
        "expiry": POLICY,
        "free_shipping": closed({"from": WHOLE}),
        "birthday_gift": GIFT,
        "entry_gift": GIFT,
        "perks": {
            "type": "array",
            "maxItems": 50,
            "items": closed({"slug": SLUG, "text": TEXTS}, required=["slug", "text"]),
        },
    }
)
CYCLE: Final[Schema] = closed(
    {
        "kind": {"enum": list(CycleKind.values)},
        "period": ROLLING_PERIOD,
        "starts_on": MONTH_DAY,
    },
    required=["kind"],
)
TIER: Final[Schema] = closed(
    {
        "slug": SLUG,
        "name": TEXTS,
        "reach": WHOLE,
        "keep": WHOLE,
        "by_metric": {"type": "boolean"},
        "for_life": {"type": "boolean"},
        "benefits": BENEFITS,
    },
    required=["slug", "name"],
)
LADDER: Final[Schema] = closed(
    {
        "metric": {"enum": list(Metric.values)},
        "currency": SLUG,
        "cycle": CYCLE,
        "up": {"enum": list(Up.values)},
        "grace": DAYS,
        "drop": {"enum": list(Drop.values)},
        "on_return": {"enum": list(OnReturn.values)},
        "notice": DURATION,
        "mapping": {
            "type": "object",
            "propertyNames": SLUG,
            "additionalProperties": SLUG,
            "maxProperties": 50,
        },
        "tiers": {"type": "array", "minItems": 1, "maxItems": TIERS_MAX, "items": TIER},
    }
)
DEFAULTS: Final[dict[str, Any]] = {
    "metric": "points",
    "cycle": {"kind": "rolling", "period": "P12M"},
    "up": "at_once",
    "grace": "P30D",
    "drop": "one_level",
    "on_return": "at_once",
    "notice": "P30D",
    "mapping": {},
}
