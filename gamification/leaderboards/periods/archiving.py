"""Archiving: after thirteen months a final period keeps its first thousand and its winners (G-80)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from gamification.leaderboards.boards.terms import PLACES_MAX
from gamification.leaderboards.kinds import PeriodState
from gamification.leaderboards.models import BoardPeriod
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import Period
from loyalty.programs.tenants import Program

KEPT_FOR: Final = Period(months=13)
ROWS_AT_ONCE: Final = 5_000

_DUE: Final = """
    SELECT definition.program_id, min(period.final_at) + interval '13 months'
    FROM gamification_boardperiod AS period
    JOIN gamification_definition AS definition ON definition.id = period.definition_id
    WHERE period.state IN ('final', 'archived') AND NOT period.is_pruned AND period.prizes_through IS NULL
      AND (%s::uuid IS NULL OR definition.program_id = %s)
      AND period.final_at + interval '13 months' <= %s
    GROUP BY definition.program_id
"""
_PRUNE: Final = """
    WITH first AS (
        SELECT member_id FROM gamification_boardscore WHERE period_id = %s AND shown AND score > 0
        ORDER BY minus_score, reached_at, tie, member_id LIMIT %s
    ), gone AS (
        SELECT member_id FROM gamification_boardscore AS score
        WHERE period_id = %s AND member_id NOT IN (SELECT member_id FROM first) AND NOT EXISTS (
            SELECT FROM gamification_prizegrant AS won
            WHERE won.definition_id = %s AND won.occasion = %s AND won.member_id = score.member_id
        ) LIMIT %s
    ), pruned AS (
        DELETE FROM gamification_boardscore AS score USING gone
        WHERE score.period_id = %s AND score.member_id = gone.member_id RETURNING 1
    )
    SELECT count(*) FROM pruned
"""


def periods_to_archive(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the next final period is old enough, per programme."""
    return dict(run(_DUE, [program_id, program_id, until]))


@inside_unit_of_work
def archive_some(*, program: Program, at: datetime) -> bool:
    """Let go some thousand rows of the oldest period that is due; True if there may be more."""
    rows = BoardPeriod.objects.select_for_update().filter(
        definition__program=program,
        state__in=(PeriodState.FINAL, PeriodState.ARCHIVED),
        is_pruned=False,
        prizes_through__isnull=True,
    )
    period = rows.order_by("final_at").first()
    if period is None or period.final_at is None:
        return False
    if KEPT_FOR.after(period.final_at, zone="UTC") > at:
        return False
    if period.state != PeriodState.ARCHIVED:
        period.state = PeriodState.ARCHIVED
        period.save(update_fields=["state"])
    ((pruned,),) = run(
        _PRUNE,
        [
            *(period.pk, PLACES_MAX, period.pk, period.definition_id, period.key, ROWS_AT_ONCE),
            period.pk,
        ],
    )
    if not pruned:
        period.is_pruned = True
        period.save(update_fields=["is_pruned"])
    return True
