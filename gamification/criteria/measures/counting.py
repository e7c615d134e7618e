"""Counting: the set query. It alone says what a measure over deeds is, for any members and any window (G-12, G-16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gamification.criteria.measures import shapes
from gamification.criteria.measures.narrowing import Sql, key_of, narrowed, value_of
from gamification.criteria.measures.specs import Spec
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

DEEDS: Final = "gamification_deed"
EVIDENCE_MAX: Final = 20  # deeds named as evidence (G-40)

WHO: Final = """
    who AS (
        SELECT member_id, key, COALESCE(since, '-infinity') AS since, COALESCE(until, 'infinity') AS until
        FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[]) AS told (member_id, key, since, until)
    )
"""
_BASE: Final = """
    SELECT w.member_id, {key} AS key, d.id AS deed_id, d.occurred_at, d.recorded_at, {value} AS v,
           (d.occurred_at AT TIME ZONE %s)::date AS local_day
    FROM who w JOIN {source} d
      ON d.member_id = w.member_id AND d.occurred_at >= w.since AND d.occurred_at < w.until{categories}
    WHERE {wanted}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """A member in a window [since, until); `key` is handed back, so that one member may be asked about twice."""

    member_id: Id
    key: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossing:
    """The deed with which the net history first got to a target, and what came of it by now.

    `value` is the present value; `first_id` the first deed that counts, `deeds` up to twenty that led there.
    """

    member_id: Id
    key: str
    target: int
    at: datetime
    value: int
    deed_id: Id | None = None
    first_id: Id | None = None
    deeds: tuple[Id, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """What one deed adds."""

    member_id: Id
    key: str
    deed_id: Id
    occurred_at: datetime
    recorded_at: datetime
    value: int


def values_of(
    *, spec: Spec, zone: str, who: Sequence[Who], source: str = DEEDS
) -> dict[tuple[Id, str], int]:
    """The present values by member and key, those above zero; one statement."""
    if not who:
        return {}
    told = summed(spec, zone=zone, who=who, source=source)
    return {(member_id, key): int(value) for member_id, key, value in run(told.text, told.values)}


def summed(spec: Spec, *, zone: str, who: Sequence[Who], source: str = DEEDS) -> Sql:
    """The statement that says the present values."""
    inner = counted(spec, zone=zone, source=source)
    total = "max(total)" if spec.rolling else "sum(v)::bigint"
    source = f"({_running(spec)})" if spec.rolling else "counted"
    text = (
        f"WITH {WHO}, counted AS ({inner.text}) SELECT member_id, key, {total} AS total"  # noqa: S608
        f" FROM {source} AS each GROUP BY member_id, key"
    )
    return Sql(text=text, values=(*asked(who), *inner.values))


def crossings(
    *,
    spec: Spec,
    zone: str,
    who: Sequence[Who],
    targets: Collection[int],
    every: bool = False,
    source: str = DEEDS,
) -> list[Crossing]:
    """When the net history of these members first got to each target; one statement.

    `every`: there is one target, and each multiple of it that was reached is answered with its own `target`.
    """
    if not who or not targets:
        return []
    inner = counted(spec, zone=zone, source=source)
    reached = (
        "JOIN LATERAL (SELECT k * goal.target AS target FROM generate_series("
        "(r.total - r.v) / goal.target + 1, r.total / goal.target) AS k) AS t ON true"
        if every
        else "JOIN LATERAL (SELECT goal.target) AS t ON r.total >= goal.target"
    )
    rows = run(
        f"""
        WITH {WHO}, counted AS ({inner.text}), r AS ({_running(spec)})
        SELECT DISTINCT ON (r.member_id, r.key, t.target)
               r.member_id, r.key, t.target::bigint, r.occurred_at, r.present::bigint, r.deed_id, r.first_id, r.deeds
        FROM r CROSS JOIN unnest(%s::bigint[]) AS goal (target) {reached}
        ORDER BY r.member_id, r.key, t.target, r.occurred_at, r.deed_id
        """,  # noqa: S608 (parts of our own, values bound)
        [*asked(who), *inner.values, sorted(set(targets))],
    )
    return [
        Crossing(
            member_id=member_id,
            key=key,
            target=target,
            at=at,
            value=value,
            deed_id=deed_id,
            first_id=first_id,
            deeds=tuple(deeds),
        )
        for member_id, key, target, at, value, deed_id, first_id, deeds in rows
    ]


def contributions(
    *, spec: Spec, zone: str, who: Sequence[Who], source: str = DEEDS
) -> list[Contribution]:
    """What each deed adds, by member, key and time; one statement."""
    if not who:
        return []
    inner = counted(spec, zone=zone, source=source)
    rows = run(
        f"WITH {WHO}, counted AS ({inner.text})"  # noqa: S608
        " SELECT member_id, key, deed_id, occurred_at, recorded_at, v::bigint FROM counted"
        " ORDER BY member_id, key, occurred_at, deed_id",
        [*asked(who), *inner.values],
    )
    return [
        Contribution(
            member_id=member_id,
            key=key,
            deed_id=deed_id,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            value=value,
        )
        for member_id, key, deed_id, occurred_at, recorded_at, value in rows
    ]


def recorded_within(seconds: int) -> str:
    """A `source`: deeds that were recorded at most so long after the end of the window that is asked about (G-51)."""
    return f"""(
        SELECT d.* FROM who AS asked JOIN gamification_deed d
          ON d.member_id = asked.member_id AND d.occurred_at >= asked.since AND d.occurred_at < asked.until
         AND (asked.until = 'infinity' OR d.recorded_at < asked.until + interval '{int(seconds)} seconds')
    )"""  # noqa: S608 (a number of our own)


def counted(spec: Spec, *, zone: str, source: str = DEEDS) -> Sql:
    """The relation (member_id, key, deed_id, occurred_at, recorded_at, v) of what counts, over `who` of the statement.

    `source` is a relation with the columns of deeds: the table, or deeds as they stood before.
    """
    key, value = key_of(spec, zone=zone), value_of(spec, zone=zone)
    wanted = narrowed(spec, zone=zone)
    categories = " CROSS JOIN LATERAL unnest(d.categories) AS category (value)"
    base = _BASE.format(
        key=key.text,
        value=value.text,
        source=source,
        categories=categories if value.over_categories else "",
        wanted=wanted.text,
    )
    values = (*key.values, *value.values, zone, *wanted.values)
    if spec.kind == shapes.DISTINCT:
        return Sql(
            # What is told apart is `each.v`; a plain `v` would mean the 1 that is answered.
            "SELECT DISTINCT ON (member_id, key, each.v)"  # noqa: S608
            " member_id, key, deed_id, occurred_at, recorded_at, 1::bigint AS v"
            f" FROM ({base}) AS each WHERE v <> '' ORDER BY member_id, key, each.v, occurred_at, deed_id",
            values,
        )
    if spec.daily_cap:
        day = "PARTITION BY member_id, key, local_day ORDER BY occurred_at, deed_id"
        return Sql(
            f"SELECT member_id, key, deed_id, occurred_at, recorded_at, capped AS v FROM ("  # noqa: S608
            f" SELECT *, LEAST(%s::bigint, sum(v) OVER ({day}))::bigint"
            f" - LEAST(%s::bigint, sum(v) OVER ({day}) - v)::bigint AS capped FROM ({base}) AS each WHERE v > 0"
            f") AS each WHERE capped > 0",
            (spec.daily_cap, spec.daily_cap, *values),
        )
    return Sql(f"SELECT * FROM ({base}) AS each WHERE v > 0", values)  # noqa: S608


def _running(spec: Spec) -> str:
    """Each deed with the total up to it, in a rolling window or from the beginning."""
    order = "PARTITION BY member_id, key ORDER BY occurred_at"
    total = f"sum(v) OVER ({order}, deed_id)"
    present = "sum(v) OVER (PARTITION BY member_id, key)"
    if spec.rolling:
        # Half open (G-6): what happened exactly that long ago is out.
        frame = f"RANGE BETWEEN interval '{spec.rolling} seconds' - interval '1 microsecond' PRECEDING AND CURRENT ROW"  # fmt: skip
        total = f"sum(v) OVER ({order} {frame})"
        present = "v"
    return (
        f"SELECT member_id, key, deed_id, occurred_at, v, ({total})::bigint AS total, {present} AS present,"  # noqa: S608
        f" first_value(deed_id) OVER ({order}, deed_id) AS first_id,"
        f" array_agg(deed_id) OVER ({order}, deed_id ROWS BETWEEN {EVIDENCE_MAX - 1} PRECEDING AND CURRENT ROW) AS deeds"
        f" FROM counted"
    )


def asked(who: Sequence[Who]) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """What is bound in `WHO`."""
    return (
        [each.member_id for each in who],
        [each.key for each in who],
        [each.since for each in who],
        [each.until for each in who],
    )


def by_member(found: Sequence[Crossing]) -> Mapping[Id, list[Crossing]]:
    """Crossings by member, each member's in order."""
    sorted_out: dict[Id, list[Crossing]] = {}
    for each in found:
        sorted_out.setdefault(each.member_id, []).append(each)
    return sorted_out
