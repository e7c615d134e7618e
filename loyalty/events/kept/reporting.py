"""Reporting: what an event brought, as staff read it: names in place of slugs, dates, money with its currency."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.telling.rules import TRIGGERS
from loyalty.earning.telling.words import money
from loyalty.foundation.refusals import Text
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_words

Json = dict[str, Any]

KINDS: Final[Mapping[str, Text]] = {
    **TRIGGERS,
    "order.returned": _("something of an order comes back"),
    "order.cancelled": _("an order is cancelled"),
}
_PARTS: Final[Mapping[str, Text]] = {
    "pending": _("Taken from what was pending"),
    "available": _("Taken from what was available"),
    "expired": _("Had expired already"),
    "owing": _("Is owed"),
    "forgiven": _("Is forgiven"),
}


def shown_results(results: Mapping[str, Any], *, program: Program) -> Json:
    """What an event brought: its points and, of a return, what came back of the order (E-65)."""
    currencies = PointCurrency.objects.filter(program=program)
    names = {each.slug: in_words(each.name) for each in currencies}
    points = [
        {
            **each,
            "currency": names.get(each["currency"], each["currency"]),
            "available_at": _instant(each.get("available_at")),
            "expires_at": _instant(each.get("expires_at")),
        }
        for each in results["points"]
    ]
    told = {"points": points, "why_nothing": results.get("why_nothing", "")}
    if "allocation" in results:
        told["allocation"] = _allocation(results["allocation"], names=names)
    return told


def _allocation(told: Mapping[str, Any], *, names: Mapping[str, str]) -> Json:
    code = told["money"]["currency"]
    return {
        "lines": [
            {
                **line,
                "value": money(line["value"], code),
                "money": money(line["money"], code),
            }
            for line in told["lines"]
        ],
        "money": money(told["money"]["amount"], code),
        "given_back": told["given_back"],
        "taken_back": [
            {"currency": names.get(slug, slug), "what": what, "points": parts[part]}
            for slug, parts in told["taken_back"].get("by_currency", {}).items()
            for part, what in _PARTS.items()
            if parts[part]
        ],
        "vouchers": len(told.get("vouchers", ())),
    }


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
