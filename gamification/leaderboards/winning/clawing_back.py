"""Clawing back: what came back after the end may cost a prize, as long as the board says so (G-82).

The final scores stay, and nobody moves up: only whoever returned something is measured again, against the others as
they stood, and ends with what that place wins.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from gamification.leaderboards.boards.terms import Band
from gamification.leaderboards.kinds import GAME, Ties
from gamification.leaderboards.models import BoardScore
from gamification.leaderboards.ranks.ranking import Histogram, Spot, standing_of
from gamification.leaderboards.scoring.counting import Wish, period_of, totals
from gamification.leaderboards.scoring.noting import Ended
from gamification.prizes.giving import give, hold_members
from gamification.prizes.kinds import GrantSlot, GrantState, PrizeWish
from gamification.prizes.models import PrizeGrant
from gamification.prizes.taking_back import take_back
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program

# A period and a member.
Entry: TypeAlias = tuple[Id, Id]
_TOTALS: Final = "SELECT key::uuid, member_id, score, reached_at FROM totals"


@inside_unit_of_work
def claw_back(
    *, program: Program, ended: Sequence[Ended], member_ids: Collection[Id], at: datetime
) -> None:
    """Take prizes back from those of these members who would not have won them; what they would have won is given."""
    due = {each.row.pk: each for each in ended if _is_due(each, at=at)}
    won = _won(due, member_ids)
    if not won:
        return
    deserved = _deserved(due, sorted(won), at=at)
    lost = [
        grant
        for entry, grants in won.items()
        for grant in grants
        if (band := deserved[entry]) is None or band.item != grant.item
    ]
    if not lost:
        return
    book = hold_members(program=program, member_ids={grant.member_id for grant in lost}, at=at)
    take_back(program=program, slots=[_slot(each) for each in lost], at=at, book=book)
    members = {(each.definition_id, each.occasion, each.member_id): each for each in lost}
    wishes = [
        _wish(due[period_id], grant, band)
        for (period_id, member_id), band in deserved.items()
        if band is not None
        and (
            grant := members.get(
                (due[period_id].row.definition_id, due[period_id].row.key, member_id)
            )
        )
    ]
    give(program=program, wishes=wishes, at=at, book=book)


def _is_due(each: Ended, *, at: datetime) -> bool:
    lasts, board, final_at = each.board.clawback_for, each.board, each.row.final_at
    if lasts is None or final_at is None or not board.has_prizes:
        return False
    return at < lasts.after(final_at, zone=board.live.zone)


def _won(
    due: Mapping[Id, Ended], member_ids: Collection[Id]
) -> Mapping[Entry, Sequence[PrizeGrant]]:
    """What these members have won in these periods, and still have."""
    if not due:
        return {}
    keys = {(each.row.definition_id, each.row.key): period_id for period_id, each in due.items()}
    rows = PrizeGrant.objects.filter(
        definition_id__in={definition_id for definition_id, _key in keys},
        occasion__in={key for _definition, key in keys},
        member_id__in=member_ids,
        state=GrantState.GIVEN,
    )
    won: dict[Entry, list[PrizeGrant]] = {}
    for row in rows.order_by("pk"):
        period_id = keys.get((row.definition_id, row.occasion))
        if period_id is not None:
            won.setdefault((period_id, row.member_id), []).append(row)
    return won


def _deserved(
    due: Mapping[Id, Ended], entries: Sequence[Entry], *, at: datetime
) -> dict[Entry, Band | None]:
    """What each entry would have won, had what came back never been; the others as they stood."""
    boards = {due[period_id].row.version_id: due[period_id].board for period_id, _m in entries}
    wishes = [
        Wish(member_id=member_id, period=period_of(due[period_id].row))
        for period_id, member_id in entries
    ]
    statement = totals(boards, wishes, at=at, with_late_returns=True)
    found = run(f"WITH {statement.text} {_TOTALS}", statement.values)
    left = {(period_id, member_id): (score, when) for period_id, member_id, score, when in found}
    rows = BoardScore.objects.filter(
        period_id__in=due, member_id__in={member_id for _period, member_id in entries}
    )
    final = {(row.period_id, row.member_id): row for row in rows}
    return {
        entry: _band(due[entry[0]], final[entry], *left[entry]) if entry in left else None
        for entry in entries
    }


def _band(each: Ended, row: BoardScore, score: int, reached_at: datetime) -> Band | None:
    board, period = each.board, each.row
    now = Spot(member_id=row.member_id, score=score, reached_at=reached_at, tie=row.tie)
    standing = standing_of(Histogram(period_id=period.pk, bits=period.bucket_bits), now)
    # The member's own final row stands among the others, before what is left of it.
    is_above = row.shown and row.score > score
    is_before = (
        row.shown and row.reached_at is not None and (-row.score, row.reached_at) < now.order[:2]
    )
    if board.ties is Ties.SHARED:
        return board.band_of(standing.rank - is_above)
    return None if standing.place is None else board.band_of(standing.place - is_before)


def _slot(grant: PrizeGrant) -> GrantSlot:
    return GrantSlot(
        definition_id=grant.definition_id,
        occasion=grant.occasion,
        member_id=grant.member_id,
        item=grant.item,
    )


def _wish(each: Ended, grant: PrizeGrant, band: Band) -> PrizeWish:
    return PrizeWish(
        game=GAME,
        definition_id=grant.definition_id,
        version_id=each.row.version_id,
        occasion=grant.occasion,
        member_id=grant.member_id,
        item=band.item,
        prize=band.prize,
        earned_at=grant.earned_at,
    )
