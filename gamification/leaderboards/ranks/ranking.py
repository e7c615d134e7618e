"""Ranking: where a score stands, in one statement whose cost does not grow with the number of members (G-78, G-86)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.foundation.database.looking import seen_once
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

EQUALS_MAX: Final = (
    10_000  # of more than these before me at my score, my place among them is not counted
)

# What is folded, and what is not yet, in one statement and so from one view: exact at every instant.
_STANDING: Final = """
    SELECT
        (SELECT coalesce(sum(members), 0) FROM gamification_boardbucket
         WHERE period_id = %s AND bucket > %s)
      + (SELECT coalesce(sum(members), 0) FROM gamification_boardstep
         WHERE period_id = %s AND score > %s AND score < %s)
      + (SELECT coalesce(sum(members), 0) FROM gamification_boarddelta
         WHERE period_id = %s AND score > %s),
        (SELECT count(*) FROM (
            SELECT FROM gamification_boardscore
            WHERE period_id = %s AND shown AND score > 0 AND minus_score = %s
              AND (reached_at, tie, member_id) < (%s, %s, %s) LIMIT %s
        ) AS equals)
"""
# How many different scores are above: those folded, and those that what waits brings or empties.
_DENSE: Final = """
    WITH waiting AS MATERIALIZED (
        SELECT score, sum(members) AS members FROM gamification_boarddelta
        WHERE period_id = %s AND score > %s GROUP BY score
    )
    SELECT
        (SELECT coalesce(sum(steps), 0) FROM gamification_boardbucket
         WHERE period_id = %s AND bucket > %s)
      + (SELECT count(*) FROM gamification_boardstep
         WHERE period_id = %s AND score > %s AND score < %s AND members > 0)
      + (SELECT coalesce(sum((coalesce(step.members, 0) + waiting.members > 0)::integer
                             - (coalesce(step.members, 0) > 0)::integer), 0)
         FROM waiting LEFT JOIN gamification_boardstep AS step
              ON step.period_id = %s AND step.score = waiting.score)
"""
_MEMBERS: Final = """
    SELECT (SELECT coalesce(sum(members), 0) FROM gamification_boardbucket WHERE period_id = %s)
         + (SELECT coalesce(sum(members), 0) FROM gamification_boarddelta WHERE period_id = %s)
"""
_SIZES: Final = """
    SELECT score, sum(members)::bigint FROM (
        SELECT score, members FROM gamification_boardstep
        WHERE period_id = %s AND score = ANY (%s::bigint[])
        UNION ALL
        SELECT score, members FROM gamification_boarddelta
        WHERE period_id = %s AND score = ANY (%s::bigint[])
    ) AS told GROUP BY score
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Histogram:
    """A period, as far as ranks need it."""

    period_id: Id
    bits: int
    is_dense: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Where somebody stands in the order: score falling, then whoever was there first, then by lot."""

    member_id: Id
    score: int
    reached_at: datetime
    tie: int

    @property
    def order(self) -> tuple[int, datetime, int, Id]:
        return (-self.score, self.reached_at, self.tie, self.member_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Competition rank and unique place, which is None in a crowd of more than 10,000 equals; dense if asked for."""

    rank: int
    place: int | None
    dense: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """A spot with its numbers. `tied_with`: how many others have the same score."""

    spot: Spot
    rank: int
    place: int | None
    dense: int
    tied_with: int


@seen_once
def standing_of(histogram: Histogram, spot: Spot) -> Standing:
    """Where this spot stands among those shown; for somebody hidden, where it would (G-84).

    One statement, and another for boards that are ranked densely.
    """
    period_id, score = histogram.period_id, spot.score
    bucket = score >> histogram.bits
    beyond = (bucket + 1) << histogram.bits
    ((above, before),) = run(
        _STANDING,
        [
            *(period_id, bucket),
            *(period_id, score, beyond),
            *(period_id, score),
            *(period_id, -score, spot.reached_at, spot.tie, spot.member_id, EQUALS_MAX + 1),
        ],
    )
    rank = 1 + int(above)
    place = rank + before if before <= EQUALS_MAX else None
    if not histogram.is_dense:
        return Standing(rank=rank, place=place)
    ((steps,),) = run(
        _DENSE,
        [
            *(period_id, score),
            *(period_id, bucket),
            *(period_id, score, beyond),
            period_id,
        ],
    )
    return Standing(rank=rank, place=place, dense=1 + int(steps))


def members_of(histogram: Histogram) -> int:
    """How many members are shown with a score."""
    ((members,),) = run(_MEMBERS, [histogram.period_id, histogram.period_id])
    return int(members)


def ranked(
    histogram: Histogram, spots: Sequence[Spot], *, first: Standing | None = None
) -> list[Ranked]:
    """The numbers of neighbours in order, without a gap between them: from the first one's, one statement (G-87).

    `first` is where the first spot stands; without it, at the top.
    """
    if not spots:
        return []
    sizes = _sizes_of(histogram, {spot.score for spot in spots})
    standing = first or Standing(rank=1, dense=1, place=1)
    numbered: list[Ranked] = []
    for spot in spots:
        if numbered:
            standing = _next(standing, numbered[-1], spot)
        numbered.append(
            Ranked(
                spot=spot,
                rank=standing.rank,
                dense=standing.dense,
                place=standing.place,
                tied_with=sizes.get(spot.score, 1) - 1,
            )
        )
    return numbered


def _next(standing: Standing, before: Ranked, spot: Spot) -> Standing:
    if spot.score == before.spot.score:
        place = None if standing.place is None else standing.place + 1
        return Standing(rank=standing.rank, dense=standing.dense, place=place)
    rank = standing.rank + before.tied_with + 1
    return Standing(rank=rank, dense=standing.dense + 1, place=rank)


def _sizes_of(histogram: Histogram, scores: set[int]) -> dict[int, int]:
    told = sorted(scores)
    return dict(run(_SIZES, [histogram.period_id, told, histogram.period_id, told]))
