"""Noting: what came back after a period was final stands beside its score, which stays (G-82)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """A final period, and the board that it was."""

    row: BoardPeriod
    board: Board


def ended_in(
    *, program: Program, definition_ids: Collection[Id], first: datetime, last: datetime
) -> list[Ended]:
    """The final periods of these boards that hold one of these instants; as many statements for one as for all."""
    rows = BoardPeriod.objects.filter(
        definition_id__in=definition_ids,
        state=PeriodState.FINAL,
        starts_at__lte=last,
        ends_at__gt=first,
    ).order_by("pk")
    found = list(rows)
    boards = boards_of(program, {row.version_id for row in found}) if found else {}
    return [Ended(row=row, board=boards[row.version_id]) for row in found]


@inside_unit_of_work
def note_late_corrections(
    ended: Sequence[Ended], *, member_ids: Collection[Id], at: datetime
) -> None:
    """Leave a note for every correction of these members' deeds that came after its period was final; once each."""
    wishes = [
        Wish(member_id=member_id, period=period_of(each.row))
        for each in ended
        for member_id in sorted(member_ids)
    ]
    if not wishes:
        return
    boards = {each.row.version_id: each.board for each in ended}
    statement = totals(boards, wishes, at=at)
    measured = [_measured(boards[each]) for each in statement.branches]
    run(f"WITH {statement.text} {_NOTE}", [*statement.values, measured])


def _measured(board: Board) -> str:
    """Which part of a correction this board measures; empty where deeds are counted."""
    return board.spec.value if board.spec.kind == shapes.SUM else ""
