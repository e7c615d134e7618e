"""The worked examples of the ledger's rules, number by number (L-X1 to L-X7)."""

import pytest

from tests.world.ledger import (
    a_hold,
    a_member,
    claimed,
    day,
    draws_of,
    entries_of,
    facts_about,
    given_back,
    lots_of,
    movements_of,
    moving,
    parts_of,
    posted,
    released,
    time_passes,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

DAYS = 86_400


@pytest.fixture
def cafe():
    return a_program(zone="UTC")


@pytest.fixture
def ada(cafe):
    """Ada with 100 until 31 March, 50 for ever and 30 until 28 February."""
    ada = a_member(cafe)
    posted(
        moving(100, of=ada, ends=day("04-01")),
        moving(50, of=ada),
        moving(30, of=ada, ends=day("03-01")),
    )
    return ada


def test_spending_takes_the_earliest_end_first(ada):
    """L-X1"""
    [spent] = posted(moving(-110, of=ada))

    assert draws_of(spent.entry_id) == [(30, 30), (100, 80)]
    assert lots_of(ada) == [20, 50, 0]
    assert parts_of(ada) == (70, 0, 0, 0)


def test_what_is_held_ends_with_its_hold(cafe, ada):
    """L-X2"""
    posted(moving(-110, of=ada))
    late = day("04-01")

    row = a_hold(ada, 60, at=day("03-31").replace(hour=23, minute=50))
    assert lots_of(ada) == [0, 10, 0]
    assert parts_of(ada) == (10, 0, 60, 0)

    time_passes(cafe, to=late)
    assert parts_of(ada) == (10, 0, 60, 0)

    released(row, at=late)
    assert parts_of(ada) == (50, 0, 0, 0)
    last = entries_of(ada)[-1]
    assert (last.kind, last.points, last.balance_after) == ("expire", -20, 50)
    assert facts_about(ada)[-2:] == ["points.expired", "hold.ended"]


def test_a_claim_takes_pending_then_open_then_leaves_a_debt(cafe):
    """L-X3"""
    ada = a_member(cafe)
    [earned] = posted(moving(200, of=ada, opens=day("02-01")))

    first = claimed(80, earned)
    assert (first.pending, first.owing) == (80, 0)
    assert parts_of(ada) == (0, 120, 0, 0)

    time_passes(cafe, to=day("02-01"))
    posted(moving(-100, of=ada), at=day("02-02"))
    assert parts_of(ada) == (20, 0, 0, 0)

    second = claimed(120, earned, at=day("02-03"))
    assert (second.own, second.other, second.owing, second.waived) == (20, 0, 100, 0)
    assert parts_of(ada) == (0, 0, 0, 100)

    posted(moving(150, of=ada), at=day("02-04"))
    assert parts_of(ada) == (50, 0, 0, 0)
    assert movements_of(ada) == [200, -80, -100, -120, 150]
    assert [entry.balance_after for entry in entries_of(ada)] == [200, 120, 20, -100, 50]


def test_a_claim_within_the_balance_waives_the_rest(cafe):
    """L-X4"""
    ada = a_member(cafe)
    [earned] = posted(moving(200, of=ada, opens=day("02-01")))
    claimed(80, earned)
    time_passes(cafe, to=day("02-01"))
    posted(moving(-100, of=ada), at=day("02-02"))

    answer = claimed(120, earned, take="within_balance", at=day("02-03"))
    assert (answer.asked, answer.moved, answer.waived) == (120, 20, 100)

    posted(moving(150, of=ada), at=day("02-04"))
    assert parts_of(ada) == (150, 0, 0, 0)


def test_points_go_back_to_their_lots_last_taken_first(cafe, ada):
    """L-X5"""
    [spent] = posted(moving(-110, of=ada))

    given_back(55, spent.entry_id, program=cafe)
    assert lots_of(ada) == [75, 50, 0]

    given_back(55, spent.entry_id, program=cafe)
    assert lots_of(ada) == [100, 50, 30]
    assert parts_of(ada) == (180, 0, 0, 0)


def test_points_given_back_to_a_lot_that_has_ended_expire(cafe, ada):
    """L-X5: on 5 March without grace, 25 come back usable and 30 expired."""
    [spent] = posted(moving(-110, of=ada))
    given_back(55, spent.entry_id, program=cafe)

    late = given_back(55, spent.entry_id, program=cafe, at=day("03-05"))

    assert (late.usable, late.expired) == (25, 30)
    assert lots_of(ada) == [100, 50, 0]
    assert parts_of(ada) == (150, 0, 0, 0)


def test_points_given_back_within_the_grace_get_a_new_end(cafe, ada):
    """L-41, E-64: good through the last day of the grace."""
    [spent] = posted(moving(-110, of=ada))

    late = given_back(110, spent.entry_id, program=cafe, grace="P30D", at=day("03-05"))

    assert (late.usable, late.expired) == (110, 0)
    time_passes(cafe, to=day("04-01"))
    assert lots_of(ada) == [0, 50, 30]
    time_passes(cafe, to=day("04-05"))
    assert lots_of(ada) == [0, 50, 0]
