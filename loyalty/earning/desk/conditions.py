"""Conditions between a definition and the editor's fields: what a field can say goes there, the rest stays as it is."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Json = dict[str, Any]

# Conditions with two bounds or two lists: field names are `<prefix>__<key>`.
_PAIRED: Final[Mapping[str, tuple[str, tuple[str, str]]]] = {
    "order": ("order", ("at_least", "at_most")),
    "skus": ("skus", ("any", "none")),
    "categories": ("categories", ("any", "none")),
    "quantity": ("quantity", ("at_least", "at_most")),
    "days_since_joining": ("joined", ("at_least", "at_most")),
}
_ONE_OR_MORE: Final = {"currency": "order_currency", "channel": "channel", "store": "store"}
_TESTS: Final = ("is", "at_least", "at_most")


def conditions_of(told: Mapping[str, Any]) -> list[Json]:
    """The conditions that cleaned fields say, in one fixed order."""
    found: list[Json] = []
    for kind, (prefix, keys) in _PAIRED.items():
        pair = {key: told.get(f"{prefix}__{key}") for key in keys}
        pair = {key: value for key, value in pair.items() if value not in (None, [])}
        if pair:
            found.append({kind: pair})
    for kind, name in _ONE_OR_MORE.items():
        words = told.get(name) or []
        if words:
            found.append({kind: words[0] if len(words) == 1 else words})
    return [*found, *_of_member(told), *_of_review(told), *_of_data(told)]


def take_conditions(rest: Json) -> Json:
    """Take out of a definition what fields can say, once each; answers the fields."""
    fields: Json = {}
    left = []
    for condition in rest.get("conditions", {}).get("all", []):
        ((kind, value),) = condition.items()
        reader = _READERS.get(kind)
        mine = reader(value) if reader else {}
        # Only what comes out again as it went in, and only once: the rest stays where it is.
        is_second = kind in _PAIRED and any(
            each.startswith(f"{_PAIRED[kind][0]}__") for each in fields
        )
        is_free = mine and not mine.keys() & fields.keys() and not is_second
        if is_free and conditions_of(mine) == [condition]:
            fields |= mine
        else:
            left.append(condition)
    if "conditions" in rest:
        rest["conditions"]["all"] = left
    return fields


def _of_member(told: Mapping[str, Any]) -> list[Json]:
    found: list[Json] = []
    kind, number = told.get("order_number__kind"), told.get("order_number__number")
    if kind == "first":
        found.append({"order_number": "first"})
    elif kind and number:
        found.append({"order_number": {kind: number}})
    if told.get("birthday_within") is not None:
        found.append({"birthday_within": told["birthday_within"]})
    if told.get("has_done"):
        found.append({"has_done": list(told["has_done"])})
    return found


def _of_review(told: Mapping[str, Any]) -> list[Json]:
    found: list[Json] = []
    if told.get("review__verified"):
        found.append({"review": "verified"})
    if told.get("review__with_photo"):
        found.append({"review": "with_photo"})
    if told.get("review__rated"):
        found.append({"review": {"rated_at_least": told["review__rated"]}})
    return found


def _of_data(told: Mapping[str, Any]) -> list[Json]:
    field, value = told.get("data__field"), told.get("data__value")
    if not field or value in (None, ""):
        return []
    test = told.get("data__test") or "is"
    return [{"data": {"field": field, test: _scalar(value)}}]


def _scalar(value: Any) -> Any:
    """Numbers and yes or no as such; anything else is a text."""
    if not isinstance(value, str):
        return value
    if value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
        return int(value)
    return {"true": True, "false": False}.get(value, value)


def _paired(kind: str) -> Callable[[Any], Json]:
    prefix, _keys = _PAIRED[kind]
    return lambda value: {f"{prefix}__{key}": each for key, each in value.items()}


def _listed(name: str) -> Callable[[Any], Json]:
    return lambda value: {name: value if isinstance(value, list) else [value]}


def _read_number(value: Any) -> Json:
    if value == "first":
        return {"order_number__kind": "first"}
    ((kind, number),) = value.items()
    return {"order_number__kind": kind, "order_number__number": number}


def _read_review(value: Any) -> Json:
    if isinstance(value, str):
        return {f"review__{value}": True}
    return {"review__rated": value["rated_at_least"]}


def _read_data(value: Any) -> Json:
    tests = [key for key in value if key != "field"]
    if len(tests) != 1 or tests[0] not in _TESTS:
        return {}
    told = value[tests[0]]
    shown = str(told).lower() if isinstance(told, bool) else str(told)
    return {"data__field": value["field"], "data__test": tests[0], "data__value": shown}


_READERS: Final[Mapping[str, Callable[[Any], Json]]] = {
    **{kind: _paired(kind) for kind in _PAIRED},
    **{kind: _listed(name) for kind, name in _ONE_OR_MORE.items()},
    "order_number": _read_number,
    "birthday_within": lambda value: {"birthday_within": value},
    "has_done": lambda value: {"has_done": value},
    "review": _read_review,
    "data": _read_data,
}
