"""Announcing: facts and deliveries in the transaction of what made them true."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.outbox import announcing
from loyalty.outbox.announcing import announce, lane_of
from loyalty.outbox.facts import Told
from loyalty.outbox.models import AnnouncedFact, FactDelivery
from loyalty.outbox.receiving import EVERY_FACT
from tests.world.outbox import (
    ADA,
    CAFE,
    MORNING,
    CupReturned,
    CupServed,
    a_cup,
    announced,
    facts_told,
    members,
    reacting_now,
    receiving_later,
    states_of,
)

pytestmark = pytest.mark.django_db


class TestAnnounce:
    def test_writes_a_fact_and_one_delivery_per_receiver_that_hears_it(self):
        """V-11, I8."""
        with (
            receiving_later(CupServed, name="test.counter"),
            receiving_later(EVERY_FACT, name="test.webhooks"),
            receiving_later(CupReturned, name="test.kitchen"),
        ):
            announced([a_cup(1)])

        fact = AnnouncedFact.objects.get()
        assert (fact.name, fact.program_id, fact.member_id) == ("test.cup_served", CAFE, ADA)
        assert (fact.at, fact.body) == (MORNING, {"number": 1, "sugar": None})
        assert sorted(FactDelivery.objects.values_list("receiver", "fact_id", "lane", "tries")) == [
            ("test.counter", fact.pk, fact.lane, 0),
            ("test.webhooks", fact.pk, fact.lane, 0),
        ]

    def test_counts_ids_up_in_the_order_told_and_ties_each_delivery_to_its_fact(self):
        """V-11: id order is commit order per member."""
        with receiving_later(CupServed, only=lambda fact: fact.number % 2 == 0):
            announced([a_cup(number) for number in range(1, 8)])

        facts = AnnouncedFact.objects.order_by("id")
        assert [fact.body["number"] for fact in facts] == [1, 2, 3, 4, 5, 6, 7]
        even = set(FactDelivery.objects.values_list("fact_id", flat=True))
        assert [f.body["number"] for f in facts if f.pk in even] == [2, 4, 6]

    @pytest.mark.parametrize("size", [1, 1000])
    def test_asks_the_database_once_for_any_size(self, size):
        """V-11: one statement, whether for one fact or for a thousand."""
        facts = [a_cup(number, to=to) for number, to in enumerate(members(size))]

        with (
            receiving_later(),
            receiving_later(name="test.boards"),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            announced(facts)

        asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(asked) == 1
        assert FactDelivery.objects.count() == 2 * size

    def test_of_nothing_does_nothing(self, django_assert_num_queries):
        """V-11: only the unit's own savepoint."""
        with django_assert_num_queries(2):
            announced([])

    def test_needs_a_unit_of_work(self):
        """V-11: a fact without its change, or the other way round, must not be."""
        with pytest.raises(AssertionError, match="needs a unit of work"):
            announce([a_cup(1)])

    def test_puts_a_member_into_one_lane_and_others_by_programme(self):
        """V-12."""
        assert lane_of(a_cup(1)) == lane_of(a_cup(2)) == ADA.bytes[-1] % 32
        assert lane_of(a_cup(1, to=None)) == CAFE.bytes[-1] % 32


class TestThoseWhoReactNow:
    def test_are_called_once_with_all_their_facts_in_order(self):
        """V-11: same transaction, grouped."""
        seen = []
        returned = CupReturned(program_id=CAFE, member_id=ADA, at=MORNING, number=9)

        with (
            reacting_now(
                lambda facts: seen.append(("cups", [f.number for f in facts])), name="test.cups"
            ),
            reacting_now(
                lambda facts: seen.append(("all", [f.number for f in facts])),
                CupServed,
                CupReturned,
                name="test.all",
            ),
        ):
            announced([a_cup(1), returned, a_cup(2)])

        assert seen == [("cups", [1, 2]), ("all", [1, 9, 2])]

    def test_may_announce_what_follows_after_what_they_were_told(self):
        """V-11: cause before effect."""

        def take_back(facts):
            announce(
                [
                    CupReturned(program_id=CAFE, member_id=ADA, at=MORNING, number=f.number)
                    for f in facts
                ]
            )

        with reacting_now(take_back, name="test.take_back"):
            announced([a_cup(1)])

        assert facts_told() == ["test.cup_served", "test.cup_returned"]

    def test_undo_everything_if_they_fail(self):
        """V-11: all or nothing."""

        def refuse(_facts):
            raise RuntimeError

        with (
            receiving_later(),
            reacting_now(refuse, name="test.refuse"),
            pytest.raises(RuntimeError),
        ):
            announced([a_cup(1)])

        assert facts_told() == []
        assert states_of() == {}


class TestTheWakeUp:
    def test_comes_once_after_commit_however_much_was_announced(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        """V-15."""
        rung = []
        monkeypatch.setattr(announcing, "wake_up", lambda: rung.append("ring"))

        def announce_more(facts):
            announce([CupReturned(program_id=CAFE, member_id=ADA, at=MORNING, number=1)])

        with (
            receiving_later(CupServed, CupReturned),
            reacting_now(announce_more, name="test.more"),
            django_capture_on_commit_callbacks(execute=True),
        ):
            announced([a_cup(1), a_cup(2)])

        assert rung == ["ring"]

    def test_does_not_come_for_a_fact_that_nobody_hears(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        """V-15."""
        rung = []
        monkeypatch.setattr(announcing, "wake_up", lambda: rung.append("ring"))

        with django_capture_on_commit_callbacks(execute=True):
            announced([a_cup(1)])

        assert rung == []


def test_a_receiver_by_name_is_asked_with_name_and_body():
    """V-11: `only` of a receiver that knows no class sees what the row tells."""
    asked: list[Told] = []

    with receiving_later("test.cup_served", only=lambda told: bool(asked.append(told))):
        announced([a_cup(5)])

    assert [(told.name, told.member_id, told.body["number"]) for told in asked] == [
        ("test.cup_served", ADA, 5)
    ]
    assert states_of() == {}
