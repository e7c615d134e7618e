"""Posting: the one door of points (L-1 to L-16)."""

import pytest

from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.models import Entry
from loyalty.ledger.refusals import (
    AmountOutOfRange,
    CurrencyNotSpendable,
    EntryConflict,
    InsufficientPoints,
)
from tests.world.ledger import (
    NOW,
    a_member,
    account_of,
    day,
    draws_of,
    entries_of,
    facts_about,
    lots_of,
    movements_of,
    moving,
    parts_of,
    posted,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


class TestCredits:
    def test_make_a_lot_and_raise_what_is_available(self):
        """L-5, L-13"""
        ada = a_member(a_program())

        [earned] = posted(moving(45, of=ada, ends=day("04-01")))

        assert (earned.points, earned.balance_after, earned.number) == (45, 45, 1)
        assert parts_of(ada) == (45, 0, 0, 0)
        assert lots_of(ada) == [45]
        assert facts_about(ada) == ["points.earned"]

    def test_stay_pending_until_they_open(self):
        """L-13, L-21"""
        ada = a_member(a_program())

        posted(moving(45, of=ada, opens=day("02-01")), moving(5, of=ada, waits=True))

        assert parts_of(ada) == (0, 50, 0, 0)

    def test_fill_what_is_owed_first(self):
        """L-13: a claim left 100 owing; the next 150 fill it, and 50 are left."""
        ada = a_member(a_program(), points=20)
        owing = moving(-120, of=ada, kind=EntryKind.RETURN_EARNED, may_owe=True)

        [claim] = posted(owing)
        assert (claim.owed, parts_of(ada)) == (100, (0, 0, 0, 100))

        posted(moving(150, of=ada))
        assert parts_of(ada) == (50, 0, 0, 0)
        assert draws_of(claim.entry_id) == [(20, 20), (150, 100)]
        assert [entry.balance_after for entry in entries_of(ada)] == [20, -100, 50]


class TestDebits:
    def test_take_the_earliest_end_first(self):
        """L-14, L-X1"""
        ada = a_member(a_program())
        posted(
            moving(100, of=ada, ends=day("04-01")),
            moving(50, of=ada),
            moving(30, of=ada, ends=day("03-01")),
        )

        [spent] = posted(moving(-110, of=ada))

        assert draws_of(spent.entry_id) == [(30, 30), (100, 80)]
        assert lots_of(ada) == [20, 50, 0]
        assert parts_of(ada) == (70, 0, 0, 0)

    def test_never_take_what_has_ended_though_no_job_has_run(self):
        """I7: the instant decides."""
        ada = a_member(a_program())
        posted(moving(30, of=ada, ends=day("03-01")), moving(50, of=ada))

        with pytest.raises(InsufficientPoints) as refusal:
            posted(moving(-60, of=ada), at=day("03-01"))

        assert refusal.value.values == {"wanted": 60, "available": 50}

    def test_refuse_a_debt_for_the_whole_list_and_leave_no_trace(self):
        """L-12, L-14"""
        cafe = a_program()
        ada, grace = a_member(cafe, "ada", points=100), a_member(cafe, "grace", points=20)

        with pytest.raises(InsufficientPoints) as refusal:
            posted(moving(-30, of=ada), moving(-30, of=grace))

        assert refusal.value.values == {"wanted": 30, "available": 20}
        assert [movements_of(ada), movements_of(grace)] == [[100], [20]]
        assert [facts_about(ada), facts_about(grace)] == [["points.earned"]] * 2

    def test_may_be_refused_one_by_one_when_the_caller_says_so(self):
        """L-12"""
        cafe = a_program()
        ada, grace = a_member(cafe, "ada", points=100), a_member(cafe, "grace", points=20)

        results = posted(moving(-30, of=grace), moving(-30, of=ada), partial=True)

        assert [result.refusal and result.refusal.code for result in results] == [
            "insufficient_points",
            None,
        ]
        assert [movements_of(ada), movements_of(grace)] == [[100, -30], [20]]

    def test_see_the_credits_before_them_in_the_same_list(self):
        """L-11"""
        ada = a_member(a_program())

        posted(moving(50, of=ada), moving(-20, of=ada), moving(-30, of=ada))

        assert movements_of(ada) == [50, -20, -30]
        assert parts_of(ada) == (0, 0, 0, 0)

    def test_spend_no_currency_that_is_only_counted(self):
        """L-8"""
        ada = a_member(a_program())
        posted(moving(50, of=ada, currency="xp"))

        with pytest.raises(CurrencyNotSpendable):
            posted(moving(-20, of=ada, currency="xp"))

        assert parts_of(ada, "xp") == (50, 0, 0, 0)


class TestKeys:
    def test_told_again_answer_the_first_entry(self):
        """L-4"""
        ada = a_member(a_program())
        [first] = posted(moving(45, of=ada, key="evt_1/rul_1"))

        [again] = posted(moving(45, of=ada, key="evt_1/rul_1"))

        assert (again.repeated, again.entry_id, again.balance_after) == (True, first.entry_id, 45)
        assert movements_of(ada) == [45]
        assert facts_about(ada) == ["points.earned"]

    def test_told_twice_in_one_list_count_once(self):
        """L-4"""
        ada = a_member(a_program())

        first, again = posted(moving(45, of=ada, key="k"), moving(45, of=ada, key="k"))

        assert (again.repeated, again.entry_id) == (True, first.entry_id)
        assert movements_of(ada) == [45]

    def test_are_refused_for_other_points(self):
        """L-4"""
        ada = a_member(a_program())
        posted(moving(45, of=ada, key="k"))

        with pytest.raises(EntryConflict) as refusal:
            posted(moving(46, of=ada, key="k"))

        assert refusal.value.values == {"points": 45}
        assert movements_of(ada) == [45]


class TestRanges:
    @pytest.mark.parametrize("points", [10**12 + 1, 0])
    def test_of_one_movement(self, points):
        """L-6"""
        ada = a_member(a_program())

        with pytest.raises(AmountOutOfRange):
            posted(moving(points, of=ada, kind=EntryKind.EARN if points else EntryKind.SPEND))

        assert movements_of(ada) == []

    def test_of_one_account(self):
        """L-6: 10^15 in each part, and not one more."""
        ada = a_member(a_program())
        posted(*[moving(10**12, of=ada) for _ in range(1_000)])

        with pytest.raises(AmountOutOfRange):
            posted(moving(1, of=ada))

        assert parts_of(ada) == (10**15, 0, 0, 0)


def test_entries_carry_what_they_came_from():
    """L-7"""
    ada = a_member(a_program(), points=5)

    entry = Entry.objects.get(account=account_of(ada))

    assert (entry.actor_kind, entry.actor_name, entry.posted_at) == ("job", "till", NOW)
