"""Showing: the top of a board, and a member's neighbourhood, from one view of the database (G-83 to G-85)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.leaderboards.boards.terms import Board
from gamification.leaderboards.kinds import EVER, Ranking, Ties
from gamification.leaderboards.ranks.browsing import around, score_above, score_at_place, top_of
from gamification.leaderboards.ranks.ranking import (
    Ranked,
    Spot,
    Standing,
    members_of,
    ranked,
    standing_of,
)
from gamification.leaderboards.seeing.choosing import choice_of
from gamification.leaderboards.seeing.naming import names_of
from gamification.leaderboards.telling.reading import CURRENT, Mine, Opened, mine_of, opened
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import snapshot
from loyalty.programs.tenants import Program
from loyalty.programs.texts import in_words

Json = dict[str, Any]
TOO_FEW: Final = "too_few"
LIMIT_MAX: Final = 200
SIDE_MAX: Final = 50


def show_top(
    *,
    program: Program,
    slug: str,
    period: str,
    limit: int,
    at: datetime,
    member_id: Id | None = None,
) -> Json:
    """The first of a board, and where a member stands, if one is told. Raises NotFound."""
    with snapshot():
        told = opened(program=program, slug=slug, period=period, at=at)
        members = members_of(told.histogram)
        rows: list[Ranked] = []
        if members >= told.board.k:
            rows = ranked(told.histogram, top_of(told.histogram, limit=limit))
        return _page(told, members=members, at=at) | {
            "me": _me(told, mine_of(told.histogram, member_id), member_id) if member_id else None,
            "rows": _rows(told.board, rows, me=member_id),
        }


def show_around(
    *,
    program: Program,
    slug: str,
    period: str,
    member_id: Id,
    sides: tuple[int, int],
    at: datetime,
) -> Json:
    """Rows before and after a member, the member's own among them. Raises NotFound.

    Somebody who is hidden stands where they would, without a rank that others see. Without a score there is no row.
    """
    with snapshot():
        told = opened(program=program, slug=slug, period=period, at=at)
        members = members_of(told.histogram)
        mine = mine_of(told.histogram, member_id)
        rows: list[Ranked] = []
        if mine.spot is not None:
            before, after = sides if members >= told.board.k else (0, 0)
            spots = around(told.histogram, mine.spot, before=before, after=after)
            rows = _numbered(told, mine.spot, spots, is_shown=mine.is_shown)
        return _page(told, members=members, at=at) | {
            "me": _me(told, mine, member_id),
            "rows": _rows(told.board, rows, me=member_id, is_hidden=not mine.is_shown),
        }


def show_board(
    *, program: Program, slug: str, member_id: Id, first: int, sides: tuple[int, int], at: datetime
) -> Json:
    """The present period as one page: the first, then the rows around a member that are not among them. Raises NotFound."""
    with snapshot():
        told = opened(program=program, slug=slug, period=CURRENT, at=at)
        members = members_of(told.histogram)
        mine = mine_of(told.histogram, member_id)
        top: list[Ranked] = []
        near: list[Ranked] = []
        before = 0
        if members >= told.board.k:
            top = ranked(told.histogram, top_of(told.histogram, limit=first))
        if mine.spot is not None:
            before, after = sides if members >= told.board.k else (0, 0)
            spots = around(told.histogram, mine.spot, before=before, after=after)
            near = _numbered(told, mine.spot, spots, is_shown=mine.is_shown)
        seen = {each.spot.member_id for each in top}
        further = [each for each in near if each.spot.member_id not in seen]
        rows = _rows(told.board, [*top, *further], me=member_id, is_hidden=not mine.is_shown)
        seen_above = _seen_above(mine, near) if before else ()
        return _page(told, members=members, at=at) | {
            "me": _me(told, mine, member_id, above=seen_above, top=top),
            "first": rows[: len(top)],
            "around": rows[len(top) :],
        }


def _numbered(told: Opened, own: Spot, spots: Sequence[Spot], *, is_shown: bool) -> list[Ranked]:
    """Numbers of these rows. Who is hidden is nobody's predecessor: the others count on without them."""
    if is_shown:
        return ranked(told.histogram, spots, first=standing_of(told.histogram, spots[0]))
    others = [spot for spot in spots if spot != own]
    first = standing_of(told.histogram, others[0]) if others else None
    numbered = ranked(told.histogram, others, first=first)
    shadow = standing_of(told.histogram, own)
    mine = Ranked(spot=own, rank=shadow.rank, place=None, dense=shadow.dense, tied_with=0)
    place = list(spots).index(own)
    return [*numbered[:place], mine, *numbered[place:]]


def _page(told: Opened, *, members: int, at: datetime) -> Json:
    board, span = told.board, told.span
    is_ever = span.key == EVER
    return {
        "id": board.live.shown_id,
        "slug": board.live.slug,
        "name": board.live.name,
        "unit": in_words(board.live.settings.get("unit", {})) or None,
        "period": {
            "key": span.key,
            "starts_at": None if is_ever else span.starts_at,
            "ends_at": None if is_ever else span.ends_at,
            "closes_at": None if is_ever else told.closes_at,
            "state": told.state,
        },
        "method": board.ranking.value,
        "of": members,
        "as_of": at,
        "withheld": TOO_FEW if members < board.k else None,
        "prizes": [
            {"from_place": band.first, "to_place": band.last, "prize": dict(band.prize)}
            for band in board.bands
            if not is_ever
        ],
    }


def _rows(
    board: Board, rows: Sequence[Ranked], *, me: Id | None, is_hidden: bool = False
) -> list[Json]:
    names = names_of([each.spot for each in rows]) if rows else {}
    return [_row(board, each, names, me=me, is_hidden=is_hidden) for each in rows]


def _row(
    board: Board, each: Ranked, names: Mapping[Id, str], *, me: Id | None, is_hidden: bool
) -> Json:
    is_me = each.spot.member_id == me
    is_unseen = is_me and is_hidden
    return {
        "rank": None if is_unseen else displayed(board, each),
        "place": None if is_unseen else each.place,
        "tied_with": each.tied_with,
        "display_name": names[each.spot.member_id],
        "score": each.spot.score,
        "is_me": is_me,
        "member": shown("mem", each.spot.member_id),
    }


def displayed(board: Board, standing: Standing | Ranked) -> int | None:
    """The number beside a name, by the board's way of ranking (G-78)."""
    if board.ranking is Ranking.ORDINAL:
        return standing.place
    return standing.dense if board.ranking is Ranking.DENSE else standing.rank


def _seen_above(mine: Mine, near: Sequence[Ranked]) -> tuple[int | None, ...]:
    """The next score above, where the rows around a member tell it; nothing where they do not."""
    higher = [each.spot.score for each in near if each.spot.score > mine.score]
    is_first = bool(near) and near[0].spot == mine.spot
    return (min(higher),) if higher else (None,) if is_first else ()


def _me(
    told: Opened,
    mine: Mine,
    member_id: Id,
    *,
    above: Sequence[int | None] = (),
    top: Sequence[Ranked] = (),
) -> Json:
    """Where a member stands, seen or not: the shadow rank is for their eyes only (G-84).

    What rows of the same page tell already, `above` and `top`, is not asked again.
    """
    view: Json = {
        "score": mine.score,
        "rank": None,
        "place": None,
        "tied_with": None,
        "shadow_rank": None,
        "visibility": choice_of(member_id),
        "is_shown": mine.is_shown,
        "is_suspended": mine.is_suspended,
        "to_next_rank": None,
        "to_next_prize": None,
    }
    if mine.spot is None:
        return view
    standing = standing_of(told.histogram, mine.spot)
    next_score = above[0] if above else score_above(told.histogram, mine.score)
    view["shadow_rank"] = displayed(told.board, standing)
    view["to_next_rank"] = None if next_score is None else next_score - mine.score
    view["to_next_prize"] = _to_next_prize(told, mine.score, standing, top=top)
    if mine.is_shown:
        (own,) = ranked(told.histogram, [mine.spot], first=standing)
        view["rank"] = displayed(told.board, standing)
        view["place"] = standing.place
        view["tied_with"] = own.tied_with
    return view


def _to_next_prize(
    told: Opened, score: int, standing: Standing, *, top: Sequence[Ranked]
) -> int | None:
    """What is missing to the nearest better prize. Who was there first stays before: one more than they have."""
    if told.span.key == EVER:
        return None
    is_shared = told.board.ties is Ties.SHARED
    better = told.board.band_before(standing.rank if is_shared else standing.place or standing.rank)
    if better is None:
        return None
    if better.last <= len(top):
        there: int | None = top[better.last - 1].spot.score
    else:
        there = score_at_place(told.histogram, better.last)
    return None if there is None else there - score + (0 if is_shared else 1)
