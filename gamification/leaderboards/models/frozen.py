"""What the triggers of scores do: refuse to touch what is final, and tell the histogram.

The shared lock of a period is held by whoever writes its scores, the exclusive one by whoever closes it: after closing
no writer is under way (G-80).
"""

from typing import Final

WRITE_LOCK: Final = (
    0x57424F41  # first half of an advisory lock's key: writing the scores of a period
)
FOLD_LOCK: Final = 0x57424F46  # the same for folding: one folder per period

_HOLD: Final = """
    FOR touched IN SELECT DISTINCT period_id FROM @rows ORDER BY period_id LOOP
        PERFORM pg_advisory_xact_lock_shared(@lock, hashtext(touched::text));
    END LOOP;
    SELECT array_agg(id) INTO frozen FROM gamification_boardperiod
    WHERE state IN (@states) AND id IN (SELECT DISTINCT period_id FROM @rows);
"""
_REFUSE: Final = """
        RAISE EXCEPTION 'final_board_scores_stand' USING
            ERRCODE = 'restrict_violation', CONSTRAINT = 'final_board_scores_stand';
    END IF;
"""
_INSERTED: Final = """
    IF frozen IS NOT NULL THEN @refuse
    INSERT INTO gamification_boarddelta (period_id, score, members)
    SELECT period_id, score, count(*) FROM fresh WHERE shown AND score > 0 GROUP BY period_id, score;
    RETURN NULL;
"""
# A member may hide on a final board as well, and come out again: scores stay, who is shown follows today's choice.
_UPDATED: Final = """
    IF frozen IS NOT NULL AND EXISTS (
        SELECT FROM fresh FULL JOIN stale USING (period_id, member_id)
        WHERE (fresh.score, fresh.reached_at, fresh.tie, fresh.admitted, fresh.suspended_at)
              IS DISTINCT FROM (stale.score, stale.reached_at, stale.tie, stale.admitted, stale.suspended_at)
          AND period_id = ANY (frozen)
    ) THEN @refuse
    INSERT INTO gamification_boarddelta (period_id, score, members)
    SELECT period_id, score, sum(members) FROM (
        SELECT period_id, score, 1 AS members FROM fresh WHERE shown AND score > 0
        UNION ALL
        SELECT period_id, score, -1 FROM stale WHERE shown AND score > 0
    ) AS moved
    GROUP BY period_id, score HAVING sum(members) <> 0;
    RETURN NULL;
"""
# Only archiving lets rows go.
_DELETED: Final = """
    IF frozen IS NOT NULL THEN @refuse
    INSERT INTO gamification_boarddelta (period_id, score, members)
    SELECT period_id, score, -count(*) FROM stale WHERE shown AND score > 0 GROUP BY period_id, score;
    RETURN NULL;
"""


def _filled(body: str, *, rows: str, states: str) -> str:
    told = (_HOLD + body).replace("@refuse", _REFUSE).replace("@lock", str(WRITE_LOCK))
    return told.replace("@rows", rows).replace("@states", states)


INSERTED: Final = _filled(_INSERTED, rows="fresh", states="'final', 'archived'")
UPDATED: Final = _filled(_UPDATED, rows="fresh", states="'final', 'archived'")
DELETED: Final = _filled(_DELETED, rows="stale", states="'scheduled', 'open', 'closing', 'final'")
