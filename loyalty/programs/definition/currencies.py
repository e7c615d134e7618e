"""Point currencies, as the document's part `currencies` tells and shows them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from loyalty.foundation.shapes import DURATION, POSITIVE, SLUG, TEXTS, Schema, closed
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.expiry import NEVER, POLICY
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import FORMS

SHARE: Final[Schema] = {"type": "string", "pattern": r"^(0\.[0-9]{1,4}|1(\.0{1,4})?)$"}
PAY: Final[Schema] = closed(
    {
        "points_per_block": POSITIVE,
        "money_per_block": POSITIVE,
        "min_points": {"type": "integer", "minimum": 0, "maximum": 10**12},
        "max_share": SHARE,
    },
    required=["points_per_block", "money_per_block"],
)
PERIODS: Final = ("day", "week", "month", "quarter", "year", "ever")
LIMITS: Final[Schema] = closed(
    {
        "points_per_event": POSITIVE,
        "points_per_member": closed(
            {"points": POSITIVE, "period": {"enum": list(PERIODS)}}, required=["points", "period"]
        ),
        "balance_cap": POSITIVE,
    }
)
UNLOCK: Final[Schema] = closed({"after": DURATION, "from": {"enum": ["event"]}}, required=["after"])
_FORM: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 100}
COUNTED: Final[Schema] = {  # by language, then by plural form
    "type": "object",
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": closed(dict.fromkeys(FORMS, _FORM), required=["other"]),
}
CURRENCIES: Final[Schema] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 20,
    "items": closed(
        {
            "slug": SLUG,
            "name": TEXTS,
            "counted": COUNTED,
            "spendable": {"type": "boolean"},
            "expiry": POLICY,
            "stacking": {"enum": ["sum", "best"]},
            "rounding": {"enum": ["down", "half_up", "up"]},
            "unlock": UNLOCK,
            "pay": PAY,
            "limits": LIMITS,
        },
        required=["slug", "name"],
    ),
}
DEFAULT_EXPIRY: Final = {"kind": "rolling", "period": "P12M", "round_up": "month"}
FIELDS: Final = ("name", "counted", "spendable", "expiry", "stacking", "rounding", "unlock", "pay", "limits")  # fmt: skip


@inside_unit_of_work
def change(*, program: Program, told: Sequence[Mapping[str, Any]]) -> None:
    """Add or change the currencies told; others stay. Terms hold for points from now on only (L-15)."""
    known = {currency.slug: currency for currency in program.currencies.all()}
    for position, wanted in enumerate(told):
        currency = known.get(wanted["slug"]) or PointCurrency(
            program=program,
            slug=wanted["slug"],
            expiry=DEFAULT_EXPIRY if wanted.get("spendable", True) else dict(NEVER),
        )
        currency.moved_by = sorted({*currency.moved_by, *currency.expiry.get("activities", ())})
        for field in FIELDS:
            if field in wanted:
                setattr(currency, field, wanted[field])
        currency.position = position
        currency.save()


def exported(currency: PointCurrency) -> dict[str, Any]:
    """One currency as the document shows it."""
    shown: dict[str, Any] = {
        "slug": currency.slug,
        "name": currency.name,
        "spendable": currency.spendable,
        "expiry": currency.expiry,
        "stacking": currency.stacking,
        "rounding": currency.rounding,
    }
    for field in ("counted", "unlock", "pay", "limits"):
        if getattr(currency, field):
            shown[field] = getattr(currency, field)
    return shown
