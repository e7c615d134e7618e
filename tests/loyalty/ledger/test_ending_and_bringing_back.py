"""Erasing a member, and bringing expired points back (L-23, L-52)."""

import pytest

from loyalty.ledger.merging import erase
from loyalty.ledger.models import EntryNote
from loyalty.ledger.refusals import (
    AccountClosed,
)
from loyalty.ledger.timed.reinstating import NothingToReinstate, reinstate
from tests.loyalty.ledger.test_adjusting import adjusted
from tests.world.ledger import (
    NOW,
    TILL,
    a_hold,
    a_member,
    claimed,
    day,
    entries_of,
    lots_of,
    movements_of,
    moving,
    parts_of,
    posted,
    time_passes,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return a_program(zone="UTC", transfers={"per_day": 100})


class TestErase:
    def test_forfeits_what_is_left_and_closes_the_accounts(self, cafe):
        """L-52"""
        ada = a_member(cafe)
        posted(moving(30, of=ada), moving(50, of=ada, waits=True))
        a_hold(ada, 10)
        adjusted(5, ada)

        erase(program=cafe, member=ada, actor=TILL, at=NOW)

        assert parts_of(ada) == (0, 0, 0, 0)
        last = entries_of(ada)[-1]
        assert (last.kind, last.points, last.reason) == ("forfeit", -85, "member_erased")
        assert EntryNote.objects.count() == 0
        with pytest.raises(AccountClosed):
            posted(moving(1, of=ada))


class TestReinstate:
    def brought_back(self, cafe, entry, *, at=NOW):
        return reinstate(
            program=cafe,
            entry_id=entry.pk,
            ends_at=day("12-01"),
            reason="goodwill",
            note="we were closed",
            actor=TILL,
            at=at,
        )

    def test_brings_expired_points_back_once(self, cafe):
        """L-23"""
        ada = a_member(cafe)
        posted(moving(30, of=ada, ends=day("03-01")))
        time_passes(cafe, to=day("03-01"))
        expired = entries_of(ada)[-1]

        self.brought_back(cafe, expired)
        self.brought_back(cafe, expired)

        assert movements_of(ada) == [30, -30, 30]
        assert lots_of(ada) == [0, 30]

    def test_brings_back_no_more_than_what_no_return_has_claimed(self, cafe):
        """L-23, L-40"""
        ada = a_member(cafe)
        [earned] = posted(moving(30, of=ada, ends=day("03-01")))
        time_passes(cafe, to=day("03-01"))
        assert claimed(20, earned, at=day("03-02")).expired == 20

        self.brought_back(cafe, entries_of(ada)[-1])

        assert movements_of(ada) == [30, -30, 10]
        assert claimed(10, earned, at=day("03-02"), take="only_pending").waived == 10

    def test_is_for_what_expired_only(self, cafe):
        """L-23"""
        ada = a_member(cafe, points=5)

        with pytest.raises(NothingToReinstate):
            self.brought_back(cafe, entries_of(ada)[0])
