"""Two tills on one member's points: one wins, the other is refused, and without the lock they collide (V-50, V-52)."""

import threading
from functools import partial

import pytest

from loyalty.ledger.claiming import claim  # noqa: F401 (named in the controls)
from loyalty.ledger.refusals import InsufficientPoints
from tests.world.ledger import (
    a_hold,
    a_member,
    captured,
    movements_of,
    moving,
    parts_of,
    posted,
)
from tests.world.ledger_races import is_clean, look_without_holding
from tests.world.programs import a_program
from tests.world.racing import PATIENCE_SECONDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)

TILLS = 32
ROUNDS = 20


@pytest.fixture
def cafe():
    return a_program(zone="UTC", transfers={"per_day": 1_000_000})


@pytest.fixture
def _no_locks(monkeypatch):
    """Control."""
    look_without_holding(monkeypatch)


class TestSpendingEverythingAtManyTills:
    def test_pays_one_and_refuses_the_others(self, cafe):
        """V-50"""
        members = [a_member(cafe, f"guest-{number}", points=100) for number in range(ROUNDS)]
        together, told = threading.Barrier(TILLS), [list[str]() for _ in members]

        def till():
            """One connection for all rounds; every round begins when all tills have come to it."""
            for member, outcomes in zip(members, told, strict=True):
                together.wait(timeout=PATIENCE_SECONDS)
                try:
                    posted(moving(-100, of=member))
                    outcomes.append("done")
                except InsufficientPoints as refusal:
                    outcomes.append(refusal.code)

        assert at_once(*[till] * TILLS) == ["done"] * TILLS

        for member, outcomes in zip(members, told, strict=True):
            assert sorted(outcomes) == ["done"] + ["insufficient_points"] * (TILLS - 1)
            assert movements_of(member) == [100, -100]
        assert is_clean(cafe)

    @pytest.mark.usefixtures("_no_locks")
    def test_collides_without_the_lock(self, cafe):
        """Control: behind the lock the database refuses as well."""
        member = a_member(cafe, points=100)

        outcomes = at_once(*[partial(posted, moving(-100, of=member)) for _ in range(2)])

        assert sorted(outcomes) == ["done", "entry_numbers_count_up"]


class TestOneKeyAtManyTills:
    def test_counts_once(self, cafe):
        """V-52, L-4"""
        member = a_member(cafe)

        outcomes = at_once(*[partial(posted, moving(45, of=member, key="k")) for _ in range(TILLS)])

        assert outcomes == ["done"] * TILLS
        assert movements_of(member) == [45]

    def test_opens_one_account(self, cafe):
        """L-10: accounts that are missing are opened by whoever comes first."""
        members = [a_member(cafe, f"guest-{number}") for number in range(4)]
        works = [
            partial(posted, *[moving(1, of=member) for member in order])
            for order in (members, members[::-1]) * 8
        ]

        assert at_once(*works) == ["done"] * 16
        assert [parts_of(member) for member in members] == [(16, 0, 0, 0)] * 4


class TestHoldingAndSpendingTheSamePoints:
    def test_lets_one_of_them_through(self, cafe):
        member = a_member(cafe, points=100)

        outcomes = at_once(partial(a_hold, member, 80), partial(posted, moving(-80, of=member)))

        assert sorted(outcomes) == ["done", "insufficient_points"]
        assert is_clean(cafe)

    @pytest.mark.usefixtures("_no_locks")
    def test_takes_them_twice_without_the_lock(self, cafe):
        """Control: a hold makes no entry, so only the lot's draws stand in the way."""
        member = a_member(cafe, points=100)

        outcomes = at_once(partial(a_hold, member, 80), partial(posted, moving(-80, of=member)))

        assert sorted(outcomes) == ["done", "draws_stay_within_their_lot"]


class TestCapturingOneHoldForTwoOrders:
    def test_captures_it_once(self, cafe):
        """L-X6"""
        member = a_member(cafe, points=100)
        row = a_hold(member, 60)

        outcomes = at_once(partial(captured, row, "order-1"), partial(captured, row, "order-2"))

        assert sorted(outcomes) == ["done", "hold_not_held"]
        assert movements_of(member) == [100, -60]

    def test_for_the_same_order_twice_is_one_entry(self, cafe):
        """L-X6"""
        member = a_member(cafe, points=100)
        row = a_hold(member, 60)

        assert at_once(*[partial(captured, row)] * 8) == ["done"] * 8
        assert movements_of(member) == [100, -60]

    @pytest.mark.usefixtures("_no_locks")
    def test_collides_without_the_lock(self, cafe):
        """Control: one capture a hold, says the database."""
        member = a_member(cafe, points=100)
        row = a_hold(member, 60)

        outcomes = at_once(partial(captured, row, "order-1"), partial(captured, row, "order-2"))

        assert outcomes.count("done") == 1
        assert set(outcomes) - {"done"} <= {
            "entry_numbers_count_up",
            "entry_source_counts_once",
            "entry_captures_a_hold_once",
        }
