"""Closing: periods move on by the clock, and become final once nothing told in time is still on its way (G-79, G-80)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.criteria.kinds import DefinitionState
from gamification.criteria.life.catalogue import book_of
from gamification.leaderboards.boards.terms import Board, board_of, boards_of
from gamification.leaderboards.facts import LeaderboardClosed
from gamification.leaderboards.kinds import GAME, PeriodState
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.models.frozen import WRITE_LOCK
from gamification.leaderboards.periods.opening import ensure_periods
from gamification.leaderboards.ranks.ranking import Histogram, members_of
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.outbox.keeping import is_through
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, programs_by_id

INTAKE: Final = "criteria.intake"
SCORES: Final = "leaderboards.scores"
AT_ONCE: Final = 50

_COMING: Final = """
    SELECT definition.program_id, period.id, period.definition_id, period.state, period.starts_at, period.ends_at,
           period.closes_at, period.heard_at
    FROM gamification_boardperiod AS period
    JOIN gamification_definition AS definition ON definition.id = period.definition_id
    WHERE period.state IN ('scheduled', 'open', 'closing') AND definition.state IN ('live', 'retired')
      AND (%s::uuid IS NULL OR definition.program_id = %s)
      AND CASE period.state WHEN 'scheduled' THEN period.starts_at WHEN 'open' THEN period.ends_at
                            ELSE period.closes_at END <= %s
    ORDER BY period.closes_at
"""
_UNOPENED: Final = """
    SELECT program_id, id, created_at FROM gamification_definition AS definition
    WHERE game = %s AND state = 'live' AND (%s::uuid IS NULL OR program_id = %s) AND created_at <= %s
      AND NOT EXISTS (
        SELECT FROM gamification_boardperiod AS period WHERE period.definition_id = definition.id
    )
"""
_NEXT_STATE: Final = {
    PeriodState.SCHEDULED: PeriodState.OPEN,
    PeriodState.OPEN: PeriodState.CLOSING,
}
_HOLD: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s::text))"


def periods_falling_due(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the next period opens, ends or can become final, per programme; one that waits for facts is left out."""
    rows = run(_COMING, [program_id, program_id, until])
    programs = programs_by_id({row[0] for row in rows})
    coming: dict[Id, datetime] = {}
    for of, _id, _definition, state, starts_at, ends_at, closes_at, heard_at in rows:
        instants = {PeriodState.SCHEDULED: starts_at, PeriodState.OPEN: ends_at}
        instant: datetime = instants.get(state) or closes_at
        is_waiting = state == PeriodState.CLOSING and closes_at <= now_of(programs[of])
        if is_waiting and not _is_heard(of, closes_at=closes_at, heard_at=heard_at):
            continue
        coming[of] = min(instant, coming.get(of, instant))
    for of, _id, created_at in run(_UNOPENED, [GAME, program_id, program_id, until]):
        coming[of] = min(created_at, coming.get(of, created_at))
    return coming


@inside_unit_of_work
def move_periods(*, program: Program, at: datetime) -> bool:
    """Move what is due one state on, the oldest first; True if there may be more.

    Every step is done by whoever comes first, and once: a second tick finds the next state.
    """
    due = [row for row in run(_COMING, [program.pk, program.pk, at]) if _is_ready(row, at=at)]
    for row in due[:AT_ONCE]:
        _move_on(program, period_id=row[1], at=at)
    new = {row[1] for row in run(_UNOPENED, [GAME, program.pk, program.pk, at])}
    ended = {row[2] for row in due if row[3] == PeriodState.OPEN}
    _have_the_next(program, new | ended, at=at)
    return bool(due or new)


def _is_ready(row: Sequence[Any], *, at: datetime) -> bool:
    of, _id, _definition, state, _starts, _ends, closes_at, heard_at = row
    return state != PeriodState.CLOSING or _is_heard(of, closes_at=closes_at, heard_at=heard_at)


def _is_heard(program_id: Id, *, closes_at: datetime, heard_at: datetime | None) -> bool:
    """Whether the next step of closing can be taken: first all deeds told in time are written, then their scores.

    What intake announces is as late as intake was, so scores are waited for up to the moment intake was through.
    """
    if heard_at is None:
        return is_through(receiver=INTAKE, program_id=program_id, up_to=closes_at)
    return is_through(receiver=SCORES, program_id=program_id, up_to=heard_at)


def _move_on(program: Program, *, period_id: Id, at: datetime) -> None:
    period = BoardPeriod.objects.select_for_update().filter(pk=period_id).first()
    assert period, "periods stay"
    if period.state in _NEXT_STATE:
        period.state = _NEXT_STATE[PeriodState(period.state)]
        period.save(update_fields=["state"])
    elif period.state == PeriodState.CLOSING and period.heard_at is None:
        period.heard_at = at
        period.save(update_fields=["heard_at"])
    elif period.state == PeriodState.CLOSING:
        _make_final(program, period, at=at)


def _make_final(program: Program, period: BoardPeriod, *, at: datetime) -> None:
    """From here on the scores are the snapshot: no writer is under way, and none begins."""
    run(_HOLD, [WRITE_LOCK, period.pk])
    board = boards_of(program, [period.version_id])[period.version_id]
    is_over = board.live.state == DefinitionState.RETIRED
    period.state, period.final_at = PeriodState.FINAL, at
    period.prizes_through = 0 if board.has_prizes and not is_over else None
    period.save(update_fields=["state", "final_at", "prizes_through"])
    members = members_of(Histogram(period_id=period.pk, bits=period.bucket_bits))
    announce([_fact(program, board, period, members=members, at=at)])


def _fact(
    program: Program, board: Board, period: BoardPeriod, *, members: int, at: datetime
) -> LeaderboardClosed:
    return LeaderboardClosed(
        program_id=program.pk,
        at=at,
        leaderboard_id=board.live.definition_id,
        slug=board.live.slug,
        version=board.live.number,
        occasion=period.key,
        period_id=period.pk,
        members=members,
    )


def _have_the_next(program: Program, definition_ids: set[Id], *, at: datetime) -> None:
    """Where a period has ended the next one begins, each in its turn, also those that nobody was there for."""
    boards = [
        board_of(live) for live in book_of(program).of(GAME) if live.definition_id in definition_ids
    ]
    if boards:
        ended = BoardPeriod.objects.filter(definition_id__in=definition_ids, ends_at__lte=at)
        since = ended.order_by("ends_at").values_list("ends_at", flat=True).last()
        ensure_periods(boards, first=since or min(b.live.opened_at for b in boards), last=at)
