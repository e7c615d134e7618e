"""Conditions of the form (E-24): each becomes text in the one expression language (E-22), and is asked by itself.

Asking one by one costs a microsecond each and lets the explanation name the condition that did not hold.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

# Why the rule did not apply when this condition does not hold (E-51); anything else is `condition_false`.
WHY_NOT: Final[Mapping[str, str]] = {
    "tier": "wrong_tier",
    "segment": "not_in_segment",
    "order_number": "order_number",
}


def expression_of(condition: Mapping[str, Any]) -> str:
    """The text of one condition, `{kind: value}`, already of the right shape."""
    ((kind, value),) = condition.items()
    return _WRITERS[kind](value)


def why_not(condition: Mapping[str, Any]) -> str:
    return WHY_NOT.get(next(iter(condition)), "condition_false")


def _literal(value: object) -> str:
    """A literal of the language: JSON's texts, numbers and booleans are written alike there."""
    return json.dumps(value, ensure_ascii=False)


def _within(name: str, value: Mapping[str, int]) -> str:
    bounds = [f"{name} {sign} {value[key]}" for key, sign in _BOUNDS if key in value]
    return " && ".join(bounds)


_BOUNDS: Final = (("at_least", ">="), ("at_most", "<="))


def _among(name: str) -> Callable[[Any], str]:
    def written(value: Any) -> str:
        if isinstance(value, list):
            return f"{name} in {_literal(value)}"
        return f"{name} == {_literal(value)}"

    return written


def _ranged(name: str) -> Callable[[Any], str]:
    return lambda value: _within(name, value)


def _skus(value: Mapping[str, list[str]]) -> str:
    parts = []
    if "any" in value:
        parts.append(f"order.lines.exists(l, l.sku in {_literal(value['any'])})")
    if "none" in value:
        parts.append(f"!order.lines.exists(l, l.sku in {_literal(value['none'])})")
    return " && ".join(parts)


def _categories(value: Mapping[str, list[str]]) -> str:
    def exists(names: list[str]) -> str:
        wanted = " || ".join(f"{_literal(name)} in l.categories" for name in names)
        return f"order.lines.exists(l, {wanted})"

    parts = [exists(value["any"])] if "any" in value else []
    if "none" in value:
        parts.append(f"!{exists(value['none'])}")
    return " && ".join(parts)


def _segments(value: Any) -> str:
    slugs = value if isinstance(value, list) else [value]
    return " || ".join(f"{_literal(slug)} in member.segments" for slug in slugs)


def _order_number(value: Any) -> str:
    if value == "first":
        return "order.number == 1"
    if "is" in value:
        return f"order.number == {value['is']}"
    return f"order.number % {value['every']} == 0"


def _birthday(days: int) -> str:
    return f"member.days_to_birthday <= {days} && member.days_to_birthday >= -{days}"


def _review(value: Any) -> str:
    if value == "verified":
        return "event.data.verified == true"
    if value == "with_photo":
        return "event.data.photos >= 1"
    return f"event.data.rating >= {value['rated_at_least']}"


def _has_done(types: list[str]) -> str:
    return " && ".join(f"{_literal(kind)} in member.done" for kind in types)


def _data(value: Mapping[str, Any]) -> str:
    name = f"event.data.{value['field']}"
    parts = [f"{name} == {_literal(value['is'])}"] if "is" in value else []
    if "in" in value:
        parts.append(f"{name} in {_literal(value['in'])}")
    bounds = _within(name, value)
    return " && ".join([*parts, *([bounds] if bounds else [])])


_WRITERS: Final[Mapping[str, Callable[[Any], str]]] = {
    "order": _ranged("order.basis"),
    "skus": _skus,
    "categories": _categories,
    "quantity": lambda value: _within("order.quantity", value),
    "currency": _among("order.currency"),
    "channel": _among("event.channel"),
    "store": _among("event.store"),
    "tier": _among("member.tier"),
    "segment": _segments,
    "order_number": _order_number,
    "days_since_joining": _ranged("member.days_since_joined"),
    "birthday_within": _birthday,
    "review": _review,
    "has_done": _has_done,
    "data": _data,
}
