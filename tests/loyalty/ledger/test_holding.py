"""Holding: set aside, captured once, given back (L-30 to L-32)."""

from datetime import timedelta

import pytest

from loyalty.ledger.models import Hold
from loyalty.ledger.refusals import (
    AmountOutOfRange,
    CurrencyNotSpendable,
    HoldExpired,
    HoldNotHeld,
    InsufficientPoints,
    TooManyHolds,
)
from tests.world.ledger import (
    NOW,
    a_hold,
    a_member,
    captured,
    facts_about,
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


class TestHold:
    def test_moves_points_from_available_to_held(self):
        """L-30"""
        ada = a_member(a_program(), points=100)

        row = a_hold(ada, 60)

        assert parts_of(ada) == (40, 0, 60, 0)
        assert movements_of(ada) == [100]
        assert row.expires_at - row.held_at == timedelta(minutes=15)

    def test_lives_a_day_at_most(self):
        """L-31"""
        row = a_hold(a_member(a_program(), points=100), 60, lasts=timedelta(days=3))

        assert row.expires_at - row.held_at == timedelta(hours=24)

    def test_is_refused_beyond_what_is_available(self):
        """L-14"""
        ada = a_member(a_program(), points=100)
        a_hold(ada, 60)

        with pytest.raises(InsufficientPoints) as refusal:
            a_hold(ada, 41)

        assert refusal.value.values == {"wanted": 41, "available": 40}
        assert parts_of(ada) == (40, 0, 60, 0)

    def test_is_refused_to_a_member_who_has_no_account(self):
        ada = a_member(a_program())

        with pytest.raises(InsufficientPoints):
            a_hold(ada, 1)

    def test_is_refused_in_a_currency_that_is_only_counted(self):
        """L-8"""
        ada = a_member(a_program())
        posted(moving(50, of=ada, currency="xp"))

        with pytest.raises(CurrencyNotSpendable):
            a_hold(ada, 10, currency="xp")

    def test_is_refused_when_twenty_are_open(self):
        """L-32"""
        ada = a_member(a_program(), points=100)
        for _ in range(20):
            a_hold(ada, 1)

        with pytest.raises(TooManyHolds) as refusal:
            a_hold(ada, 1)

        assert refusal.value.values == {"limit": 20}
        assert parts_of(ada) == (80, 0, 20, 0)


class TestCapture:
    def test_spends_what_was_held(self):
        """L-30"""
        ada = a_member(a_program(), points=100)

        row = captured(a_hold(ada, 60))

        assert (row.state, row.captured) == ("captured", 60)
        assert movements_of(ada) == [100, -60]
        assert parts_of(ada) == (40, 0, 0, 0)
        assert facts_about(ada) == ["points.earned", "points.spent", "hold.ended"]

    def test_of_less_releases_the_rest(self):
        """L-30"""
        ada = a_member(a_program(), points=100)

        captured(a_hold(ada, 60), points=25)

        assert movements_of(ada) == [100, -25]
        assert parts_of(ada) == (75, 0, 0, 0)
        assert lots_of(ada) == [75]

    def test_for_the_same_order_answers_the_same(self):
        """L-30, L-X6"""
        ada = a_member(a_program(), points=100)
        row = a_hold(ada, 60)

        first, again = captured(row), captured(row)

        assert first.settled_at == again.settled_at
        assert movements_of(ada) == [100, -60]

    def test_for_another_order_is_refused(self):
        """L-30, L-X6"""
        ada = a_member(a_program(), points=100)
        row = a_hold(ada, 60)
        captured(row, "order-1")

        with pytest.raises(HoldNotHeld):
            captured(row, "order-2")

        assert movements_of(ada) == [100, -60]

    @pytest.mark.parametrize("seconds", [0, 1])
    def test_at_its_end_or_later_is_refused_though_no_job_has_run(self, seconds):
        """L-31"""
        ada = a_member(a_program(), points=100)
        row = a_hold(ada, 60)

        with pytest.raises(HoldExpired):
            captured(row, at=row.expires_at + timedelta(seconds=seconds))

        assert parts_of(ada) == (40, 0, 60, 0)

    def test_just_before_its_end_succeeds(self):
        """L-31"""
        row = a_hold(a_member(a_program(), points=100), 60)

        assert captured(row, at=row.expires_at - timedelta(microseconds=1)).state == "captured"

    def test_after_a_release_is_refused(self):
        """L-31"""
        ada = a_member(a_program(), points=100)
        row = a_hold(ada, 60)
        released(row)

        with pytest.raises(HoldNotHeld):
            captured(row)

        assert parts_of(ada) == (100, 0, 0, 0)

    def test_of_more_than_was_held_is_refused(self):
        row = a_hold(a_member(a_program(), points=100), 60)

        with pytest.raises(AmountOutOfRange):
            captured(row, points=61)


class TestRelease:
    def test_gives_back_to_the_same_lots(self):
        """L-31"""
        ada = a_member(a_program())
        posted(moving(30, of=ada, ends=NOW + timedelta(days=9)), moving(50, of=ada))

        row = a_hold(ada, 60)
        assert lots_of(ada) == [0, 20]
        released(row)

        assert lots_of(ada) == [30, 50]
        assert parts_of(ada) == (80, 0, 0, 0)

    def test_twice_answers_the_same(self):
        ada = a_member(a_program(), points=100)
        row = a_hold(ada, 60)
        released(row)

        assert released(row).state == "released"
        assert parts_of(ada) == (100, 0, 0, 0)

    def test_of_a_captured_one_is_refused(self):
        """L-31"""
        row = a_hold(a_member(a_program(), points=100), 60)
        captured(row)

        with pytest.raises(HoldNotHeld):
            released(row)

    def test_fills_what_a_return_left_owing_meanwhile(self):
        """L-13"""
        ada = a_member(a_program(), points=100)
        row = a_hold(ada, 60)
        posted(moving(-70, of=ada, kind="return_earned", may_owe=True))
        assert parts_of(ada) == (0, 0, 60, 30)

        released(row)

        assert parts_of(ada) == (30, 0, 0, 0)


def test_ends_by_itself():
    """L-31"""
    cafe = a_program()
    ada = a_member(cafe, points=100)
    row = a_hold(ada, 60)

    time_passes(cafe, to=row.expires_at)

    assert Hold.objects.get(pk=row.pk).state == "expired"
    assert parts_of(ada) == (100, 0, 0, 0)
    assert facts_about(ada) == ["points.earned", "hold.ended"]
