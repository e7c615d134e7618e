"""Rebuilding: `rebuild boards` counts scores anew and makes histograms from them; begun again it goes on (G-90)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gamification.criteria.kinds import PAGE
from gamification.leaderboards.boards.terms import Board, boards_of
from gamification.leaderboards.kinds import FROZEN
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.models.frozen import WRITE_LOCK
from gamification.leaderboards.proofs.auditing import periods_in, wrong_scores, wrong_steps
from gamification.leaderboards.scoring.counting import period_of
from gamification.leaderboards.scoring.moving import write_scores
from gamification.leaderboards.seeing.admitting import outsiders_of
from gamification.leaderboards.seeing.showing import seen_of
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import Scope
from loyalty.foundation.proofs.rebuilding import Difference, rebuilds
from loyalty.foundation.units import unit_of_work
from loyalty.members.persons import member_ids_after
from loyalty.programs.clock import now_of

_HOLD: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s::text))"
_EMPTY: Final = (
    "DELETE FROM gamification_boarddelta WHERE period_id = %s",
    "DELETE FROM gamification_boardstep WHERE period_id = %s",
    "DELETE FROM gamification_boardbucket WHERE period_id = %s",
)
_STEPS: Final = """
    INSERT INTO gamification_boardstep (period_id, score, members)
    SELECT period_id, score, count(*) FROM gamification_boardscore
    WHERE period_id = %s AND shown AND score > 0 GROUP BY period_id, score
"""
_BUCKETS: Final = """
    INSERT INTO gamification_boardbucket (period_id, bucket, members, steps)
    SELECT period_id, score >> %s::integer, sum(members), count(*) FROM gamification_boardstep
    WHERE period_id = %s GROUP BY 1, 2
"""


@rebuilds("boards")
def rebuild_boards(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """Every period that goes on, a page of members a unit, then its histogram; final scores stand as they are."""
    for period in periods_in(scope):
        if period.state not in FROZEN:
            yield from _scores(period, scope, dry_run=dry_run)
        wrong = wrong_steps(period)
        if wrong and not dry_run:
            count_anew(period=period)
        for what, found, expected in wrong:
            name = f"{period.definition.slug} {period.key} {what}"
            yield Difference(row=name, found=found, rebuilt=expected)


@unit_of_work
def count_anew(*, period: BoardPeriod) -> None:
    """Make the histogram of a period from its rows, while nobody writes them."""
    run(_HOLD, [WRITE_LOCK, period.pk])
    for statement in _EMPTY:
        run(statement, [period.pk])
    run(_STEPS, [period.pk])
    run(_BUCKETS, [period.bucket_bits, period.pk])


def _scores(period: BoardPeriod, scope: Scope, *, dry_run: bool) -> Iterator[Difference]:
    program = period.definition.program
    board = boards_of(program, [period.version_id])[period.version_id]
    after: Id | None = None
    while page := member_ids_after(program_id=program.pk, after=after, limit=PAGE):
        after = page[-1]
        mine = [each for each in page if scope.member_id in {None, each}]
        wrong = wrong_scores(board, period, mine, at=now_of(program))
        if wrong and not dry_run:
            _put_right(board, period, [each for each, _f, _e in wrong], at=now_of(program))
        for member_id, found, expected in wrong:
            name = f"{period.definition.slug} {period.key} {shown('mem', member_id)}"
            yield Difference(row=name, found=found, rebuilt=expected)


@unit_of_work
def _put_right(board: Board, period: BoardPeriod, member_ids: list[Id], *, at: datetime) -> None:
    wanted = [(each, period_of(period)) for each in member_ids]
    outside = outsiders_of(
        program=period.definition.program, boards=[board], member_ids=member_ids, at=at
    )
    write_scores(
        {period.version_id: board}, wanted, seen=seen_of(member_ids), outsiders=outside, at=at
    )
