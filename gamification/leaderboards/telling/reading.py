"""Reading: which period is asked for, and what a member has there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gamification.criteria.life.catalogue import Live, book_of, live_definition
from gamification.criteria.measures.spans import Span
from gamification.leaderboards.boards.keys import EVER_SPAN, span_at
from gamification.leaderboards.boards.terms import Board, board_of, boards_of
from gamification.leaderboards.kinds import EVER, GAME, PeriodState, Ranking
from gamification.leaderboards.models import BoardPeriod, BoardScore
from gamification.leaderboards.ranks.ranking import Histogram, Spot
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.programs.calendar import Unit
from loyalty.programs.tenants import Program

CURRENT: Final = "current"
PREVIOUS: Final = "previous"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A board in one period, by the wording that the period keeps."""

    board: Board
    span: Span
    state: str
    closes_at: datetime
    histogram: Histogram


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """What a member has in a period; without a score, no spot."""

    score: int
    is_shown: bool
    is_admitted: bool
    is_suspended: bool
    spot: Spot | None


def boards_in(program: Program) -> list[Board]:
    """Every board that is live or paused."""
    return [board_of(each) for each in book_of(program).definitions if each.game == GAME]


def opened(*, program: Program, slug: str, period: str, at: datetime) -> Opened:
    """The board in the period of this key, `current` or `previous`. Raises NotFound for what is not there."""
    live = live_definition(program, GAME, slug)
    row = _row(live, period, at=at)
    if row is None:
        raise NotFound
    is_now = row.version_id == live.version_id
    board = board_of(live) if is_now else boards_of(program, [row.version_id])[row.version_id]
    return Opened(
        board=board,
        span=Span(key=row.key, starts_at=row.starts_at, ends_at=row.ends_at),
        state=_state(row, at=at),
        closes_at=row.closes_at,
        histogram=Histogram(
            period_id=row.pk, bits=row.bucket_bits, is_dense=board.ranking is Ranking.DENSE
        ),
    )


def mine_of(histogram: Histogram, member_id: Id) -> Mine:
    """What this member has."""
    row = BoardScore.objects.filter(period_id=histogram.period_id, member_id=member_id).first()
    if row is None or not row.score or row.reached_at is None:
        return Mine(
            score=0,
            is_shown=False,
            is_admitted=row is None or row.admitted,
            is_suspended=row is not None and row.suspended_at is not None,
            spot=None,
        )
    spot = Spot(member_id=member_id, score=row.score, reached_at=row.reached_at, tie=row.tie)
    return Mine(
        score=row.score,
        is_shown=row.shown,
        is_admitted=row.admitted,
        is_suspended=row.suspended_at is not None,
        spot=spot,
    )


def _row(live: Live, period: str, *, at: datetime) -> BoardPeriod | None:
    rows = BoardPeriod.objects.filter(definition_id=live.definition_id)
    board = board_of(live)
    if period == CURRENT and board.unit is Unit.EVER:
        period = EVER
    if period == EVER:
        return rows.filter(key=EVER).first() or _to_come(board, EVER_SPAN)
    if period not in {CURRENT, PREVIOUS}:
        return rows.filter(key=period).first()
    begun = rows.exclude(key=EVER).filter(starts_at__lte=at).order_by("-starts_at")
    if period == CURRENT:
        now = span_at(board.unit, at, zone=board.live.zone)
        return begun.filter(ends_at__gt=at).first() or _to_come(board, now)
    return begun.filter(ends_at__lte=at).first()


def _to_come(board: Board, span: Span) -> BoardPeriod:
    """A period of now that nothing has opened yet: nobody is on it."""
    is_ever = span.key == EVER
    return BoardPeriod(
        definition_id=board.live.definition_id,
        version_id=board.live.version_id,
        key=span.key,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        closes_at=span.ends_at
        if is_ever
        else board.grace.after(span.ends_at, zone=board.live.zone),
        state=PeriodState.OPEN,
        bucket_bits=0,
    )


def _state(row: BoardPeriod, *, at: datetime) -> str:
    """The state by the clock, also before a tick has come by."""
    if row.state == PeriodState.OPEN and row.ends_at <= at:
        return PeriodState.CLOSING.value
    return row.state
