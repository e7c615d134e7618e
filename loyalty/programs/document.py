"""The parts of the programme document that this room understands."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.shapes import (
    CURRENCY,
    DECIMAL,
    DURATION,
    POSITIVE,
    SLUG,
    TEXTS,
    Shape,
    below,
    closed,
)
from loyalty.programs.definition import currencies, rates_of, settings_of
from loyalty.programs.documents import Part, register
from loyalty.programs.models import PointCurrency, Program, ReasonCode

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS_LIST: Final = {
    "type": "array",
    "items": {"type": "string", "maxLength": 100},
    "maxItems": 500,
}
_LIMIT: Final = {"type": ["integer", "null"], "minimum": 0, "maximum": 10**12}
_BUDGET: Final = closed(
    {"points": POSITIVE, "period": {"enum": ["day", "week", "month", "quarter", "year", "ever"]}},
    required=["points", "period"],
)

PROGRAM: Final = closed(
    {
        "slug": SLUG,
        "name": TEXTS,
        "zone": {"type": "string", "maxLength": 60},
        "currency": CURRENCY,
        "languages": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[a-z]{2,3}$"},
            "minItems": 1,
            "maxItems": 20,
            "uniqueItems": True,
        },
        "test": {"type": "boolean"},
        "enrol_on_event": {"type": "boolean"},
        "week_starts_on": {"enum": list(WEEKDAYS)},
        "basis": closed(
            {switch: {"type": "boolean"} for switch in settings_of.SWITCHES}
            | {"left_out_skus": _WORDS_LIST, "left_out_categories": _WORDS_LIST}
        ),
        "returns_take": {"enum": ["owe", "within_balance", "only_pending"]},
        "give_back_grace": DURATION,
        "late_limit": DURATION,
        "max_multiplier": DECIMAL,
        "transfers": closed({"per_day": POSITIVE}),
        "event_types": {
            "type": "object",
            "propertyNames": {"pattern": r"^custom\.[a-z0-9_]{1,40}$"},
            "additionalProperties": {"type": "object"},
            "maxProperties": 100,
        },
        "points_budget": {"anyOf": [_BUDGET, closed({})]},
        "publish_alone_percent": {"type": ["integer", "null"], "minimum": 0, "maximum": 1000},
        "step_up_points": _LIMIT,
        "step_up_money": _LIMIT,
        "paused": {"type": "boolean"},
    },
    required=["slug"],
)
REASONS: Final = {
    "type": "array",
    "maxItems": 100,
    "items": closed({"slug": SLUG, "name": TEXTS}, required=["slug", "name"]),
}


def _apply_program(program: Program, told: dict[str, Any], _at: datetime, _actor: Actor) -> None:
    if "zone" in told and told["zone"] not in available_timezones():
        raise Malformed(
            problems=[
                Problem(
                    pointer="/program/zone",
                    code="not_a_choice",
                    message=_("This is not an IANA time zone."),
                )
            ]
        )
    for name, schema in told.get("event_types", {}).items():
        _refuse_bad_schema(schema, pointer=below("/program/event_types", name))
    settings_of.change(program=program, told=told)


def _refuse_bad_schema(schema: dict[str, Any], *, pointer: str) -> None:
    """Custom events are checked by it: JSON Schema 2020-12 that refers to nothing outside."""
    try:
        Shape(schema)
    except ValueError as error:
        message = _("This is no JSON Schema (2020-12) of its own.")
        problem = Problem(pointer=pointer, code="schema_invalid", message=message)
        raise Malformed(problems=[problem]) from error


def _apply_rates(
    program: Program, told: list[dict[str, Any]], _at: datetime, _actor: Actor
) -> None:
    rates_of.change(program=program, told=told)


def _apply_reasons(
    program: Program, told: list[dict[str, Any]], _at: datetime, _actor: Actor
) -> None:
    for position, reason in enumerate(told):
        ReasonCode.objects.update_or_create(
            program=program,
            slug=reason["slug"],
            defaults={"name": reason["name"], "position": position},
        )


def _export_reasons(program: Program) -> list[dict[str, Any]] | None:
    reasons = ReasonCode.objects.filter(program=program)
    return [{"slug": reason.slug, "name": reason.name} for reason in reasons] or None


def _apply_currencies(
    program: Program, told: list[dict[str, Any]], _at: datetime, _actor: Actor
) -> None:
    currencies.change(program=program, told=told)


def _export_currencies(program: Program) -> list[dict[str, Any]] | None:
    kinds = PointCurrency.objects.filter(program=program)
    return [currencies.exported(currency) for currency in kinds] or None


register(
    Part(key="program", shape=Shape(PROGRAM), apply=_apply_program, export=settings_of.exported)
)
register(
    Part(
        key="currencies",
        shape=Shape(currencies.CURRENCIES),
        apply=_apply_currencies,
        export=_export_currencies,
    )
)
register(
    Part(
        key="exchange_rates",
        shape=Shape(rates_of.RATES),
        apply=_apply_rates,
        export=rates_of.exported,
    )
)
register(
    Part(key="reason_codes", shape=Shape(REASONS), apply=_apply_reasons, export=_export_reasons)
)
