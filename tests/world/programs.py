"""The Corner Café and its kind: programmes come in by the document, as everybody's do."""

from datetime import UTC, datetime
from typing import Any

from loyalty.foundation.actors import Actor, job
from loyalty.programs.documents import FORMAT, Applied, apply_program
from loyalty.programs.models import PointCurrency, Program

OPENED_AT = datetime(2026, 1, 1, 6, tzinfo=UTC)
SETTER: Actor = job("setting-up")
STARS = {
    "slug": "stars",
    "name": {"en": "Stars"},
    "spendable": True,
    "expiry": {"kind": "rolling", "period": "P12M", "round_up": "month"},
    "pay": {"points_per_block": 100, "money_per_block": 100, "min_points": 500, "max_share": "0.5"},
}
XP = {
    "slug": "xp",
    "name": {"en": "Experience"},
    "spendable": False,
    "expiry": {"kind": "never"},
}
REASONS = [{"slug": "goodwill", "name": {"en": "Goodwill"}}]


def applied(document: dict[str, Any], *, at: datetime = OPENED_AT, **how: Any) -> Applied:
    """The document, applied by the rule that the command line and the API call."""
    return apply_program(document={"format": FORMAT} | document, actor=SETTER, at=at, **how)


def a_program(
    slug: str = "corner-cafe",
    *,
    at: datetime = OPENED_AT,
    currencies: list[dict[str, Any]] | None = None,
    parts: dict[str, Any] | None = None,
    **settings: Any,
) -> Program:
    """A programme in Kyiv and euros with stars and experience; `parts` are further keys of the document."""
    program = {
        "slug": slug,
        "name": {"en": "Corner Café"},
        "zone": "Europe/Kyiv",
        "currency": "EUR",
        "languages": ["en", "ar", "fa", "uk"],
    }
    document: dict[str, Any] = {
        "program": program | settings,
        "currencies": currencies or [STARS, XP],
        "reason_codes": REASONS,
    }
    return applied(document | (parts or {}), at=at).program


def currency_of(program: Program, slug: str = "stars") -> PointCurrency:
    """The programme's point currency of that slug."""
    return PointCurrency.objects.get(program=program, slug=slug)
