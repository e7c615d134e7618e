"""Counting: what was done in each period, net of what came back in time (G-57)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from gamification.criteria.measures.counting import counted
from gamification.criteria.measures.specs import Spec
from gamification.streaks.keeping.courses import Pair, Streak
from gamification.streaks.walks.boundaries import Clock, Span
from gamification.streaks.walks.terms import CORRECTION_TIME
from gamification.streaks.walks.walking import Day
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

Ranges: TypeAlias = Mapping[Pair, tuple[datetime, datetime]]

_WHO: Final = """
    who AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[]) AS told (member_id, key, since, until)
    )
"""
# Only what came back this long after the deed can have come too late; whether it has, the period's end decides.
_LATE: Final = f"""
    WITH {_WHO}
    SELECT w.key, d.id, d.occurred_at, c.id, c.recorded_at, c.quantity, c.amount, c.points
    FROM who w
    JOIN gamification_deed d ON d.member_id = w.member_id AND d.occurred_at >= w.since AND d.occurred_at < w.until
    JOIN gamification_correction c ON c.deed_id = d.id AND c.recorded_at >= d.occurred_at + %s
"""  # noqa: S608 (parts of our own, values bound)
_TIMELY: Final = """
    late AS MATERIALIZED (
        SELECT deed_id, sum(quantity) AS quantity, sum(amount) AS amount, sum(points) AS points
        FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[]) AS told (deed_id, quantity, amount, points)
        GROUP BY deed_id
    ), timely AS (
        SELECT d.id, d.member_id, d.kind, d.occurred_at, d.recorded_at, d.sku, d.categories, d.place, d.attributes,
               d.order_id, d.currency_id, d.is_prize, d.quantity, d.amount, d.points,
               d.returned_quantity - COALESCE(late.quantity, 0) AS returned_quantity,
               d.returned_amount - COALESCE(late.amount, 0) AS returned_amount,
               d.returned_points - COALESCE(late.points, 0) AS returned_points,
               CASE WHEN late.deed_id IS NULL OR d.is_disregarded THEN d.void_at END AS void_at
        FROM gamification_deed d LEFT JOIN late ON late.deed_id = d.id
    )
"""
_WRITE: Final = """
    WITH asked AS (
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])
               AS asked (streak_id, member_id, since, until)
    ), told AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::bigint[], %s::bigint[],
                             %s::timestamptz[], %s::timestamptz[])
               AS told (streak_id, member_id, period_key, first, value, early_value, starts_at, ends_at)
    ), gone AS (
        DELETE FROM gamification_streakday d USING asked a
        WHERE d.streak_id = a.streak_id AND d.member_id = a.member_id
          AND d.starts_at >= a.since AND d.starts_at < a.until
          AND NOT EXISTS (SELECT FROM told t WHERE t.streak_id = d.streak_id AND t.member_id = d.member_id
                                               AND t.period_key = d.period_key)
    )
    INSERT INTO gamification_streakday AS d
           (streak_id, member_id, period_key, first, value, early_value, starts_at, ends_at)
    SELECT * FROM told ORDER BY streak_id, member_id, period_key
    ON CONFLICT (streak_id, member_id, period_key) DO UPDATE
    SET value = EXCLUDED.value, early_value = EXCLUDED.early_value,
        starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at
    WHERE (d.value, d.early_value, d.starts_at, d.ends_at)
          IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.early_value, EXCLUDED.starts_at, EXCLUDED.ends_at)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """Whole periods of a pair, `[since, until)`, and its clock."""

    pair: Pair
    clock: Clock
    since: datetime
    until: datetime


@inside_unit_of_work
def recount(*, streaks: Mapping[Id, Streak], clocks: Mapping[Pair, Clock], ranges: Ranges) -> None:
    """Write what was done in every period that these instants touch, anew from deeds.

    One statement, and two more for each distinct measure.
    """
    cuts = [_cut(streaks[pair[0]], clocks[pair], pair, *ranges[pair]) for pair in sorted(ranges)]
    cuts = [cut for cut in cuts if cut.since < cut.until]
    if not cuts:
        return
    _write(cuts, days_in(streaks=streaks, cuts=cuts))


def days_in(*, streaks: Mapping[Id, Streak], cuts: Sequence[Cut]) -> dict[tuple[Pair, Span], Day]:
    """What was done in each period of these cuts, those with nothing left out."""
    days: dict[tuple[Pair, Span], Day] = {}
    for spec, zone, wanted in _by_measure(streaks, cuts):
        days |= _days(spec, zone, streaks=streaks, cuts=wanted)
    return days


def _cut(streak: Streak, clock: Clock, pair: Pair, first_at: datetime, last_at: datetime) -> Cut:
    since = clock.at(first_at).starts_at
    if streak.counts_from is not None:
        since = max(since, clock.at(streak.counts_from).starts_at)
    return Cut(pair=pair, clock=clock, since=since, until=clock.at(last_at).ends_at)


def _by_measure(
    streaks: Mapping[Id, Streak], cuts: Sequence[Cut]
) -> list[tuple[Spec, str, list[Cut]]]:
    """The measures to ask, each with the periods that some wording with it judges."""
    asked: dict[tuple[str, str], tuple[Spec, str, list[Cut]]] = {}
    for cut in cuts:
        streak = streaks[cut.pair[0]]
        for spec in {each.spec.digest: each.spec for each in streak.wordings}.values():
            slot = (spec.digest, streak.zone)
            asked.setdefault(slot, (spec, streak.zone, []))[2].append(cut)
    return list(asked.values())


def _days(
    spec: Spec, zone: str, *, streaks: Mapping[Id, Streak], cuts: Sequence[Cut]
) -> dict[tuple[Pair, Span], Day]:
    by_key = {str(number): cut for number, cut in enumerate(cuts)}
    who = [
        [cut.pair[1] for cut in cuts],
        list(by_key),
        [cut.since for cut in cuts],
        [cut.until for cut in cuts],
    ]
    late = _late(by_key, who)
    inner = counted(spec, zone=zone, source="timely")
    rows = run(
        f"WITH {_WHO}, {_TIMELY}, counted AS ({inner.text}) SELECT key, occurred_at, v::bigint FROM counted",  # noqa: S608
        [*who, *late, *inner.values],
    )
    days: dict[tuple[Pair, Span], Day] = defaultdict(Day)
    for key, occurred_at, value in rows:
        cut = by_key[key]
        span = cut.clock.at(occurred_at)
        wording = streaks[cut.pair[0]].wording_at(span.starts_at)
        if wording.spec.digest != spec.digest:
            continue
        day = days[cut.pair, span]
        is_early = occurred_at < span.starts_at + wording.terms.grace
        days[cut.pair, span] = Day(value=day.value + value, early=day.early + is_early * value)
    return days


def _late(by_key: Mapping[str, Cut], who: Sequence[Any]) -> list[list[Any]]:
    """What came back too late to count, by deed: ids, pieces, amounts, points."""
    late = {
        # One member may be asked about for two streaks: each return counts once.
        correction_id: (deed_id, quantity, amount, points)
        for key, deed_id, occurred_at, correction_id, recorded_at, quantity, amount, points in run(
            _LATE, [*who, CORRECTION_TIME]
        )
        if recorded_at >= by_key[key].clock.at(occurred_at).ends_at + CORRECTION_TIME
    }
    return _columns(list(late.values()), 4)


def _write(cuts: Sequence[Cut], days: Mapping[tuple[Pair, Span], Day]) -> None:
    told = [
        (*pair, span.key, span.first, day.value, day.early, span.starts_at, span.ends_at)
        for (pair, span), day in days.items()
    ]
    asked = [(*cut.pair, cut.since, cut.until) for cut in cuts]
    run(_WRITE, [*_columns(asked, 4), *_columns(told, 8)])


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [list(each) for each in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
