"""Receiving and scheduling: names are for ever, and stand for one function each."""

import pytest

from loyalty.outbox.facts import Fact
from loyalty.outbox.receiving import (
    EVERY_FACT,
    reacts_later,
    reacts_now,
    receiver_named,
    receivers_later,
    receivers_now,
)
from loyalty.outbox.scheduling import (
    Midnight,
    each_tick,
    falls_due,
    forget,
    runs_on_request,
    scheduled,
    scheduled_for_service,
)
from tests.world.outbox import CupReturned, CupServed, receiving_later


class TestAReceiver:
    def test_is_known_by_its_name(self):
        """V-11: explicit and stable."""
        with receiving_later(CupServed, CupReturned, name="test.counter"):
            receiver = receiver_named("test.counter")
            assert receiver is not None
            assert receiver.facts == {"test.cup_served", "test.cup_returned"}
            assert receiver in receivers_later()

        assert receiver_named("test.counter") is None

    def test_of_every_fact_hears_what_nobody_has_thought_of_yet(self):
        """V-11: webhooks."""
        with receiving_later(EVERY_FACT, name="test.webhooks"):
            assert receiver_named("test.webhooks").hears("test.invented_tomorrow")

    @pytest.mark.parametrize("register", [reacts_now, reacts_later])
    def test_with_the_name_of_another_is_refused_now_and_later_alike(self, register):
        """V-11: a fact is delivered once per name."""
        with receiving_later(name="test.counter"):
            before = (list(receivers_now()), list(receivers_later()))

            with pytest.raises(AssertionError, match=r"two receivers are called test\.counter"):
                register(CupServed, name="test.counter")(lambda facts: None)

            assert (list(receivers_now()), list(receivers_later())) == before

    @pytest.mark.parametrize("name", ["", "x" * 61])
    def test_with_no_name_or_an_endless_one_is_refused(self, name):
        """V-11: names are columns."""
        with pytest.raises(AssertionError, match="bad receiver name"):
            reacts_later(CupServed, name=name)(lambda facts: None)

    def test_of_a_common_base_is_refused(self):
        """V-11: facts have names, bases have not."""

        class Cups(Fact):
            pass

        with pytest.raises(AssertionError, match="has no name"):
            reacts_later(Cups, name="test.counter")(lambda facts: None)


class TestAJob:
    def test_has_a_name_of_its_own_among_all_kinds_of_jobs(self):
        """V-22: a run's row names one function."""

        def one(**_told):
            return None

        def another(**_told):
            return None

        scheduled(job="test.job")(one)
        try:
            for register in (
                scheduled(job="test.job"),
                scheduled_for_service(job="test.job"),
                runs_on_request(job="test.job"),
                falls_due(name="test.job", earliest=lambda **_told: {}),
                each_tick(name="test.job"),
            ):
                with pytest.raises(AssertionError, match=r"two jobs are called test\.job"):
                    register(another)
        finally:
            forget("test.job")

    def test_has_its_place_in_the_night(self):
        """L-20, T-45: activate, redeem, review, expire, notify; then whatever only looks."""
        assert sorted(Midnight, key=int) == [
            Midnight.OPENING,
            Midnight.REDEEMING,
            Midnight.REVIEWING,
            Midnight.EXPIRING,
            Midnight.NOTICES,
            Midnight.AFTER,
        ]
