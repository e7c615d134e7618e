"""Keeping: reading facts, asking how far a receiver is, pruning."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from loyalty.foundation.units import run
from loyalty.outbox.keeping import (
    facts_after,
    first_fact_since,
    is_through,
    prune,
    settle_after_restore,
)
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import AnnouncedFact, FactDelivery
from tests.world.outbox import (
    CAFE,
    MORNING,
    a_cup,
    announced,
    delivered_at,
    members,
    receiving_later,
    states_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def _own_transactions(django_db_setup, transactional_db):
    """What is committed and what is not matters here."""


@pytest.mark.usefixtures("_own_transactions")
class TestFactsAfter:
    def test_tells_a_programmes_facts_page_by_page(self):
        """V-17."""
        other = members(1)[0]
        announced([a_cup(1), a_cup(2, program_id=other), a_cup(3)])
        announced([a_cup(4)])

        first = facts_after(program_id=CAFE, size_max=2)
        rest = facts_after(program_id=CAFE, after=first[-1].id, size_max=2)

        assert [told.body["number"] for told in first] == [1, 3]
        assert [told.body["number"] for told in rest] == [4]
        assert facts_after(program_id=CAFE, after=rest[-1].id, size_max=2) == []

    def test_after_a_restore_what_was_restored_comes_first(self):
        """V-39: another server's transaction numbers mean nothing."""
        announced([a_cup(1), a_cup(2)])
        AnnouncedFact.objects.update(announced_in=2**40)  # a server that had counted further
        settle_after_restore()
        announced([a_cup(3)])

        told = facts_after(program_id=CAFE, size_max=10)

        assert [each.body["number"] for each in told] == [1, 2, 3]
        after = facts_after(program_id=CAFE, after=told[1].id, size_max=10)
        assert [each.body["number"] for each in after] == [3]


class TestIsThrough:
    def test_once_nothing_waits_that_happened_before(self):
        """E-70 and boards: close a period when its last fact has been taken in."""
        with receiving_later():
            announced([a_cup(1)])
            earlier = MORNING - timedelta(seconds=1)

            assert is_through(receiver="test.counter", program_id=CAFE, up_to=earlier)
            assert not is_through(receiver="test.counter", program_id=CAFE, up_to=MORNING)
            assert is_through(receiver="test.counter", program_id=members(1)[0], up_to=MORNING)
            delivered_at()
            assert is_through(receiver="test.counter", program_id=CAFE, up_to=MORNING)

    def test_also_with_a_parked_fact(self):
        """V-14: order is released."""
        with receiving_later():
            announced([a_cup(1)])
        FactDelivery.objects.update(state=DeliveryState.PARKED)

        assert is_through(receiver="test.counter", program_id=CAFE, up_to=MORNING)


class TestPrune:
    def aged(self, days, *, delivered=True):
        """A fact of so many days ago."""
        with receiving_later():
            announced([a_cup(days)])
            if delivered:
                delivered_at()
        fact = AnnouncedFact.objects.latest("id")
        AnnouncedFact.objects.filter(pk=fact.pk).update(
            announced_at=timezone.now() - timedelta(days=days)
        )
        return fact

    def pruned(self):
        return run(lambda: prune(at=timezone.now()))

    def test_removes_deliveries_after_7_days_and_facts_after_30(self):
        """V-17."""
        for days in (40, 31, 29, 8, 6, 1):
            self.aged(days)

        assert self.pruned() == 4 + 2
        assert self.pruned() == 0

        assert list(
            AnnouncedFact.objects.order_by("id").values_list("body__number", flat=True)
        ) == [29, 8, 6, 1]
        assert states_of() == {"delivered": 2}

    def test_keeps_what_still_waits_and_its_fact(self):
        """V-17: however old."""
        self.aged(40, delivered=False)

        assert self.pruned() == 0
        assert states_of() == {"waiting": 1}

    def test_finds_the_first_fact_of_a_time_by_halving(self):
        """V-17: no index on the time is needed."""
        facts = [self.aged(days) for days in (40, 31, 29, 8, 6, 1)]
        now = timezone.now()

        found = [first_fact_since(now - timedelta(days=days)) for days in (50, 30, 7, 0)]

        assert found == [facts[0].pk, facts[2].pk, facts[4].pk, facts[-1].pk + 1]


@pytest.mark.parametrize(
    ("table", "column", "value", "constraint"),
    [
        ("loyalty_fact_delivery", "state", "lost", "delivery_has_a_known_state"),
        ("loyalty_fact_delivery", "state", "skipped", "delivery_is_skipped_with_a_note"),
        ("loyalty_announced_fact", "lane", 32, "fact_runs_in_a_lane"),
    ],
)
def test_the_database_refuses(table, column, value, constraint):
    """V-3: each rule stands in the database as well."""
    with receiving_later():
        announced([a_cup(1)])

    with connection.cursor() as cursor, pytest.raises(Exception, match=constraint):
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])


def test_the_database_delivers_a_fact_to_a_receiver_once():
    """I8: fact_is_delivered_once_per_receiver."""
    with receiving_later():
        announced([a_cup(1)])
    twin = FactDelivery.objects.get()
    twin.pk = None

    with pytest.raises(Exception, match="fact_is_delivered_once_per_receiver"):
        twin.save(force_insert=True)
