"""Expiry, returns and transfers at the same moment as spending, each with its control (V-53, V-55)."""

from functools import partial

import pytest

from loyalty.ledger.claiming import claim  # noqa: F401 (named in the controls)
from loyalty.ledger.models import Entry
from tests.loyalty.ledger.test_moving import sent
from tests.world.ledger import (
    NOW,
    a_hold,
    a_member,
    captured,
    claimed,
    day,
    given_back,
    movements_of,
    moving,
    parts_of,
    posted,
    released,
    time_passes,
)
from tests.world.ledger_races import is_clean, look_without_holding
from tests.world.programs import a_program, currency_of
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_program(zone="UTC", transfers={"per_day": 1_000_000})


@pytest.fixture
def _no_locks(monkeypatch):
    """Control."""
    look_without_holding(monkeypatch)


class TestExpiryAndCapture:
    def test_of_the_same_points_are_one_or_the_other(self, cafe):
        for number in range(5):
            member = a_member(cafe, f"guest-{number}")
            posted(moving(60, of=member, ends=day("03-01")))
            row = a_hold(member, 40, at=day("02-28").replace(hour=23, minute=50))
            late = day("03-01")

            outcomes = at_once(partial(captured, row, at=late), partial(time_passes, cafe, to=late))

            assert outcomes == ["done", "done"]
            assert movements_of(member) in ([60, -40, -20], [60, -20, -40])
            assert parts_of(member) == (0, 0, 0, 0)
        assert is_clean(cafe)

    @pytest.mark.usefixtures("_no_locks")
    def test_collide_without_the_lock(self, cafe):
        """Control."""
        member = a_member(cafe)
        posted(moving(60, of=member, ends=day("03-01")))
        late = day("03-01")

        outcomes = at_once(
            partial(posted, moving(-60, of=member), at=day("02-28")),
            partial(posted, moving(-60, of=member, kind="expire"), at=day("02-28")),
            partial(time_passes, cafe, to=late),
        )

        assert sorted(set(outcomes) - {"done"}) == ["entry_numbers_count_up"]


class TestAReturnAndSpending:
    def test_take_the_points_once(self, cafe):
        member = a_member(cafe)
        [earned] = posted(moving(100, of=member))

        outcomes = at_once(
            partial(claimed, 100, earned, key="return"), partial(posted, moving(-100, of=member))
        )

        assert outcomes in (["done", "done"], ["done", "insufficient_points"])
        assert parts_of(member) in ((0, 0, 0, 100), (0, 0, 0, 0))
        assert is_clean(cafe)

    def test_told_many_times_count_once(self, cafe):
        """L-40"""
        member = a_member(cafe)
        [earned] = posted(moving(100, of=member))

        assert at_once(*[partial(claimed, 30, earned, key="return")] * 8) == ["done"] * 8
        assert movements_of(member) == [100, -30]

    def test_given_back_many_times_count_once(self, cafe):
        """L-41"""
        member = a_member(cafe, points=100)
        [spent] = posted(moving(-100, of=member))

        again = partial(given_back, 30, spent.entry_id, program=cafe, key="return")
        assert at_once(*[again] * 8) == ["done"] * 8
        assert movements_of(member) == [100, -100, 30]

    @pytest.mark.usefixtures("_no_locks")
    def test_collide_without_the_lock(self, cafe):
        """Control."""
        member = a_member(cafe)
        [earned] = posted(moving(100, of=member))

        outcomes = at_once(
            partial(claimed, 100, earned, key="return"), partial(posted, moving(-100, of=member))
        )

        assert sorted(outcomes) == ["done", "entry_numbers_count_up"]


class TestOppositeTransfers:
    def sent_to_and_fro(self, cafe, ada, grace, times):
        for number in range(times):
            sender, to = (ada, grace) if number % 2 else (grace, ada)
            sent(7, sender=sender, to=to)

    def test_keep_the_total_and_never_deadlock(self, cafe):
        """V-53"""
        ada, grace = a_member(cafe, "ada", points=1_000), a_member(cafe, "grace", points=1_000)

        outcomes = at_once(*[partial(self.sent_to_and_fro, cafe, ada, grace, 50)] * 8)

        assert outcomes == ["done"] * 8
        assert sum(parts_of(ada)) + sum(parts_of(grace)) == 2_000
        assert Entry.objects.filter(kind="transfer_out").count() == 400
        assert is_clean(cafe)

    @pytest.mark.usefixtures("_no_locks")
    def test_collide_without_the_lock(self, cafe):
        """Control."""
        ada, grace = a_member(cafe, "ada", points=1_000), a_member(cafe, "grace", points=1_000)

        outcomes = at_once(*[partial(self.sent_to_and_fro, cafe, ada, grace, 2)] * 2)

        assert "entry_numbers_count_up" in outcomes


class TestReleasingTwice:
    def test_gives_back_once(self, cafe):
        """L-31"""
        member = a_member(cafe, points=100)
        row = a_hold(member, 60)

        assert at_once(*[partial(released, row)] * 8) == ["done"] * 8
        assert parts_of(member) == (100, 0, 0, 0)
        assert currency_of(cafe).slug == "stars"
        assert row.held_at == NOW
