"""Delivering: batches, in order per member, exactly once inside the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.outbox import claiming, delivering
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.outbox.facts import Told
from loyalty.outbox.models import FactDelivery
from tests.world.outbox import (
    ADA,
    CAFE,
    CupServed,
    Taken,
    a_cup,
    a_receiver,
    announced,
    delivered_at,
    facts_told,
    members,
    receiving_later,
    states_of,
)

pytestmark = pytest.mark.django_db


class TestDeliverDue:
    def test_hands_over_a_batch_in_order_and_marks_it(self):
        """V-12, V-13."""
        with receiving_later() as handed:
            announced([a_cup(number) for number in (1, 2, 3)])

            assert delivered_at() == 3
            assert delivered_at() == 0

        assert handed == [[a_cup(1), a_cup(2), a_cup(3)]]
        assert states_of() == {"delivered": 3}

    def test_hands_name_and_body_to_a_receiver_that_knows_no_class(self):
        """V-12: webhooks and siblings."""
        with receiving_later("test.cup_served") as handed:
            announced([a_cup(1)])
            delivered_at()

        ((told,),) = handed
        assert isinstance(told, Told)
        assert (told.name, told.member_id, told.body["number"]) == ("test.cup_served", ADA, 1)

    def test_takes_at_most_500_at_once(self):
        """V-12."""
        with receiving_later() as handed:
            announced([a_cup(number) for number in range(501)])
            delivered_at()

        assert [len(batch) for batch in handed] == [500, 1]
        assert [fact.number for batch in handed for fact in batch] == list(range(501))

    def test_leaves_facts_of_a_receiver_that_this_release_does_not_know(self):
        """V-14: during an upgrade another worker knows it."""
        with receiving_later(name="test.gone"):
            announced([a_cup(1)])

        assert delivered_at() == 0
        assert states_of("test.gone") == {"waiting": 1}
        assert delivering.waiting_for("test.gone") == 1

    @pytest.mark.parametrize("size", [1, 400])
    def test_asks_the_database_four_times_for_any_size(self, size):
        """V-12: look for lanes, lock, claim, mark. Fewer than asked for: the lane is empty."""
        with receiving_later():
            announced([a_cup(number) for number in range(size)])
            with CaptureQueriesContext(connection) as queries:
                delivered_at()

        asked = [q["sql"].split()[0] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert asked == ["SELECT", "SELECT", "SELECT", "UPDATE"]

    def test_undoes_what_a_failing_receiver_wrote(self):
        """V-13: its changes and the mark commit together, or neither does."""

        def write_and_fail(facts):
            FactDelivery.objects.create(
                fact_id=999, receiver="test.trace", lane=0, due_at=timezone.now()
            )
            raise ZeroDivisionError

        with a_receiver(write_and_fail):
            announced([a_cup(1)])
            delivered_at()

        assert states_of("test.trace") == {}
        assert states_of() == {"waiting": 1}


class TestPlans:
    def test_read_no_table_from_end_to_end(self):
        """V-12: looking for work and claiming it cost the same whatever has been delivered already."""
        with receiving_later():
            announced([a_cup(n, to=to) for n, to in enumerate(members(3000))])
            delivered_at()
            announced([a_cup(n, to=to) for n, to in enumerate(members(300))])
        at = timezone.now()
        claim = {"receiver": "test.counter", "at": at, "program": None, "limit": 500}
        look = {"receivers": ["test.counter"], "last": 31, "at": at, "few": claiming.FEW}

        plans = [
            plan_of(claiming.CLAIM_ONE, claim | {"lanes": [7]}),
            plan_of(claiming.CLAIM_SOME, claim | {"lanes": [3, 7, 9]}),
            plan_of(claiming.DUE_LANES, look),
        ]

        assert [plan for plan in plans if "Seq Scan" in plan] == []
        assert [plan for plan in plans if "deliveries_waiting" not in plan] == []


def plan_of(sql, values):
    """How PostgreSQL would go about it, knowing what is in the tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE loyalty_announced_fact, loyalty_fact_delivery")
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(line for (line,) in cursor)


class TestLanes:
    def test_with_little_to_do_are_handed_out_together(self):
        """V-12: one batch for a café's morning, whoever its guests are; a batch costs the same for one and for many."""
        handed = []

        with a_receiver(handed.append):
            announced([a_cup(n, to=to) for n, to in enumerate(members(60))])
            delivered_at()

        assert [sorted(fact.number for fact in batch) for batch in handed] == [list(range(60))]

    def test_that_are_full_come_alone(self):
        """V-12: so that workers share a backlog."""
        (busy,), guests = members(1), members(3)
        handed = []

        with a_receiver(handed.append):
            announced([a_cup(n, to=busy) for n in range(claiming.FEW + 1)])
            announced([a_cup(100 + n, to=to) for n, to in enumerate(guests)])
            lanes = claiming.lanes_due(receivers=["test.counter"], at=timezone.now())
            delivered_at()

        assert claiming.FEW * 32 <= claiming.BATCH_MAX
        assert max(len(batch) for batch in handed) >= claiming.FEW + 1
        assert sorted(fact.number for batch in handed for fact in batch) == [
            *range(claiming.FEW + 1),
            *(100 + n for n in range(3)),
        ]
        assert sum(len(each.numbers) == 1 for each in lanes) >= 1


class TestDeliverUntilIdle:
    def test_goes_on_until_reactions_have_been_reacted_to(self):
        """V-25: what a receiver announces is delivered as well."""
        chain = []

        def pass_on(facts):
            chain.append(facts[0].number)
            if facts[0].number < 5:
                announced.step([a_cup(facts[0].number + 1)])

        with a_receiver(pass_on):
            announced([a_cup(1)])

            assert deliver_until_idle() == 5

        assert chain == [1, 2, 3, 4, 5]

    def test_of_one_programme_leaves_the_others_alone(self):
        """V-25."""
        other = members(1)[0]
        with receiving_later() as handed:
            announced([a_cup(1), a_cup(2, program_id=other)])

            assert deliver_until_idle(program_id=CAFE) == 1

        assert handed == [[a_cup(1)]]

    def test_does_not_wait_for_what_was_put_off(self):
        """V-25: it answers; the pause goes by the real clock."""
        with a_receiver(Taken(poison=1)):
            announced([a_cup(1), a_cup(2)])

            assert deliver_until_idle() == 0

        assert states_of() == {"waiting": 2}


def test_nothing_but_the_outbox_has_been_told():
    """I8: a test that announced nothing finds nothing."""
    assert facts_told() == []
    assert CupServed.name == "test.cup_served"
