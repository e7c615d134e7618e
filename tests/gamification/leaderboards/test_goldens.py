"""The worked example of boards: ties, first to reach, a hidden member, a return, a page around somebody (G-X7)."""

import pytest

from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.ranks.browsing import around, top_of
from gamification.leaderboards.ranks.ranking import ranked, standing_of
from tests.world.boards import (
    a_board_cafe,
    histogram_of,
    row_of,
    seen_as,
    spot_of,
)
from tests.world.members import a_member
from tests.world.play import bought, heard, member_of, returned

pytestmark = pytest.mark.django_db
BOUGHT = [
    ("ana", 900, "11-08 12:00"),
    ("ana", 300, "11-10 09:00"),
    ("cy", 900, "11-11 18:00"),
    ("bo", 900, "11-12 08:00:00"),
    ("dee", 900, "11-12 08:00:01"),
    ("eli", 400, "11-13 10:00"),
    ("fay", 400, "11-13 11:00"),
    ("gus", 50, "11-13 12:00"),
]
NAMES = ["ana", "bo", "cy", "dee", "eli", "fay", "gus"]


@pytest.fixture
def cafe():
    cafe = a_board_cafe(k=5)
    for name in NAMES:
        seen_as(a_member(cafe, name), "hidden" if name == "fay" else "pseudonym")
    for place, (name, total, when) in enumerate(BOUGHT):
        bought(cafe, f"order-{place}", who=name, total=total, when=when, heard=False)
    heard(cafe)
    return cafe


def numbers(cafe, spots=None):
    """Name, rank, dense rank and place, from the top or of these."""
    period = BoardPeriod.objects.get(key="2026-11")
    board = histogram_of(period)
    names = {member_of(cafe, name).pk: name for name in NAMES}
    spots = spots or top_of(board, limit=10)
    told = ranked(board, spots, first=standing_of(board, spots[0]))
    return [(names[each.spot.member_id], each.rank, each.dense, each.place) for each in told]


def test_equals_share_a_rank_and_whoever_was_there_first_stands_first(cafe):
    """G-X7, G-78: rank 1 2 2 2 5 6, dense 1 2 2 2 3 4, place 1 to 6; Fay's shadow rank is 5."""
    period = BoardPeriod.objects.get(key="2026-11")

    shadow = standing_of(histogram_of(period), spot_of(row_of(period, member_of(cafe, "fay"))))

    assert numbers(cafe) == [
        ("ana", 1, 1, 1),
        ("cy", 2, 2, 2),
        ("bo", 2, 2, 3),
        ("dee", 2, 2, 4),
        ("eli", 5, 3, 5),
        ("gus", 6, 4, 6),
    ]
    assert shadow.rank == 5


def test_what_comes_back_was_never_there(cafe):
    """G-X7, G-78: without her last 300 Ana has stood at 900 since 8 November, before everybody."""
    returned(cafe, "order-1", who="ana", when="11-14 09:00")

    assert numbers(cafe) == [
        ("ana", 1, 1, 1),
        ("cy", 1, 1, 2),
        ("bo", 1, 1, 3),
        ("dee", 1, 1, 4),
        ("eli", 5, 2, 5),
        ("gus", 6, 3, 6),
    ]


def test_a_page_around_the_last_keeps_its_length(cafe):
    """G-X7, G-83: two before and two after Gus are five rows, places 2 to 6."""
    period = BoardPeriod.objects.get(key="2026-11")
    gus = spot_of(row_of(period, member_of(cafe, "gus")))

    page = around(histogram_of(period), gus, before=2, after=2)

    assert [place for _name, _rank, _dense, place in numbers(cafe, page)] == [2, 3, 4, 5, 6]
