"""Admitting: for whom a board is: a condition over how members stand; boards follow when that changes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from gamification.criteria.deciding import holding_each
from gamification.criteria.life.catalogue import Book, programs_with_books
from gamification.leaderboards.boards.terms import Board, boards_of
from gamification.leaderboards.kinds import FROZEN, GAME
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.seeing.showing import show_or_hide
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.facts import Told
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program

# Members for whom the board of a version is not: (member, version).
Outsiders: TypeAlias = frozenset[tuple[Id, Id]]

# Who stands otherwise on what can stand in such a condition.
HEARD: Final = (
    "tier.upgraded",
    "tier.downgraded",
    "member.segment_entered",
    "member.segment_left",
    "badge.awarded",
    "badge.backfilled",
    "badge.revoked",
    "badge.reinstated",
)
_ADMIT: Final = """
    UPDATE gamification_boardscore AS score
    SET admitted = told.admitted, shown = score.shown AND told.admitted
    FROM unnest(%s::uuid[], %s::uuid[], %s::bool[]) AS told (member_id, version_id, admitted),
         gamification_boardperiod AS period
    WHERE score.member_id = told.member_id AND period.id = score.period_id AND period.version_id = told.version_id
      AND period.state NOT IN ('final', 'archived') AND score.admitted <> told.admitted
"""


def outsiders_of(
    *, program: Program, boards: Iterable[Board], member_ids: Collection[Id], at: datetime
) -> Outsiders:
    """Whom of these members which of these boards are not for; one statement for each distinct measure."""
    asked = [(board, board.who) for board in boards if board.who is not None]
    if not asked or not member_ids:
        return frozenset()
    conditions = [(who, board.live.zone) for board, who in asked]
    held = holding_each(program=program, asked=conditions, member_ids=member_ids, at=at)
    return frozenset(
        (member_id, board.live.version_id)
        for (board, _who), inside in zip(asked, held, strict=True)
        for member_id in member_ids
        if member_id not in inside
    )


@inside_unit_of_work
def admit(facts: Sequence[Told]) -> None:
    """Members stand otherwise: they come onto boards that are for them now, and leave others; final ones stay."""
    by_program: dict[Id, list[Told]] = {}
    for fact in facts:
        by_program.setdefault(fact.program_id, []).append(fact)
    for program, book in programs_with_books(by_program):
        _admit(program, book, by_program[program.pk])


def _admit(program: Program, book: Book, facts: Sequence[Told]) -> None:
    woken = book.woken(GAME, {fact.name for fact in facts})
    members = sorted({fact.member_id for fact in facts if fact.member_id})
    if not woken or not members:
        return
    rows = BoardPeriod.objects.filter(definition_id__in=[live.definition_id for live in woken])
    versions = rows.exclude(state__in=FROZEN).values_list("version_id", flat=True).distinct()
    boards = boards_of(program, list(versions)).values()
    outside = outsiders_of(program=program, boards=boards, member_ids=members, at=now_of(program))
    pairs = [(each, board.live.version_id) for board in boards if board.who for each in members]
    if pairs:
        told = [pair not in outside for pair in pairs]
        run(_ADMIT, [[member for member, _v in pairs], [version for _m, version in pairs], told])
        show_or_hide(members)
