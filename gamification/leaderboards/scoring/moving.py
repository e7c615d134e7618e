"""Moving scores: what members have now is written where it differs, for all boards in one statement (G-89)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.leaderboards.boards.terms import Board
from gamification.leaderboards.kinds import FROZEN
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.models.frozen import WRITE_LOCK
from gamification.leaderboards.scoring.counting import Period, Wish, period_of, totals
from gamification.leaderboards.seeing.admitting import Outsiders
from gamification.leaderboards.seeing.showing import Seen
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

# The same lock that the trigger takes: a period that is open here does not become final before we commit.
_HOLD: Final = """
    SELECT pg_advisory_xact_lock_shared(%s, hashtext(told::text))
    FROM (SELECT unnest(%s::uuid[]) AS told ORDER BY 1) AS periods
"""
_WRITE: Final = """
    , scores AS (
        SELECT asked.key::uuid AS period_id, asked.member_id, coalesce(totals.score, 0) AS score, totals.reached_at,
               asked.shown, asked.admitted, totals.score IS NULL AS is_nothing
        FROM asked LEFT JOIN totals USING (branch, key, member_id)
    )
    INSERT INTO gamification_boardscore AS there (period_id, member_id, score, reached_at, tie, shown, admitted)
    SELECT scores.period_id, scores.member_id, scores.score, scores.reached_at,
           ('x' || substr(encode(sha256(period.secret || uuid_send(scores.member_id)), 'hex'), 1, 16))::bit(64)::bigint,
           scores.shown AND scores.admitted, scores.admitted
    FROM scores JOIN gamification_boardperiod AS period ON period.id = scores.period_id
    WHERE NOT is_nothing OR EXISTS (
        SELECT FROM gamification_boardscore AS known
        WHERE known.period_id = scores.period_id AND known.member_id = scores.member_id
    )
    ORDER BY scores.period_id, scores.member_id
    ON CONFLICT (period_id, member_id) DO UPDATE
    SET score = EXCLUDED.score, reached_at = EXCLUDED.reached_at, admitted = EXCLUDED.admitted,
        shown = EXCLUDED.shown AND there.suspended_at IS NULL
    WHERE (there.score, there.reached_at, there.admitted, there.shown)
          IS DISTINCT FROM (EXCLUDED.score, EXCLUDED.reached_at, EXCLUDED.admitted,
                            EXCLUDED.shown AND there.suspended_at IS NULL)
"""


@inside_unit_of_work
def periods_taking(
    definition_ids: Collection[Id], *, first: datetime, last: datetime
) -> list[Period]:
    """The periods of these boards that overlap these instants and still take scores, held until we commit."""
    rows = BoardPeriod.objects.filter(
        definition_id__in=definition_ids, starts_at__lte=last, ends_at__gt=first
    ).exclude(state__in=FROZEN)
    found = sorted(rows.values_list("pk", flat=True))
    if not found:
        return []
    run(_HOLD, [WRITE_LOCK, found])
    held = BoardPeriod.objects.filter(pk__in=found).exclude(state__in=FROZEN)
    return [period_of(row) for row in held.order_by("pk")]


@inside_unit_of_work
def write_scores(
    boards: Mapping[Id, Board],
    wanted: Sequence[tuple[Id, Period]],
    *,
    seen: Seen,
    outsiders: Outsiders,
    at: datetime,
) -> None:
    """Bring these members' scores in these periods up to what their deeds say; one statement.

    Boards by version: a period keeps the one under which it began.
    """
    wishes = [
        Wish(
            member_id=member_id,
            period=period,
            admitted=(member_id, period.version_id) not in outsiders,
            shown=seen.is_shown(member_id, has_prizes=boards[period.version_id].has_prizes),
        )
        for member_id, period in wanted
    ]
    if wishes:
        statement = totals(boards, wishes, at=at)
        run(f"WITH {statement.text} {_WRITE}", statement.values)
