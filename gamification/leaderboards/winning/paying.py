"""Paying: when a period is final its places get what they win, once each (G-81)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.leaderboards.boards.terms import Band, Board, boards_of
from gamification.leaderboards.kinds import GAME, PeriodState, Ties
from gamification.leaderboards.models import BoardNote, BoardPeriod
from gamification.leaderboards.ranks.browsing import top_of
from gamification.leaderboards.ranks.ranking import Histogram, Ranked, ranked, standing_of
from gamification.leaderboards.scoring.noting import Ended
from gamification.leaderboards.winning.clawing_back import claw_back
from gamification.prizes.giving import give
from gamification.prizes.kinds import PrizeWish
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program

PLACES_AT_ONCE: Final = 500

_DUE: Final = """
    SELECT definition.program_id, min(period.final_at)
    FROM gamification_boardperiod AS period
    JOIN gamification_definition AS definition ON definition.id = period.definition_id
    WHERE period.state = 'final' AND period.prizes_through IS NOT NULL
      AND (%s::uuid IS NULL OR definition.program_id = %s) AND period.final_at <= %s
    GROUP BY definition.program_id
"""


def prizes_falling_due(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """Since when prizes of a final period wait, per programme."""
    return dict(run(_DUE, [program_id, program_id, until]))


@inside_unit_of_work
def pay_some(*, program: Program, at: datetime) -> bool:
    """Give a page of prizes of the oldest period that waits; True if there may be more."""
    rows = BoardPeriod.objects.select_for_update().filter(
        definition__program=program, state=PeriodState.FINAL, prizes_through__isnull=False
    )
    period = rows.order_by("final_at", "pk").first()
    if period is None:
        return False
    board = boards_of(program, [period.version_id])[period.version_id]
    page = _page(board, period)
    won = [(each, band) for each in page if (band := _band_of(board, each)) is not None]
    wishes = [_wish(board, period, each, band) for each, band in won]
    give(program=program, wishes=wishes, at=at)
    if board.clawback_for and won:
        _settle_notes(program, period, board, {each.spot.member_id for each, _band in won}, at=at)
    is_over = len(page) < PLACES_AT_ONCE or not won
    period.prizes_through = None if is_over else (period.prizes_through or 0) + len(page)
    period.save(update_fields=["prizes_through"])
    return True


def _settle_notes(
    program: Program, period: BoardPeriod, board: Board, winners: set[Id], *, at: datetime
) -> None:
    """What came back between the end and the prizes counts like what comes back after them."""
    notes = BoardNote.objects.filter(period=period, member_id__in=winners)
    noted = set(notes.values_list("member_id", flat=True))
    ended = [Ended(row=period, board=board)]
    claw_back(program=program, ended=ended, member_ids=noted, at=at)


def _page(board: Board, period: BoardPeriod) -> Sequence[Ranked]:
    """The next places of a final board, with their numbers."""
    histogram = Histogram(period_id=period.pk, bits=period.bucket_bits)
    spots = top_of(histogram, limit=PLACES_AT_ONCE, skipped=period.prizes_through or 0)
    return ranked(histogram, spots, first=standing_of(histogram, spots[0])) if spots else []


def _band_of(board: Board, each: Ranked) -> Band | None:
    """By rank where equals share; else by place, which is unique."""
    number = each.rank if board.ties is Ties.SHARED else each.place
    return None if number is None else board.band_of(number)


def _wish(board: Board, period: BoardPeriod, each: Ranked, band: Band) -> PrizeWish:
    return PrizeWish(
        game=GAME,
        definition_id=board.live.definition_id,
        version_id=board.live.version_id,
        occasion=period.key,
        member_id=each.spot.member_id,
        item=band.item,
        prize=band.prize,
        earned_at=each.spot.reached_at,
    )
