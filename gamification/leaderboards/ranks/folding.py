"""Folding: what the trigger told, summed up into steps and buckets (G-86). Reads count the rest by themselves."""

from typing import Final

from gamification.leaderboards.models.frozen import FOLD_LOCK
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work

ROWS_MAX: Final = 500_000

_WAITING: Final = """
    SELECT period.id FROM gamification_boardperiod AS period
    WHERE EXISTS (SELECT FROM gamification_boarddelta AS delta WHERE delta.period_id = period.id)
    ORDER BY period.id
"""
_HOLD: Final = "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s::text))"
# Nothing is folded yet: all that waits becomes the histogram, in one statement and without looking for rows to meet.
_BEGUN: Final = "SELECT EXISTS (SELECT FROM gamification_boardbucket WHERE period_id = %s)"
_FIRST: Final = """
    WITH taken AS (
        DELETE FROM gamification_boarddelta WHERE period_id = %s RETURNING score, members
    ), told AS (
        SELECT score, sum(members)::bigint AS members FROM taken GROUP BY score HAVING sum(members) <> 0
    ), steps AS (
        INSERT INTO gamification_boardstep (period_id, score, members)
        SELECT %s::uuid, score, members FROM told ORDER BY score
    ), buckets AS (
        INSERT INTO gamification_boardbucket (period_id, bucket, members, steps)
        SELECT %s::uuid, score >> %s::integer, sum(members), count(*) FROM told GROUP BY 2
    )
    SELECT count(*) FROM taken
"""
# Oldest first: whoever left a score had come to it before, so no prefix of the queue sums up to less than nobody. Taken by
# the id of the last: a list of ids would be looked up row by row.
_TAKE: Final = """
    WITH taken AS (
        DELETE FROM gamification_boarddelta WHERE period_id = %s AND id <= (
            SELECT max(id) FROM (
                SELECT id FROM gamification_boarddelta WHERE period_id = %s ORDER BY id LIMIT %s
            ) AS oldest
        ) RETURNING score, members
    )
    SELECT score, sum(members)::bigint, (SELECT count(*) FROM taken) FROM taken
    GROUP BY score ORDER BY score
"""
# Missing buckets come first and empty: an upsert of a negative number would meet the CHECK before it met its row.
_BUCKETS: Final = """
    INSERT INTO gamification_boardbucket (period_id, bucket, members, steps)
    SELECT DISTINCT %s::uuid, score >> %s::integer, 0, 0 FROM unnest(%s::bigint[]) AS told (score)
    ORDER BY 2 ON CONFLICT DO NOTHING
"""
# A step that grows is written once, there or not; one that shrinks is there. Each says whether it came or went.
_MOVE: Final = """
    WITH told AS MATERIALIZED (
        SELECT score, members FROM unnest(%s::bigint[], %s::bigint[]) AS t (score, members)
        WHERE members <> 0
    ), raised AS (
        INSERT INTO gamification_boardstep AS step (period_id, score, members)
        SELECT %s, score, members FROM told WHERE members > 0
        ON CONFLICT (period_id, score) DO UPDATE SET members = step.members + excluded.members
        RETURNING score, members
    ), lowered AS (
        UPDATE gamification_boardstep AS step SET members = step.members + told.members
        FROM told WHERE step.period_id = %s AND step.score = told.score AND told.members < 0
        RETURNING step.score, step.members
    ), moved AS (
        SELECT score, told.members,
               (step.members > 0)::integer - (step.members - told.members > 0)::integer AS steps
        FROM told JOIN (SELECT * FROM raised UNION ALL SELECT * FROM lowered) AS step USING (score)
    ), sums AS (
        SELECT score >> %s::integer AS bucket, sum(members)::bigint AS members, sum(steps)::bigint AS steps
        FROM moved GROUP BY 1
    )
    UPDATE gamification_boardbucket AS bucket
    SET members = bucket.members + sums.members, steps = bucket.steps + sums.steps
    FROM sums WHERE bucket.period_id = %s AND bucket.bucket = sums.bucket
    RETURNING (SELECT count(*) FROM told) - (SELECT count(*) FROM moved)
"""


def fold_waiting(*, rows_max: int = ROWS_MAX) -> int:
    """Fold a pass of every period that has something to fold, a unit each; answers how many rows it took."""
    waiting = [period_id for (period_id,) in run(_WAITING, [])]
    return sum(fold(period_id=each, rows_max=rows_max) for each in waiting)


@unit_of_work
def fold(*, period_id: Id, rows_max: int = ROWS_MAX) -> int:
    """Fold up to so many rows of one period; answers how many. 0 too where another worker is folding it."""
    return fold_step(period_id=period_id, rows_max=rows_max)


@inside_unit_of_work
def fold_step(*, period_id: Id, rows_max: int = ROWS_MAX) -> int:
    """As `fold`, in a unit that is open already."""
    ((is_ours,),) = run(_HOLD, [FOLD_LOCK, period_id])
    if not is_ours:
        return 0
    ((bits,),) = run("SELECT bucket_bits FROM gamification_boardperiod WHERE id = %s", [period_id])
    ((is_begun,),) = run(_BEGUN, [period_id])
    if not is_begun:
        return int(run(_FIRST, [period_id, period_id, period_id, bits])[0][0])
    told = run(_TAKE, [period_id, period_id, rows_max])
    if not told:
        return 0
    scores = [score for score, _members, _taken in told]
    run(_BUCKETS, [period_id, bits, scores])
    moved = [members for _score, members, _taken in told]
    lost = run(_MOVE, [scores, moved, period_id, period_id, bits, period_id])
    assert not any(count for (count,) in lost), "somebody left a score that nobody had"
    return int(told[0][2])
