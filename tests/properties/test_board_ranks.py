"""Ranks from the histogram equal counting everybody, whatever happened and however much is folded (G-78, G-83, G-86)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamification.leaderboards.models import BoardScore
from gamification.leaderboards.ranks.browsing import (
    around,
    score_above,
    score_at_place,
    top_of,
)
from gamification.leaderboards.ranks.folding import fold_step
from gamification.leaderboards.ranks.ranking import members_of, ranked, standing_of
from loyalty.foundation.units import run
from tests.world.boards import (
    FIRST,
    a_period,
    a_score,
    histogram_of,
    plainly,
    spot_of,
)

pytestmark = pytest.mark.django_db

# Few different scores, so that there are ties; some in one bucket, some far away.
scores = st.sampled_from([0, 1, 2, 3, 63, 64, 65, 127, 128, 500, 501, 2**40])
members = st.tuples(scores, st.integers(0, 2), st.integers(-1, 1), st.booleans())
changes = st.lists(
    st.tuples(st.sampled_from(["move", "hide", "show", "fold"]), st.integers(0, 30), scores),
    max_size=12,
)


def a_board(told, happened, *, bits):
    """A period with these members, to whom these things happened; the folder takes three rows at a time."""
    period = a_period(bits=bits)
    rows = [
        a_score(period, score, minutes=minutes, tie=tie, shown=shown)
        for score, minutes, tie, shown in told
    ]
    for what, number, score in happened:
        row = rows[number % len(rows)]
        if what == "fold":
            run(lambda: fold_step(period_id=period.pk, rows_max=3))
        elif what == "move":
            row.score, row.reached_at = score, FIRST + timedelta(minutes=number % 3)
            BoardScore.objects.filter(period=period, member=row.member_id).update(
                score=score, reached_at=row.reached_at
            )
        else:
            row.shown = what == "show"
            BoardScore.objects.filter(period=period, member=row.member_id).update(shown=row.shown)
    return period, rows


def shadow_of(spot, rows):
    """Rank, dense rank and place that somebody would have, counted one by one."""
    shown = [spot_of(row) for row in rows if row.shown and row.score > 0]
    others = [each for each in shown if each.member_id != spot.member_id]
    above = [each.score for each in others if each.score > spot.score]
    return (
        1 + len(above),
        1 + len(set(above)),
        1 + sum(each.order < spot.order for each in others),
    )


@given(
    told=st.lists(members, min_size=1, max_size=15),
    happened=changes,
    bits=st.sampled_from([0, 1, 6, 10]),
)
def test_every_standing_is_the_counted_one(told, happened, bits):
    """G-78: rank, dense rank and place of everybody, hidden ones included, folded or not or half."""
    period, rows = a_board(told, happened, bits=bits)
    board = histogram_of(period)

    for spot in map(spot_of, rows):
        standing = standing_of(board, spot)
        assert (standing.rank, standing.dense, standing.place) == shadow_of(spot, rows)


@given(told=st.lists(members, min_size=1, max_size=15), happened=changes)
def test_the_top_is_the_counted_one(told, happened):
    """G-87: the numbers of a page follow from its first row."""
    period, _rows = a_board(told, happened, bits=6)
    board, expected = histogram_of(period), plainly(period)

    top = ranked(board, top_of(board, limit=100))

    assert [
        (each.spot.member_id, each.rank, each.dense, each.place, each.tied_with) for each in top
    ] == expected
    assert members_of(board) == len(expected)


@given(
    told=st.lists(members, min_size=1, max_size=15),
    happened=changes,
    before=st.integers(0, 4),
    after=st.integers(0, 4),
)
def test_around_somebody_is_a_stretch_of_the_whole(told, happened, before, after):
    """G-83: in order, of constant length, the numbers those of the whole; at the edges it goes on at the other side."""
    period, rows = a_board(told, happened, bits=6)
    board, whole = histogram_of(period), plainly(period)

    for spot in [spot_of(row) for row in rows if row.shown and row.score > 0]:
        page = around(board, spot, before=before, after=after)
        numbered = ranked(board, page, first=standing_of(board, page[0]))

        start = [each[0] for each in whole].index(page[0].member_id)
        mine = page.index(spot)
        assert len(page) == min(before + after + 1, len(whole))
        assert [
            (each.spot.member_id, each.rank, each.dense, each.place, each.tied_with)
            for each in numbered
        ] == whole[start : start + len(page)]
        assert mine == before or start == 0 or start + len(page) == len(whole)


@given(told=st.lists(members, min_size=1, max_size=15))
def test_the_next_step_up_is_the_lowest_score_above(told):
    """G-83: what the next rank and a prize take."""
    period, rows = a_board(told, [], bits=6)
    board = histogram_of(period)
    shown = sorted((row.score for row in rows if row.shown and row.score > 0), reverse=True)

    for row in rows:
        above = [score for score in shown if score > row.score]
        assert score_above(board, row.score) == (min(above) if above else None)
    for place in range(1, len(rows) + 2):
        expected = shown[place - 1] if place <= len(shown) else None
        assert score_at_place(board, place) == expected
