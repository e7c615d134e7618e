"""Counting: one statement that says what members have on any boards in any periods (G-77, G-78, G-79).

The set query of each board's measure is the only definition of truth; here it is asked for all boards together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gamification.criteria.measures.counting import counted
from gamification.leaderboards.boards.terms import Board
from gamification.leaderboards.models import BoardPeriod
from loyalty.foundation.ids import Id

# What each deed adds, to whom, in which period. `asked` is bound first.
_ASKED: Final = """
    asked AS MATERIALIZED (
        SELECT * FROM unnest(%s::integer[], %s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bool[],
                             %s::bool[])
            AS told (branch, member_id, key, since, until, shown, admitted)
    )
"""
_BRANCH: Final = """
    SELECT {number} AS branch, member_id, key, deed_id, occurred_at, v FROM (
        WITH who AS (SELECT member_id, key, since, until FROM asked WHERE branch = {number})
        SELECT each.* FROM ({counted}) AS each
    ) AS branch_{number}
"""
# Deeds as they stood when the period closed: what was told or corrected later does not count for it any more.
_AS_OF: Final = """(
    SELECT d.id, d.member_id, d.kind, d.order_id, d.sku, d.categories, d.place, d.attributes, d.quantity, d.amount,
           d.points, d.currency_id, d.is_prize, d.occurred_at, d.recorded_at,
           d.returned_quantity - coalesce(late.quantity, 0) AS returned_quantity,
           d.returned_amount - coalesce(late.amount, 0) AS returned_amount,
           d.returned_points - coalesce(late.points, 0) AS returned_points,
           CASE WHEN d.void_at < '{closed}'::timestamptz THEN d.void_at END AS void_at
    FROM gamification_deed AS d LEFT JOIN LATERAL (
        SELECT sum(quantity) AS quantity, sum(amount) AS amount, sum(points) AS points
        FROM gamification_correction WHERE deed_id = d.id AND recorded_at >= '{closed}'::timestamptz
    ) AS late ON true
    WHERE d.recorded_at < '{closed}'::timestamptz
)"""
# The same, and what came back of them counts whenever it was told: what a place is worth after the end (G-82).
_IN_TIME: Final = (
    "(SELECT d.* FROM gamification_deed AS d WHERE d.recorded_at < '{closed}'::timestamptz)"
)
_TOTAL: Final = """
    SELECT branch, key, member_id, sum(v)::bigint AS score, max(occurred_at) AS reached_at
    FROM counted WHERE branch = ANY (%s::integer[]) GROUP BY branch, key, member_id
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (branch, key, member_id) branch, key, member_id, v::bigint AS score,
               occurred_at AS reached_at
        FROM counted WHERE branch <> ALL (%s::integer[])
        ORDER BY branch, key, member_id, v DESC, occurred_at
    ) AS best
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A period as scoring needs it."""

    id: Id
    version_id: Id
    key: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime


def period_of(row: BoardPeriod) -> Period:
    """A row as scoring needs it."""
    return Period(
        id=row.pk,
        version_id=row.version_id,
        key=row.key,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        closes_at=row.closes_at,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A member whose score in a period is asked for, whether others may see it, and whether it is for them at all."""

    member_id: Id
    period: Period
    shown: bool = False
    admitted: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """`asked`, `counted` and `totals` (branch, key, member_id, score, reached_at) with what is bound in them.

    `branches` are the versions behind the numbers of branches.
    """

    text: str
    values: tuple[Any, ...]
    branches: tuple[Id, ...]


def totals(
    boards: Mapping[Id, Board],
    wishes: Sequence[Wish],
    *,
    at: datetime,
    with_late_returns: bool = False,
) -> Statement:
    """Scores of all wishes that are above zero; a period's id is the key. Boards by the version that periods keep.

    What came back after a period closed counts only where that is asked for.
    """
    as_of = _IN_TIME if with_late_returns else _AS_OF
    branches: dict[tuple[Id, datetime | None], int] = {}
    for wish in wishes:
        branches.setdefault(_branch_of(wish.period, at=at), len(branches))
    parts: list[str] = []
    values: list[Any] = []
    summed: list[int] = []
    for (version_id, closed), number in branches.items():
        board = boards[version_id]
        source = as_of.format(closed=closed.isoformat()) if closed else "gamification_deed"
        inner = counted(board.spec, zone=board.live.zone, source=source)
        parts.append(_BRANCH.format(number=number, counted=inner.text))
        values += inner.values
        if not board.best:
            summed.append(number)
    return Statement(
        f"{_ASKED}, counted AS MATERIALIZED ({' UNION ALL '.join(parts)}), totals AS ({_TOTAL})",
        (*_bound(wishes, branches, at=at), *values, summed, summed),
        tuple(version_id for version_id, _closed in branches),
    )


def _branch_of(period: Period, *, at: datetime) -> tuple[Id, datetime | None]:
    """Deeds as they are, while the period takes them; as they stood at its closing, from then on."""
    return period.version_id, period.closes_at if period.closes_at <= at else None


def _bound(
    wishes: Sequence[Wish], branches: dict[tuple[Id, datetime | None], int], *, at: datetime
) -> tuple[list[Any], ...]:
    return (
        [branches[_branch_of(wish.period, at=at)] for wish in wishes],
        [wish.member_id for wish in wishes],
        [str(wish.period.id) for wish in wishes],
        [wish.period.starts_at for wish in wishes],
        [wish.period.ends_at for wish in wishes],
        [wish.shown for wish in wishes],
        [wish.admitted for wish in wishes],
    )
