"""What comes back after the end costs a prize only where the board says so (`clawback_for`, G-82)."""

import pytest

from gamification.leaderboards.models import BoardScore
from gamification.leaderboards.winning.paying import pay_some, prizes_falling_due
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.units import run
from tests.world.boards import a_board_cafe, moved_on, seen_as, set_clock
from tests.world.members import a_member
from tests.world.play import at, bought, heard, member_of, returned

pytestmark = pytest.mark.django_db
SCORES = {"ana": 1200, "bo": 900, "cy": 800, "dee": 400}
BANDS = [
    {"places": [place, place], "prize": {"kind": "points", "currency": "stars", "points": points}}
    for place, points in ((1, 100), (2, 50), (3, 20))
]


def a_cafe_that_pays(*, is_paid=True, **board):
    cafe = a_board_cafe(prizes=BANDS, **board)
    for place, (name, score) in enumerate(SCORES.items()):
        seen_as(a_member(cafe, name), "pseudonym")
        bought(cafe, f"o-{name}", who=name, total=score, when=f"11-05 09:0{place}", heard=False)
    heard(cafe)
    set_clock(cafe, "12-02 00:00")
    moved_on(cafe, when="12-02 00:00")
    if is_paid:
        paid(cafe)
    return cafe


def paid(cafe, when="12-02 00:00"):
    while cafe.pk in prizes_falling_due(until=at(when), program_id=cafe.pk):
        run(lambda: pay_some(program=cafe, at=at(when)))


def returns(cafe, who, amount, *, when):
    set_clock(cafe, when)
    returned(cafe, f"o-{who}", who=who, when=when, amount=amount)


def prizes_of(cafe, who):
    rows = PrizeGrant.objects.filter(program=cafe, member__external_id=who).order_by("pk")
    return [(row.item, row.state, row.amount - row.recovered) for row in rows]


def test_nothing_is_taken_back_unless_told():
    """G-82."""
    cafe = a_cafe_that_pays()

    returns(cafe, "ana", 1000, when="12-05 09:00")

    assert prizes_of(cafe, "ana") == [("1-1", "given", 100)]


@pytest.mark.parametrize(
    ("amount", "prizes"),
    [
        (200, [("1-1", "given", 100)]),
        (300, [("1-1", "given", 100)]),
        (350, [("1-1", "reversed", 0), ("2-2", "given", 50)]),
        (700, [("1-1", "reversed", 0), ("3-3", "given", 20)]),
        (900, [("1-1", "reversed", 0)]),
        (1200, [("1-1", "reversed", 0)]),
    ],
)
def test_whoever_returned_ends_with_what_that_place_wins(amount, prizes):
    """G-82: measured again against the others as they stood; the final scores stay, and nobody moves up."""
    cafe = a_cafe_that_pays(clawback_for="P30D")

    returns(cafe, "ana", amount, when="12-05 09:00")

    assert prizes_of(cafe, "ana") == prizes
    assert prizes_of(cafe, "bo") == [("2-2", "given", 50)]
    row = BoardScore.objects.get(period__key="2026-11", member=member_of(cafe, "ana"))
    assert row.score == 1200


def test_return_by_return_it_only_falls():
    """G-35, G-82: told twice it moves once; what was lost is not won back."""
    cafe = a_cafe_that_pays(clawback_for="P30D")

    returns(cafe, "ana", 350, when="12-05 09:00")
    before = prizes_of(cafe, "ana")
    returns(cafe, "ana", 10, when="12-06 09:00")
    same = prizes_of(cafe, "ana")
    returns(cafe, "ana", 600, when="12-07 09:00")

    assert prizes_of(cafe, "ana") == [("1-1", "reversed", 0), ("2-2", "reversed", 0)]
    assert before == same == [("1-1", "reversed", 0), ("2-2", "given", 50)]


@pytest.mark.parametrize(
    ("when", "state"), [("2026-12-31 23:59", "reversed"), ("2027-01-01 00:00", "given")]
)
def test_only_within_its_time(when, state):
    """G-82: thirty days from the instant at which the period became final; then notes alone."""
    cafe = a_cafe_that_pays(clawback_for="P30D")

    returns(cafe, "ana", 1200, when=when)

    assert prizes_of(cafe, "ana")[0][1] == state


def test_what_comes_back_before_the_prizes_are_given_counts_as_well():
    """G-81, G-82: between the end and the prizes."""
    cafe = a_cafe_that_pays(is_paid=False, clawback_for="P30D")
    returns(cafe, "ana", 350, when="12-02 00:00")

    paid(cafe)

    assert prizes_of(cafe, "ana") == [("1-1", "reversed", 0), ("2-2", "given", 50)]


def test_equals_share_what_is_left():
    """G-81: by rank where the board says so."""
    cafe = a_cafe_that_pays(ties="shared", clawback_for="P30D")

    returns(cafe, "ana", 300, when="12-05 09:00")
    returns(cafe, "bo", 100, when="12-05 10:00")

    assert prizes_of(cafe, "ana") == [("1-1", "given", 100)]
    assert prizes_of(cafe, "bo") == [("2-2", "given", 50)]
