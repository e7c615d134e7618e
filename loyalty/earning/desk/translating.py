"""Translating between a definition and the editor's fields: what no field can say stays in `more`, word for word."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from loyalty.earning.desk.conditions import conditions_of, take_conditions
from loyalty.earning.desk.inputs import span_of

Json = dict[str, Any]

# Fields that are one path of the definition.
_PATHS: Final = (
    "slug",
    "triggers",
    "currency",
    "effect__kind",
    "effect__points",
    "effect__per",
    "effect__whole_steps",
    "effect__by",
    "rounding",
    "lines__include__categories",
    "lines__include__skus",
    "lines__exclude__categories",
    "lines__exclude__skus",
    "tiers",
    "segments",
    "starts_at",
    "ends_at",
    "limits__points_per_event",
    "priority",
    "exclusive",
    "counts_for_tier",
    "expression",
    "note",
)
# Which effects ask for a field; the form hides it from the others, whatever was typed there before.
_ASKED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "effect__points": ("per_amount", "fixed", "per_item", "per_line"),
    "effect__per": ("per_amount",),
    "effect__whole_steps": ("per_amount",),
    "effect__by": ("multiplier",),
}
# So many (points, or times) a period: fields, and where they stand.
_PER_PERIOD: Final = (
    ("times", "times", "times"),
    ("per_member", "points_per_member", "points"),
    ("budget", "budget", "points"),
)


def definition_of(told: Mapping[str, Any]) -> Json:
    """The definition that cleaned fields say; what stands in `more` comes on top, lists of it at the end."""
    definition: Json = {}
    for field, value in told.items():
        if told["effect__kind"] not in _ASKED_BY.get(field, told["effect__kind"]):
            continue  # out of sight for this effect
        if field in _PATHS or field.startswith("name__"):
            _put(definition, field.split("__"), value)
    _put(definition, ["limits", "once_per"], told["limits__once_per"])
    for field, limit, what in _PER_PERIOD:
        if told[field]:
            value = {what: told[field], "period": told[f"{field}_period"] or "ever"}
            _put(definition, ["limits", limit], value)
    conditions = conditions_of(told)
    if conditions:
        definition["conditions"] = {"all": conditions}
    window = _window_of(told)
    if window:
        definition["windows"] = [window]
    definition |= _spans_of(told)
    _put(definition, ["limits", "cooldown"], told["limits__cooldown"])
    return _joined(definition, told["more"])


def fields_of(definition: Mapping[str, Any]) -> Json:
    """What to show in the fields; `definition_of` of it says the same again."""
    rest = deepcopy(dict(definition))
    fields: Json = {}
    for field in (*_PATHS, *(f"name__{language}" for language in rest.get("name", {}))):
        value = _take(rest, field.split("__"))
        if value is not None:
            fields[field] = value
    limits = rest.get("limits", {})
    if isinstance(limits.get("once_per"), list):
        fields["limits__once_per"] = limits.pop("once_per")
    for field, limit, what in _PER_PERIOD:
        if isinstance(limits.get(limit), dict):
            told = limits.pop(limit)
            fields |= {field: told[what], f"{field}_period": told["period"]}
    fields |= take_conditions(rest) | _of_windows(rest)
    if span_of(limits.get("cooldown")):
        fields["limits__cooldown"] = limits.pop("cooldown")
    fields |= _take_spans(rest)
    left = _without_gaps(rest)
    fields["more"] = json.dumps(left, ensure_ascii=False, indent=2) if left else ""
    return fields


def _window_of(told: Mapping[str, Any]) -> Json:
    """The one window that fields can say."""
    window = {key: told[f"window__{key}"] for key in ("weekdays", "from", "to")}
    window = {key: value for key, value in window.items() if value}
    if told["window__first_day"] or told["window__end_day"]:
        window["dates"] = {"from": told["window__first_day"], "to": told["window__end_day"]}
    return window


def _of_windows(rest: Json) -> Json:
    if len(rest.get("windows", [])) != 1:
        return {}
    (window,) = rest.pop("windows")
    dates = window.pop("dates", None)
    fields = {f"window__{key}": value for key, value in window.items()}
    if dates:
        fields |= {"window__first_day": dates["from"], "window__end_day": dates["to"]}
    return fields


def _put(definition: Json, path: list[str], value: Any) -> None:
    """Set what was told; an empty field says nothing."""
    if value in (None, "", [], False):
        return
    *parents, last = path
    for step in parents:
        definition = definition.setdefault(step, {})
    definition[last] = value


def _take(definition: Json, path: list[str]) -> Any:
    *parents, last = path
    for step in parents:
        definition = definition.get(step, {})
    return definition.pop(last, None)


def _joined(definition: Json, more: Mapping[str, Any]) -> Json:
    joined = dict(definition)
    for key, value in more.items():
        mine = joined.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            joined[key] = _joined(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            joined[key] = [*mine, *value]
        else:
            joined[key] = value
    return joined


def _without_gaps(value: Any) -> Any:
    """What is left, without the empty shells of what was taken out."""
    if not isinstance(value, dict):
        return value
    kept = {key: _without_gaps(each) for key, each in value.items()}
    return {key: each for key, each in kept.items() if each not in ({}, [])}


def _spans_of(told: Mapping[str, Any]) -> Json:
    """`unlock` and `expiry`, as far as fields tell them."""
    found: Json = {}
    source = told.get("unlock__from") or "event"
    if told.get("unlock__after") or source != "event":
        found["unlock"] = {"after": told.get("unlock__after") or "P0D", "from": source}
        if told.get("unlock__cancel_after"):
            found["unlock"]["cancel_after"] = told["unlock__cancel_after"]
    if told.get("expiry__period"):
        found["expiry"] = {"kind": "rolling", "period": told["expiry__period"]}
        if told.get("expiry__round_up"):
            found["expiry"]["round_up"] = told["expiry__round_up"]
    return found


def _take_spans(rest: Json) -> Json:
    """Take out of a definition what fields can say, word for word; answers the fields."""
    fields: Json = {}
    unlock, expiry = rest.get("unlock", {}), rest.get("expiry", {})
    mine = {f"unlock__{key}": value for key, value in unlock.items()}
    mine |= {f"expiry__{key}": value for key, value in expiry.items() if key != "kind"}
    said = _spans_of(mine)
    if said.get("unlock") == unlock and _are_spans(unlock, ("after", "cancel_after")):
        fields |= {name: value for name, value in mine.items() if name.startswith("unlock__")}
        rest.pop("unlock", None)
    if said.get("expiry") == expiry and _are_spans(expiry, ("period",)):
        fields |= {name: value for name, value in mine.items() if name.startswith("expiry__")}
        rest.pop("expiry", None)
    return fields


def _are_spans(told: Json, names: tuple[str, ...]) -> bool:
    return all(span_of(told[name]) for name in names if name in told)
