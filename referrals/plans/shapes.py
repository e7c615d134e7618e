"""The shape of a plan in the programme document, and the defaults of what it leaves out."""

from collections.abc import Mapping
from typing import Any, Final

from loyalty.foundation.shapes import CURRENCY, POSITIVE, SLUG, TEXTS, WHOLE, Schema, Shape, closed
from referrals.plans.kinds import Audience, HouseholdPolicy, Preset, Take

# R-2: exact multiples of 24 hours.
DAYS: Final[Schema] = {"type": "string", "pattern": "^P(?!0+[DW]$)[0-9]{1,3}[DW]$"}
_WORDS: Final[Schema] = {
    "type": "array",
    "maxItems": 200,
    "items": {"type": "string", "minLength": 1, "maxLength": 100},
}
REWARD: Final[Schema] = {
    "oneOf": [
        closed(
            {"kind": {"const": "points"}, "currency": SLUG, "points": POSITIVE, "cost": WHOLE},
            required=["kind", "currency", "points"],
        ),
        closed(
            {"kind": {"const": "voucher"}, "reward": SLUG, "cost": WHOLE},
            required=["kind", "reward"],
        ),
        closed(
            {
                "kind": {"const": "payable"},
                "money": closed(
                    {"amount": POSITIVE, "currency": CURRENCY}, required=["amount", "currency"]
                ),
            },
            required=["kind", "money"],
        ),
    ]
}
CAP: Final = closed(
    {
        "times": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "period": {"enum": ["month", "quarter", "half_year", "year", "ever"]},
    },
    required=["times", "period"],
)
GUARD: Final[Schema] = {
    "oneOf": [
        {"enum": Preset.values},
        closed(
            {
                "preset": {"enum": Preset.values},
                "weights": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[a-z_]{1,30}$"},
                    "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 1000},
                },
                "switched_off": _WORDS,
                "review_from": POSITIVE,
                "block_from": POSITIVE,
            },
            required=["preset"],
        ),
    ]
}
_STATES: Final[Schema] = {"enum": ["live", "paused", "retired"]}
_TEXT: Final[Schema] = {
    **TEXTS,
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 500},
}
PLAN: Final = closed(
    {
        "slug": SLUG,
        "name": TEXTS,
        "audience": {"enum": Audience.values},
        "state": _STATES,
        "priority": {"type": "integer", "minimum": -1000, "maximum": 1000},
        "touch_window": DAYS,
        "qualify_window": DAYS,
        "claim_window": DAYS,
        "hold": DAYS,
        "min_order": WHOLE,
        "left_out_skus": _WORDS,
        "left_out_categories": _WORDS,
        "friend_reward": REWARD,
        "advocate_reward": REWARD,
        "welcome": REWARD,
        "advocate_cap": {
            "oneOf": [CAP, {"type": "array", "items": CAP, "minItems": 1, "maxItems": 5}]
        },
        "budget": POSITIVE,
        "clawback": closed({"for": DAYS, "take": {"enum": Take.values}}),
        "guard": GUARD,
        "household": {"enum": HouseholdPolicy.values},
        "storefront": {
            "type": "string",
            "maxLength": 200,
            "pattern": r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$",
        },
        "landing": {"type": "string", "maxLength": 200, "pattern": r"^/(?![/\\])[^\\\s]*$"},
        "cookie_needs_consent": {"type": "boolean"},
        "share_texts": _TEXT,
        "coupon_sites": _WORDS,
        "disposable_domains": _WORDS,
        "refused_words": _WORDS,
    },
    required=["slug"],
)
SHAPE: Final = Shape(
    {"oneOf": [PLAN, {"type": "array", "items": PLAN, "minItems": 1, "maxItems": 20}]}
)
# What stands beside the settings of a version: on the plan itself.
OF_PLAN: Final = ("slug", "name", "audience", "state", "priority")
DEFAULTS: Final[Mapping[str, Any]] = {
    "touch_window": "P30D",
    "qualify_window": "P60D",
    "claim_window": "P14D",
    "hold": "P14D",
    "min_order": 3000,
    "left_out_skus": [],
    "left_out_categories": [],
    "clawback": {"for": "P60D", "take": Take.UNSPENT.value},
    "guard": Preset.MODERATE.value,
    "household": HouseholdPolicy.ONCE.value,
    "landing": "/",
    "cookie_needs_consent": False,
    "share_texts": {},
    "coupon_sites": [],
    "disposable_domains": [],
    "refused_words": [],
}
