"""What time does: points open, end, are announced to end; gift cards hold money (L-15, L-20 to L-22, V-60, V-61)."""

from datetime import date, timedelta

import pytest

from loyalty.foundation.units import run
from loyalty.ledger.kinds import LotTerms
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.models import Account, Entry, Lot, LotChange
from loyalty.ledger.timed import expiring, opening
from loyalty.ledger.timed.opening import forfeit_lots, open_lots
from loyalty.ledger.timed.sliding import slide
from loyalty.ledger.timed.warning import warn
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.calendar import midnight
from tests.world.ledger import (
    NOW,
    TILL,
    a_member,
    day,
    entries_of,
    facts_about,
    in_unit,
    lots_of,
    movements_of,
    moving,
    parts_of,
    posted,
    some_members,
    time_passes,
)
from tests.world.programs import a_program, currency_of

pytestmark = pytest.mark.django_db

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def cafe():
    return a_program(zone="UTC")


class TestOpening:
    def test_makes_pending_points_available_without_an_entry(self, cafe):
        """L-21"""
        ada = a_member(cafe)
        posted(moving(45, of=ada, opens=day("02-01")))

        time_passes(cafe, to=day("02-01"))

        assert parts_of(ada) == (45, 0, 0, 0)
        assert movements_of(ada) == [45]
        assert facts_about(ada) == ["points.earned", "points.activated"]

    def test_waits_for_the_very_second(self, cafe):
        """V-61"""
        ada = a_member(cafe)
        posted(moving(45, of=ada, opens=day("02-01")))

        time_passes(cafe, to=day("02-01") - A_SECOND)
        assert parts_of(ada) == (0, 45, 0, 0)

        assert opening.earliest_opening(until=day("03-01"), program_id=cafe.pk) == {
            cafe.pk: day("02-01")
        }

    def test_by_an_event_counts_the_end_from_then(self, cafe):
        """L-15, L-21"""
        ada = a_member(cafe)
        policy = {"kind": "rolling", "period": "P1M"}
        [earned] = posted(moving(45, of=ada, terms=LotTerms(waits=True, policy=policy)))

        in_unit(open_lots, program=cafe, lot_ids=earned.lot_ids, actor=TILL, at=day("02-10"))

        lot = Lot.objects.get()
        assert (lot.opened_at, lot.expires_at) == (day("02-10"), day("03-11"))
        assert parts_of(ada) == (45, 0, 0, 0)

    def test_fills_what_is_owed(self, cafe):
        """L-13"""
        ada = a_member(cafe)
        posted(moving(45, of=ada, opens=day("02-01")))
        posted(moving(-30, of=ada, kind="return_earned", may_owe=True))
        assert parts_of(ada) == (0, 45, 0, 30)

        time_passes(cafe, to=day("02-01"))

        assert parts_of(ada) == (15, 0, 0, 0)

    def test_that_never_comes_forfeits(self, cafe):
        """L-21"""
        ada = a_member(cafe)
        posted(moving(45, of=ada, terms=LotTerms(waits=True, lapses_at=day("02-01"))))

        time_passes(cafe, to=day("02-01"))

        assert [(e.kind, e.points) for e in entries_of(ada)] == [("earn", 45), ("forfeit", -45)]

    def test_can_be_cancelled(self, cafe):
        """L-21: staff may cancel what is pending."""
        ada = a_member(cafe)
        [earned] = posted(moving(45, of=ada, waits=True))

        in_unit(
            forfeit_lots,
            program=cafe,
            lot_ids=earned.lot_ids,
            reason="cancelled",
            actor=TILL,
            at=NOW,
        )

        assert parts_of(ada) == (0, 0, 0, 0)


class TestExpiry:
    @pytest.mark.parametrize(("late", "left"), [(-1, 45), (0, 0), (1, 0)])
    def test_comes_at_the_very_second(self, cafe, late, left):
        """V-61"""
        ada = a_member(cafe)
        posted(moving(45, of=ada, ends=day("03-01")))

        time_passes(cafe, to=day("03-01") + late * A_SECOND)

        assert parts_of(ada) == (left, 0, 0, 0)

    def test_writes_one_entry_per_lot_with_what_is_left(self, cafe):
        """L-22"""
        ada = a_member(cafe)
        posted(*[moving(points, of=ada, ends=day("03-01")) for points in (10, 20, 30)])
        posted(moving(-15, of=ada))

        time_passes(cafe, to=day("03-01"))

        assert movements_of(ada) == [10, 20, 30, -15, -15, -30]
        assert facts_about(ada)[-2:] == ["points.expired"] * 2

    def test_again_changes_nothing(self, cafe):
        """L-22, V-60"""
        ada = a_member(cafe)
        posted(moving(45, of=ada, ends=day("03-01")))
        time_passes(cafe, to=day("03-01"))

        time_passes(cafe, to=day("03-01"))

        assert movements_of(ada) == [45, -45]

    def test_goes_on_where_it_was_killed(self, cafe, monkeypatch):
        """V-60: chunks of three; killed after each, it ends with each lot once."""
        monkeypatch.setattr(expiring, "LOTS_AT_ONCE_MAX", 3)
        members = some_members(cafe, 8)
        posted(*[moving(5, of=member, ends=day("03-01")) for member in members])

        cursors, cursor = [], None
        while True:
            cursor = in_unit(
                expiring.expire_chunk, program=cafe, cursor=cursor, actor=TILL, at=day("03-01")
            )
            cursors.append(cursor)
            if cursor is None:
                break

        assert len(cursors) == 3
        assert Entry.objects.filter(kind="expire").count() == 8
        assert sum(Account.objects.values_list("available", flat=True)) == 0

    def test_falls_on_the_local_midnight_that_there_is(self):
        """V-24, V-61: Kyiv's clocks change on 29 March and 25 October 2026."""
        assert midnight(date(2026, 3, 30), "Europe/Kyiv") == day("03-29").replace(hour=21)
        assert midnight(date(2026, 10, 26), "Europe/Kyiv") == day("10-25").replace(hour=22)

    def test_in_the_middle_of_a_day_is_due_then(self, cafe):
        """L-22: terms that count hours."""
        ada = a_member(cafe)
        odd = day("03-01") + timedelta(hours=5)
        posted(moving(45, of=ada, ends=odd), moving(45, of=ada, ends=day("03-01")))

        found = expiring.earliest_odd_end(until=day("04-01"), program_id=cafe.pk)

        assert found == {cafe.pk: odd}


def test_members_hear_thirty_seven_and_one_day_before(cafe):
    """L-20"""
    ada = a_member(cafe)
    posted(moving(45, of=ada, ends=day("03-01")), moving(5, of=ada, ends=day("03-01")))

    def heard(on):
        cursor = None
        while True:
            cursor = in_unit(warn, program=cafe, day=on, cursor=cursor, at=NOW)
            if cursor is None:
                break
        told = AnnouncedFact.objects.filter(name="points.expiring").order_by("id")
        bodies = [(body["days"], body["points"]) for body in told.values_list("body", flat=True)]
        told.delete()
        return bodies

    assert heard(date(2026, 1, 30)) == [(30, 50)]
    assert heard(date(2026, 2, 22)) == [(7, 50)]
    assert heard(date(2026, 2, 28)) == [(1, 50)]
    assert heard(date(2026, 2, 27)) == []


def test_activity_moves_ends_that_slide(cafe):
    """L-15"""
    ada = a_member(cafe)
    policy = {"kind": "sliding", "period": "P1M", "activities": ["visit.made"]}
    posted(
        moving(45, of=ada, terms=LotTerms(expires_at=day("02-11"), policy=policy)),
        moving(5, of=ada, ends=day("02-11")),
    )

    def be_active(kind, at):
        book = lock_accounts(
            program=cafe, member_ids=[ada.pk], currency_ids=[currency_of(cafe).pk], at=at
        )
        return slide(program=cafe, accounts=book, active=[(ada.pk, kind, at)], at=at)

    assert run(lambda: be_active("app.used", day("02-01"))) == 0
    assert run(lambda: be_active("visit.made", day("02-01"))) == 1

    ends = Lot.objects.order_by("id").values_list("expires_at", flat=True)
    assert list(ends) == [day("03-02"), day("02-11")]
    assert LotChange.objects.get().why == "activity"


def test_the_same_chunk_costs_the_same_for_any_number(cafe, django_assert_num_queries):
    """L-10, L-22"""
    members = some_members(cafe, 50)
    posted(*[moving(5, of=member, ends=day("03-01")) for member in members[:1]])
    posted(*[moving(5, of=member, ends=day("04-01")) for member in members])

    with django_assert_num_queries(7):
        time_passes_once(cafe, day("03-01"))
    with django_assert_num_queries(7):
        time_passes_once(cafe, day("04-01"))
    assert lots_of(members[0]) == [0, 0]


def time_passes_once(cafe, at):
    in_unit(expiring.expire_due, program=cafe, actor=TILL, at=at)
