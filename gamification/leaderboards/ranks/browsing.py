"""Browsing: the top of a board, and the neighbourhood of one member, always of the same length (G-83, G-87)."""

from typing import Final

from gamification.leaderboards.ranks.ranking import Histogram, Spot
from loyalty.foundation.database.statements import Values, run

_TOP: Final = """
    SELECT member_id, score, reached_at, tie FROM gamification_boardscore
    WHERE period_id = %s AND shown AND score > 0
    ORDER BY minus_score, reached_at, tie, member_id LIMIT %s OFFSET %s
"""
# Values are bound and never joined in: else the planner leaves the index (G-87).
_BEHIND: Final = """
    SELECT member_id, score, reached_at, tie FROM gamification_boardscore
    WHERE period_id = %s AND shown AND score > 0
      AND (minus_score, reached_at, tie, member_id) > (%s, %s, %s, %s)
    ORDER BY minus_score, reached_at, tie, member_id LIMIT %s
"""
_AHEAD: Final = """
    SELECT member_id, score, reached_at, tie FROM gamification_boardscore
    WHERE period_id = %s AND shown AND score > 0
      AND (minus_score, reached_at, tie, member_id) < (%s, %s, %s, %s)
    ORDER BY minus_score DESC, reached_at DESC, tie DESC, member_id DESC LIMIT %s
"""
_NEXT_SCORE: Final = """
    SELECT score FROM gamification_boardscore
    WHERE period_id = %s AND shown AND score > 0 AND minus_score < %s
    ORDER BY minus_score DESC LIMIT 1
"""


def top_of(histogram: Histogram, *, limit: int, skipped: int = 0) -> list[Spot]:
    """The first so many, after the first `skipped`."""
    return [_spot(row) for row in run(_TOP, [histogram.period_id, limit, skipped])]


def around(histogram: Histogram, spot: Spot, *, before: int, after: int) -> list[Spot]:
    """Neighbours and the spot itself, in order: `before + after + 1` rows wherever so many are there.

    At an edge the page goes on at its other side. The spot need not be shown: it stands where it would.
    """
    wanted = before + after
    ahead = [_spot(row) for row in run(_AHEAD, [histogram.period_id, *spot.order, wanted])]
    behind = [_spot(row) for row in run(_BEHIND, [histogram.period_id, *spot.order, wanted])]
    taken_ahead = min(len(ahead), max(before, wanted - len(behind)))
    return [
        *reversed(ahead[:taken_ahead]),
        spot,
        *behind[: wanted - taken_ahead],
    ]


def score_above(histogram: Histogram, score: int) -> int | None:
    """The lowest score of those above this one: whoever reaches it has the next better rank."""
    found = run(_NEXT_SCORE, [histogram.period_id, -score])
    return int(found[0][0]) if found else None


def score_at_place(histogram: Histogram, place: int) -> int | None:
    """What the member at this place has."""
    found = run(_TOP, [histogram.period_id, 1, place - 1])
    return int(found[0][1]) if found else None


def _spot(row: Values) -> Spot:
    member_id, score, reached_at, tie = row
    return Spot(member_id=member_id, score=score, reached_at=reached_at, tie=tie)
