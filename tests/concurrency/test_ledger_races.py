"""Two at once on one member's points: one wins, the other is refused, and without the lock they collide (V-50, V-53)."""

from functools import partial

import pytest
from django.db import connection
from loyalty.foundation.proofs.proving import Scope, prove

from loyalty.ledger import claiming, giving_back, holding, locks, posting
from loyalty.ledger.claiming import claim  # noqa: F401 (named in the controls)
from loyalty.ledger.models import Entry
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
from tests.world.programs import a_program, currency_of
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TILLS = 32
ROUNDS = 20


@pytest.fixture
def cafe():
    return a_program(zone="UTC", transfers={"per_day": 1_000_000})


@pytest.fixture
def _no_locks(monkeypatch):
    """Control: everybody looks at the accounts without holding them."""
    bare = locks._LOCK.replace("FOR NO KEY UPDATE OF a", "")
    for name, which in (
        ("_OF_MEMBERS", "a.member_id = ANY(%s::uuid[]) AND a.currency_id = ANY(%s::uuid[])"),
        ("_OF_OWNERS", "a.member_id = ANY(%s::uuid[]) OR a.voucher_id = ANY(%s::uuid[])"),
        ("_BY_ID", "a.id = ANY(%s::uuid[])"),
    ):
        monkeypatch.setattr(locks, name, bare.format(which=which))
    # Everybody waits a moment between looking and writing: then all have looked before one has written.
    for room in (posting, holding, claiming, giving_back):
        monkeypatch.setattr(room, "write", _written_late)


def _written_late(rows):
    from loyalty.ledger.rows.writing import write

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2)")
    write(rows)


def is_clean(cafe):
    """No invariant is broken, whoever won."""
    found = list(prove(Scope(program_id=cafe.pk)))
    return [each for each in found if each.name != "holds end"] == []


class TestSpendingEverythingAtManyTills:
    def test_pays_one_and_refuses_the_others(self, cafe):
        """V-50"""
        for number in range(ROUNDS):
            member = a_member(cafe, f"guest-{number}", points=100)
            tills = [partial(posted, moving(-100, of=member)) for _ in range(TILLS)]

            outcomes = at_once(*tills)

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
        from tests.loyalty.ledger.test_moving import sent

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
