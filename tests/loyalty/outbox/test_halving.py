"""A poison fact: found by halving, put off, parked; nobody else waits for it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from loyalty.outbox import delivering
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import FactDelivery
from tests.world.outbox import (
    ADA,
    GRACE,
    Taken,
    a_cup,
    a_receiver,
    announced,
    delivered_at,
    members,
    receiving_later,
    rested,
    states_of,
)

pytestmark = pytest.mark.django_db


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
        assert error.startswith("ValueError in loyalty/outbox/test_halving.py:")
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


def _in_one_lane(count):
    return [m for m in members(count * 80) if m.bytes[-1] % 32 == 7][:count]
