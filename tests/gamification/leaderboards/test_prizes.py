"""Prizes by place, by rank where equals share, once although the tick ran twice (G-81); and what is archived (G-80)."""

import pytest

from gamification.leaderboards.models import BoardPeriod, BoardScore
from gamification.leaderboards.periods import archiving
from gamification.leaderboards.periods.archiving import archive_some, periods_to_archive
from gamification.leaderboards.winning import paying
from gamification.leaderboards.winning.paying import pay_some, prizes_falling_due
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.units import run
from tests.world.boards import a_board_cafe, moved_on, seen_as, set_clock
from tests.world.ledger import movements_of
from tests.world.members import a_member
from tests.world.play import at, bought, heard, member_of

pytestmark = pytest.mark.django_db
SCORES = {"ana": 1200, "bo": 900, "cy": 900, "dee": 400}


def stars(points):
    return {"kind": "points", "currency": "stars", "points": points}


def a_cafe_that_pays(**board):
    bands = [
        {"places": [1, 1], "prize": stars(100)},
        {"places": [2, 2], "prize": stars(50)},
        {"places": [3, 3], "prize": stars(20)},
    ]
    cafe = a_board_cafe(prizes=bands, **board)
    for place, (name, score) in enumerate(SCORES.items()):
        seen_as(a_member(cafe, name), "pseudonym" if name == "ana" else "hidden")
        bought(cafe, f"o-{name}", who=name, total=score, when=f"11-05 09:0{place}", heard=False)
    heard(cafe)
    set_clock(cafe, "12-02 00:00")
    moved_on(cafe, when="12-02 00:00")
    return cafe


def paid(cafe, *, when="12-02 00:00"):
    """All prizes that are due are given; answers who got what."""
    while cafe.pk in prizes_falling_due(until=at(when), program_id=cafe.pk):
        run(lambda: pay_some(program=cafe, at=at(when)))
    rows = PrizeGrant.objects.filter(program=cafe).order_by("member__external_id")
    return {row.member.external_id: (row.amount, row.item, row.occasion) for row in rows}


@pytest.mark.parametrize("at_once", [1, 500])
def test_each_place_wins_once(monkeypatch, at_once):
    """G-81: unique places, hidden members too, in pages of any size."""
    monkeypatch.setattr(paying, "PLACES_AT_ONCE", at_once)
    cafe = a_cafe_that_pays()

    assert paid(cafe) == {
        "ana": (100, "1-1", "2026-11"),
        "bo": (50, "2-2", "2026-11"),
        "cy": (20, "3-3", "2026-11"),
    }


def test_equals_share_and_the_next_places_are_skipped():
    """G-81: both of rank 2 get its prize, nobody that of place 3."""
    cafe = a_cafe_that_pays(ties="shared")

    assert paid(cafe) == {
        "ana": (100, "1-1", "2026-11"),
        "bo": (50, "2-2", "2026-11"),
        "cy": (50, "2-2", "2026-11"),
    }


def test_a_second_tick_gives_nothing():
    """G-81, acceptance 9: also if somebody believes that the prizes are still to be given."""
    cafe = a_cafe_that_pays()
    first = paid(cafe)
    before = movements_of(member_of(cafe, "ana"))

    BoardPeriod.objects.filter(key="2026-11").update(prizes_through=0)

    assert paid(cafe) == first
    assert movements_of(member_of(cafe, "ana")) == before


def test_an_archived_period_keeps_the_first_and_the_winners(monkeypatch):
    """G-80: after 13 months, some rows at a time; winners stay whatever their place."""
    monkeypatch.setattr(archiving, "PLACES_MAX", 1)
    monkeypatch.setattr(archiving, "ROWS_AT_ONCE", 1)
    cafe = a_cafe_that_pays()
    paid(cafe)

    assert periods_to_archive(until=at("2028-01-01 23:00"), program_id=cafe.pk) == {}
    when = "2028-01-02 00:00"
    while cafe.pk in periods_to_archive(until=at(when), program_id=cafe.pk):
        run(lambda: archive_some(program=cafe, at=at(when)))

    period = BoardPeriod.objects.get(key="2026-11")
    rows = BoardScore.objects.filter(period=period).order_by("minus_score", "reached_at")
    assert (period.state, period.is_pruned) == ("archived", True)
    assert [row.member.external_id for row in rows] == ["ana", "bo", "cy"]
