"""Narrowing: which deeds a measure counts, for how much, in which period, as pieces of SQL over a deed `d`."""

from dataclasses import dataclass
from typing import Any, Final

from gamification.criteria.measures import shapes
from gamification.criteria.measures.specs import Spec

# Period keys (the words of the page): ISO weeks with the ISO year.
_KEYS: Final = {
    "day": "YYYY-MM-DD",
    "week": 'IYYY-"W"IW',
    "month": "YYYY-MM",
    "quarter": 'YYYY-"Q"Q',
    "year": "YYYY",
}
_NET: Final = {
    "quantity": "d.quantity - d.returned_quantity",
    "amount": "d.amount - d.returned_amount",
    "points": "d.points - d.returned_points",
}
_APART: Final = {
    "sku": "d.sku",
    "category": "category.value",
    "place": "d.place",
    "order": "d.order_id::text",
}
_PLAIN_CLAUSES: Final = (
    ("sku", "filter_sku", "d.sku = ANY(%s::text[])"),
    ("category", "filter_category", "d.categories && %s::varchar[]"),
    ("place", "filter_place", "d.place = ANY(%s::text[])"),
    ("min_amount", "filter_amount", f"{_NET['amount']} >= %s"),
    ("max_amount", "filter_amount", f"{_NET['amount']} <= %s"),
)


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of a statement and what is bound in it, in order."""

    text: str
    values: tuple[Any, ...] = ()
    over_categories: bool = False


def key_of(spec: Spec, *, zone: str) -> Sql:
    """The period key of a calendar window, else the asker's own."""
    if not spec.calendar:
        return Sql("w.key")
    return Sql(f"to_char(d.occurred_at AT TIME ZONE %s, '{_KEYS[spec.calendar]}')", (zone,))


def value_of(spec: Spec, *, zone: str) -> Sql:
    """For how much a deed counts, net; or what it is told apart by."""
    if spec.kind == shapes.SUM:
        return Sql(f"({_NET[spec.value]})::bigint")
    if spec.kind != shapes.DISTINCT:
        return Sql("1::bigint")
    if spec.value in _KEYS:
        return Sql(f"to_char(d.occurred_at AT TIME ZONE %s, '{_KEYS[spec.value]}')", (zone,))
    return Sql(_APART[spec.value], (), spec.value == "category")


def narrowed(spec: Spec, *, zone: str) -> Sql:
    """Which deeds count: kind, not void, the fixed window, and every clause of the filter joined by and."""
    pieces: list[str] = ["d.kind = %s", "d.void_at IS NULL"]
    values: list[Any] = [spec.of]
    for text, told in (
        ("d.occurred_at >= %s", spec.since),
        ("d.occurred_at < %s", spec.until),
        ("d.currency_id = %s", spec.currency_id),
    ):
        if told is not None:
            pieces.append(text)
            values.append(told)
    if spec.since_joined:
        pieces.append(
            "d.occurred_at >= (SELECT joined_at FROM loyalty_member m WHERE m.id = d.member_id)"
        )
    if spec.of == "points.earned" and not spec.include_prizes:
        pieces.append("NOT d.is_prize")
    for _reason, piece in clauses(spec, zone=zone):
        pieces.append(piece.text)
        values += piece.values
    return Sql(" AND ".join(pieces), tuple(values))


def clauses(spec: Spec, *, zone: str) -> list[tuple[str, Sql]]:
    """Every clause of the filter by the reason that stands for it, so that a near miss can say which one failed."""
    where = spec.where
    found = [
        (reason, Sql(text, (_bound(where[name]),)))
        for name, reason, text in _PLAIN_CLAUSES
        if name in where
    ]
    if "weekday" in where:
        days = [shapes.WEEKDAYS.index(day) + 1 for day in where["weekday"]]
        text = "extract(isodow FROM d.occurred_at AT TIME ZONE %s)::int = ANY(%s::int[])"
        found.append(("filter_hours", Sql(text, (zone, days))))
    if "hours" in where:
        found.append(("filter_hours", _hours(*where["hours"], zone=zone)))
    for name, value in sorted(where.get("attribute", {}).items()):
        as_text = str(value).lower() if isinstance(value, bool) else str(value)
        found.append(("filter_attribute", Sql("d.attributes ->> %s::text = %s", (name, as_text))))
    return found


def _bound(told: Any) -> Any:
    return list(told) if isinstance(told, list | tuple) else told


def _hours(first: str, end: str, *, zone: str) -> Sql:
    """Local hours [first, end), perhaps over midnight; 24:00 is the end of the day."""
    local = "to_char(d.occurred_at AT TIME ZONE %s, 'HH24:MI')"
    joined = "AND" if first < end else "OR"
    return Sql(f"({local} >= %s {joined} {local} < %s)", (zone, first, zone, end))
