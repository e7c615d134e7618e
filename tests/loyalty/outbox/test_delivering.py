"""Delivering: batches, in order per member, exactly once inside the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.outbox import delivering
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.outbox.facts import Told
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import FactDelivery
from loyalty.outbox.putting_off import NoteMissing, NotParked, pause_after, skip, try_again
from tests.world.outbox import (
    ADA,
    CAFE,
    GRACE,
    CupServed,
    a_cup,
    a_receiver,
    announced,
    delivered_at,
    facts_told,
    members,
    receiving_later,
    rested,
    states_of,
)

pytestmark = pytest.mark.django_db


class Taken:
    """A receiver that takes every cup but the poisoned one."""

    def __init__(self, poison=None):
        self.poison = poison
        self.numbers = []
        self.batches = 0

    def __call__(self, facts):
        self.batches += 1
        if any(fact.number == self.poison for fact in facts):
            raise ZeroDivisionError
        self.numbers += [fact.number for fact in facts]


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
    def test_asks_the_database_six_times_for_any_size(self, size):
        """V-12: look for lanes, lock, claim, mark; and once more to see that the lane is empty."""
        with receiving_later():
            announced([a_cup(number) for number in range(size)])
            with CaptureQueriesContext(connection) as queries:
                delivered_at()

        asked = [q["sql"].split()[0] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert asked == ["SELECT", "SELECT", "SELECT", "UPDATE", "SELECT", "SELECT"]

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


class TestAPoisonFact:
    def test_is_found_by_halving_and_only_its_member_waits(self):
        """V-14, V-58: 199 of 200 go through, each member's in order."""
        taken = Taken(poison=100)
        others = members(40)
        cups = [a_cup(n, to=ADA if n == 100 else others[n % 40]) for n in range(200)]

        with a_receiver(taken):
            announced(cups)
            delivered_at()

        assert states_of() == {"delivered": 199, "waiting": 1}
        for member in others:
            mine = [cup.number for cup in cups if cup.member_id == member]
            assert [n for n in taken.numbers if n in mine] == mine

    def test_holds_up_what_its_member_did_later_and_nobody_elses(self):
        """V-14."""
        taken = Taken(poison=1)

        with a_receiver(taken):
            announced([a_cup(1), a_cup(2), a_cup(3, to=GRACE)])
            delivered_at()
            assert taken.numbers == [3]

            taken.poison = None
            delivered_at(timezone.now() + timedelta(seconds=2))

        assert taken.numbers == [3, 1, 2]

    def test_waits_longer_each_time_and_is_parked_after_a_day_then_order_is_released(self):
        """V-14, V-58: 24 hours of given time."""
        taken = Taken(poison=1)
        start = timezone.now()

        with a_receiver(taken):
            announced([a_cup(1), a_cup(2)])
            delivered_at(start + timedelta(seconds=1))
            poison = FactDelivery.objects.get(tries=1)
            assert (
                timedelta(seconds=0.8)
                <= poison.due_at - start - timedelta(seconds=1)
                <= timedelta(seconds=1.2)
            )
            delivered_at(start + timedelta(hours=23))
            assert states_of() == {"waiting": 2}
            delivered_at(start + timedelta(hours=25))

        poison.refresh_from_db()
        assert (poison.state, poison.tries) == (DeliveryState.PARKED, 3)
        assert poison.error.startswith("ZeroDivisionError in ")
        assert taken.numbers == [2]

    def test_says_where_it_failed_and_never_what_the_row_said(self):
        """V-14, S-61: messages may quote people."""

        def fail(facts):
            raise ValueError("ada@example.com")

        with a_receiver(fail):
            announced([a_cup(1)])
            delivered_at()

        error = FactDelivery.objects.get().error
        assert error.startswith("ValueError in loyalty/outbox/test_delivering.py:")
        assert "ada" not in error

    def test_of_a_receiver_that_takes_nothing_lets_the_lane_rest(self):
        """V-14: a broken receiver does not eat the workers."""

        def fail(facts):
            raise ZeroDivisionError

        with a_receiver(fail):
            announced([a_cup(n, to=to) for n, to in enumerate(_in_one_lane(50))])
            rested()
            delivering.deliver_due(at=timezone.now())
            tried = FactDelivery.objects.filter(tries__gt=0).count()
            delivering.deliver_due(at=timezone.now())

        assert tried == 10
        assert FactDelivery.objects.filter(tries__gt=0).count() == 10
        rested()

    def test_of_a_class_that_is_gone_is_put_off_like_any_other(self):
        """V-14: a body that no longer fits its class."""
        with receiving_later() as handed:
            announced([a_cup(1, to=GRACE), a_cup(2)])
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE loyalty_announced_fact SET body = '{}' WHERE member_id = %s", [GRACE]
                )
            delivered_at()

        assert states_of() == {"delivered": 1, "waiting": 1}
        assert handed == [[a_cup(2)]]


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


class TestParked:
    def a_parked_one(self):
        with receiving_later():
            announced([a_cup(1)])
        FactDelivery.objects.update(state=DeliveryState.PARKED, tries=30, error="x")
        return FactDelivery.objects.get()

    def test_is_tried_again_at_once(self):
        """V-14."""
        parked = self.a_parked_one()

        try_again(delivery_ids=[parked.pk], at=timezone.now())

        with receiving_later() as handed:
            delivered_at()
        assert handed == [[a_cup(1)]]
        assert states_of() == {"delivered": 1}

    def test_is_skipped_with_a_note_only(self):
        """V-14: delivery_is_skipped_with_a_note."""
        parked = self.a_parked_one()

        with pytest.raises(NoteMissing):
            skip(delivery_ids=[parked.pk], note="  ")
        assert states_of() == {"parked": 1}

        skip(delivery_ids=[parked.pk], note="the board was deleted")
        parked.refresh_from_db()
        assert (parked.state, parked.note) == (DeliveryState.SKIPPED, "the board was deleted")

    def test_all_or_none(self):
        """V-14: one of them is not parked."""
        parked = self.a_parked_one()
        with receiving_later(name="test.other"):
            announced([a_cup(2)])
        waiting = FactDelivery.objects.get(receiver="test.other")

        with pytest.raises(NotParked):
            try_again(delivery_ids=[parked.pk, waiting.pk], at=timezone.now())

        assert states_of() == {"parked": 1}


class TestPauses:
    def test_double_up_to_a_quarter_of_an_hour_give_or_take_a_fifth(self, monkeypatch):
        """V-14; a pause doubled without bound would overflow."""
        monkeypatch.setattr("random.uniform", lambda low, high: (low + high) / 2)

        pauses = [pause_after(tries).total_seconds() for tries in (1, 2, 3, 4, 10, 11, 5000)]

        assert pauses == [1, 2, 4, 8, 512, 900, 900]

    def test_are_spread(self):
        """V-14: not all at once again."""
        pauses = {pause_after(11).total_seconds() for _ in range(100)}

        assert 720 <= min(pauses) < max(pauses) <= 1080


def _in_one_lane(count):
    return [m for m in members(count * 80) if m.bytes[-1] % 32 == 7][:count]


def test_nothing_but_the_outbox_has_been_told():
    """I8: a test that announced nothing finds nothing."""
    assert facts_told() == []
    assert CupServed.name == "test.cup_served"
