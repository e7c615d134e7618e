"""Following: deeds changed, and the boards that look at them follow in the transaction that marks the facts delivered."""

from collections.abc import Collection, Sequence
from datetime import datetime

from gamification.criteria.facts import DeedsChanged
from gamification.criteria.life.catalogue import Book
from gamification.leaderboards.boards.terms import Board, board_of, boards_of
from gamification.leaderboards.kinds import EVER, GAME
from gamification.leaderboards.periods.opening import ensure_periods
from gamification.leaderboards.scoring.counting import Period
from gamification.leaderboards.scoring.moving import periods_taking, write_scores
from gamification.leaderboards.scoring.noting import Ended, ended_in, note_late_corrections
from gamification.leaderboards.seeing.admitting import outsiders_of
from gamification.leaderboards.seeing.showing import seen_of
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program


@inside_unit_of_work
def follow(
    *, program: Program, book: Book, facts: Sequence[DeedsChanged], at: datetime
) -> list[Ended]:
    """Bring the scores of these members up to date, in the periods that their changes lie in.

    Answers the final periods that something may have come back in: it is noted there.
    """
    kinds = {kind for fact in facts for kind in fact.kinds.split(",")}
    boards = [board_of(live) for live in book.woken(GAME, kinds)]
    if not boards:
        return []
    first, last = min(f.first_at for f in facts), max(f.last_at for f in facts)
    ensure_periods(boards, first=first, last=max(last, at))
    definition_ids = [board.live.definition_id for board in boards]
    periods = periods_taking(definition_ids, first=first, last=last)
    wanted = {
        (fact.member_id, period)
        for fact in facts
        for period in periods
        if fact.member_id is not None and _is_touched(period, fact)
    }
    _write(program, boards, wanted, at=at)
    corrected = {fact.member_id for fact in facts if fact.is_corrected and fact.member_id}
    if not corrected:
        return []
    ended = ended_in(program=program, definition_ids=definition_ids, first=first, last=last)
    note_late_corrections(ended, member_ids=corrected, at=at)
    return ended


@inside_unit_of_work
def score_members(
    *, program: Program, boards: Sequence[Board], member_ids: Collection[Id], at: datetime
) -> None:
    """Bring these members up to date in every period that takes scores: for backfills and rebuilding."""
    first = min([board.live.opened_at for board in boards] + [at])
    ensure_periods(boards, first=first, last=at)
    periods = periods_taking([board.live.definition_id for board in boards], first=first, last=at)
    wanted = {(member_id, period) for period in periods for member_id in member_ids}
    _write(program, boards, wanted, at=at)


def _write(
    program: Program,
    boards: Sequence[Board],
    wanted: Collection[tuple[Id, Period]],
    *,
    at: datetime,
) -> None:
    by_version = {board.live.version_id: board for board in boards}
    older = {period.version_id for _member, period in wanted} - set(by_version)
    if older:
        by_version |= boards_of(program, older)
    ordered = sorted(wanted, key=lambda each: (each[1].id, each[0]))
    members = {member_id for member_id, _period in ordered}
    seen = seen_of(members)
    outside = outsiders_of(program=program, boards=by_version.values(), member_ids=members, at=at)
    write_scores(by_version, ordered, seen=seen, outsiders=outside, at=at)


def _is_touched(period: Period, fact: DeedsChanged) -> bool:
    is_inside = period.starts_at <= fact.last_at and period.ends_at > fact.first_at
    return period.key == EVER or is_inside
