"""Transferring and merging (L-51, L-52)."""

from datetime import timedelta

import pytest

from loyalty.foundation.ids import new_id
from loyalty.ledger.merging import MergeNotUndoable, merge, undo_merge
from loyalty.ledger.models import Lot, Merge
from loyalty.ledger.refusals import (
    CurrencyNotSpendable,
    HoldsOpen,
    TransferNotAllowed,
)
from loyalty.ledger.transferring import Transfer, transfer
from loyalty.members.changing import Change, change
from loyalty.members.leaving import MergeNotPossible
from loyalty.members.models import Member
from loyalty.members.refusals import DeedsRest
from loyalty.programs.refusals import ProgramPaused
from tests.world.ledger import (
    NOW,
    TILL,
    a_hold,
    a_member,
    day,
    entries_of,
    movements_of,
    moving,
    parts_of,
    posted,
    time_passes,
)
from tests.world.programs import a_program, currency_of

pytestmark = pytest.mark.django_db


def sent(points, *, sender, to, currency="stars", at=NOW):
    cafe = sender.program
    told = Transfer(
        sender=sender, receiver=to, currency_id=currency_of(cafe, currency).pk, points=points
    )
    return transfer(program=cafe, told=told, key=new_id(), actor=TILL, at=at)


@pytest.fixture
def cafe():
    return a_program(zone="UTC", transfers={"per_day": 100})


class TestTransfer:
    def test_keeps_the_lots_with_their_ends(self, cafe):
        """L-51, L-X7"""
        ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
        posted(moving(30, of=ada, ends=day("03-01")), moving(50, of=ada, ends=day("04-01")))

        sent(40, sender=ada, to=grace)

        got = Lot.objects.filter(account__member=grace).order_by("id")
        assert [(lot.size, lot.expires_at) for lot in got] == [
            (30, day("03-01")),
            (10, day("04-01")),
        ]
        assert (parts_of(ada), parts_of(grace)) == ((40, 0, 0, 0), (40, 0, 0, 0))
        out, into = entries_of(ada)[-1], entries_of(grace)[-1]
        assert (out.kind, into.kind, out.group_id) == ("transfer_out", "transfer_in", into.group_id)

    def test_is_off_unless_the_programme_says_so(self):
        """L-51"""
        off = a_program("off")
        ada, grace = a_member(off, "ada", points=50), a_member(off, "grace")

        with pytest.raises(TransferNotAllowed):
            sent(40, sender=ada, to=grace)

        assert parts_of(ada) == (50, 0, 0, 0)

    def test_has_a_limit_a_day(self, cafe):
        """L-51"""
        ada, grace = a_member(cafe, "ada", points=500), a_member(cafe, "grace")
        sent(60, sender=ada, to=grace)

        with pytest.raises(TransferNotAllowed):
            sent(41, sender=ada, to=grace)

        sent(40, sender=ada, to=grace)
        sent(100, sender=ada, to=grace, at=NOW + timedelta(days=1))
        assert movements_of(ada) == [500, -60, -40, -100]

    def test_rests_for_48_hours_after_a_changed_contact(self, cafe):
        """L-51, S-20: not after the first one; the programme's clock says until when."""
        ada, grace = a_member(cafe, "ada", points=50), a_member(cafe, "grace")
        for phone in ("+4420", "+4421"):
            told = Change(profile={"phone": phone})
            ada = change(member=ada, told=told, actor=TILL, at=NOW)
        end = NOW + timedelta(hours=48)

        with pytest.raises(DeedsRest) as refusal:
            sent(10, sender=ada, to=grace, at=end - timedelta(seconds=1))

        assert refusal.value.values == {"until": end}
        assert (parts_of(ada), movements_of(grace)) == ((50, 0, 0, 0), [])
        sent(10, sender=ada, to=grace, at=end)
        assert movements_of(grace) == [10]

    def test_waits_while_the_programme_is_paused(self, cafe):
        """L-51"""
        ada, grace = a_member(cafe, "ada", points=50), a_member(cafe, "grace")
        cafe.is_paused = True
        cafe.save()

        with pytest.raises(ProgramPaused):
            sent(10, sender=ada, to=grace)

        assert (movements_of(ada), movements_of(grace)) == ([50], [])

    def test_is_refused_to_oneself_and_in_counted_currencies(self, cafe):
        """L-8, L-51"""
        ada, grace = a_member(cafe, "ada", points=50), a_member(cafe, "grace")
        posted(moving(50, of=ada, currency="xp"))

        with pytest.raises(TransferNotAllowed):
            sent(10, sender=ada, to=ada)
        with pytest.raises(CurrencyNotSpendable):
            sent(10, sender=ada, to=grace, currency="xp")

        assert movements_of(grace) == []


def merged(source, target, *, at=NOW):
    return merge(program=source.program, source=source, target=target, actor=TILL, at=at)


def parted(source, *, at=NOW):
    row = Merge.objects.filter(source=source).latest("id")
    return undo_merge(program=source.program, merge_id=row.pk, actor=TILL, at=at)


class TestMerge:
    def test_moves_every_lot_of_each_currency(self, cafe):
        """L-52"""
        ada, twin = a_member(cafe, "ada", points=5), a_member(cafe, "ada-2")
        posted(
            moving(30, of=twin, ends=day("03-01")),
            moving(50, of=twin, opens=day("02-01")),
            moving(9, of=twin, currency="xp"),
        )

        merged(twin, ada)

        assert (parts_of(twin), parts_of(ada)) == ((0, 0, 0, 0), (35, 50, 0, 0))
        assert parts_of(ada, "xp") == (9, 0, 0, 0)
        assert Member.objects.get(pk=twin.pk).merged_into_id == ada.pk
        time_passes(cafe, to=day("03-02"))
        assert parts_of(ada) == (55, 0, 0, 0)

    def test_nets_debts(self, cafe):
        """L-52"""
        ada, twin = a_member(cafe, "ada", points=50), a_member(cafe, "ada-2")
        posted(moving(-80, of=twin, kind="return_earned", may_owe=True))

        merged(twin, ada)

        assert (parts_of(twin), parts_of(ada)) == ((0, 0, 0, 0), (0, 0, 0, 30))

    def test_is_refused_while_holds_are_open(self, cafe):
        """L-52"""
        ada, twin = a_member(cafe, "ada"), a_member(cafe, "ada-2", points=50)
        a_hold(twin, 10)

        with pytest.raises(HoldsOpen):
            merged(twin, ada)

        assert parts_of(twin) == (40, 0, 10, 0)

    def test_is_undone_within_thirty_days(self, cafe):
        """L-52"""
        ada, twin = a_member(cafe, "ada", points=5), a_member(cafe, "ada-2")
        posted(moving(30, of=twin, ends=day("06-01")), moving(50, of=twin, opens=day("05-01")))
        merged(twin, ada)

        parted(twin, at=NOW + timedelta(days=30))

        assert (parts_of(twin), parts_of(ada)) == ((30, 50, 0, 0), (5, 0, 0, 0))
        assert Member.objects.get(pk=twin.pk).status == "active"

    def test_moves_a_debt_back_that_nobody_has_filled(self, cafe):
        """L-52"""
        ada, twin = a_member(cafe, "ada"), a_member(cafe, "ada-2")
        posted(moving(-80, of=twin, kind="return_earned", may_owe=True))
        merged(twin, ada)

        parted(twin)

        assert (parts_of(twin), parts_of(ada)) == ((0, 0, 0, 80), (0, 0, 0, 0))

    def test_is_not_undone_later_or_once_something_is_gone(self, cafe):
        """L-52"""
        ada, twin = a_member(cafe, "ada"), a_member(cafe, "ada-2", points=30)
        merged(twin, ada)

        with pytest.raises(MergeNotUndoable):
            parted(twin, at=NOW + timedelta(days=31))
        posted(moving(-1, of=ada))
        with pytest.raises(MergeNotUndoable):
            parted(twin)

        assert parts_of(ada) == (29, 0, 0, 0)

    def test_can_be_done_again_after_it_was_undone(self, cafe):
        """L-52: merge_is_open_once_per_member"""
        ada, twin = a_member(cafe, "ada"), a_member(cafe, "ada-2", points=30)
        merged(twin, ada)
        parted(twin)

        merged(Member.objects.select_related("program").get(pk=twin.pk), ada)

        assert parts_of(ada) == (30, 0, 0, 0)

    def test_is_refused_with_oneself(self, cafe):
        ada = a_member(cafe, points=5)

        with pytest.raises(MergeNotPossible):
            merged(ada, ada)
