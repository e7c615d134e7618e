"""Noting: what came back after a period was final stands beside its score, which stays (G-82)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from gamification.criteria.measures import shapes
from gamification.leaderboards.boards.terms import Board, boards_of
from gamification.leaderboards.kinds import PeriodState
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.scoring.counting import Wish, period_of, totals
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program

_NOTE: Final = """
    , late AS (
        SELECT counted.key::uuid AS period_id, counted.member_id, correction.id, correction.recorded_at,
               CASE (%s::text[])[counted.branch + 1]
                   WHEN 'quantity' THEN correction.quantity
                   WHEN 'amount' THEN correction.amount
                   WHEN 'points' THEN correction.points
                   ELSE (deed.void_at = correction.recorded_at)::integer
               END AS delta
        FROM counted
        JOIN gamification_boardperiod AS period ON period.id = counted.key::uuid
        JOIN gamification_deed AS deed ON deed.id = counted.deed_id
        JOIN gamification_correction AS correction
          ON correction.deed_id = deed.id AND correction.recorded_at >= period.closes_at
    )
    INSERT INTO gamification_boardnote (period_id, member_id, correction_id, delta, at)
    SELECT period_id, member_id, id, -delta, recorded_at FROM late WHERE delta > 0
    ORDER BY period_id, id ON CONFLICT DO NOTHING
"""


@inside_unit_of_work
def note_late_corrections(
    *,
    program: Program,
    definition_ids: Collection[Id],
    member_ids: Collection[Id],
    first: datetime,
    last: datetime,
    at: datetime,
) -> None:
    """Leave a note for every correction of these members' deeds that came after its period was final; once each.

    As many statements for one board as for all.
    """
    rows = BoardPeriod.objects.filter(
        definition_id__in=definition_ids,
        state=PeriodState.FINAL,
        starts_at__lte=last,
        ends_at__gt=first,
    )
    wishes = [
        Wish(member_id=member_id, period=period)
        for period in map(period_of, rows.order_by("pk"))
        for member_id in sorted(member_ids)
    ]
    if not wishes:
        return
    boards = boards_of(program, {wish.period.version_id for wish in wishes})
    statement = totals(boards, wishes, at=at)
    measured = [_measured(boards[each]) for each in statement.branches]
    run(f"WITH {statement.text} {_NOTE}", [*statement.values, measured])


def _measured(board: Board) -> str:
    """Which part of a correction this board measures; empty where deeds are counted."""
    return board.spec.value if board.spec.kind == shapes.SUM else ""
