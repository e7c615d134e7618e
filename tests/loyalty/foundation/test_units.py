"""Units of work: all or nothing, and again after a lost race."""

import threading

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from loyalty.foundation import units
from loyalty.foundation.database import deadlines
from loyalty.foundation.metrics import UNIT_RETRIES, UNITS_EXHAUSTED
from loyalty.foundation.refusals import NotFound, OutcomeUnknown, Unavailable
from loyalty.foundation.units import (
    TRIES_MAX,
    inside_unit_of_work,
    rehearse,
    unit_of_work,
    unit_of_work_racing,
)
from loyalty.programs.models import Program
from tests.world.programs import a_program

LOST_RACES = [psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected]


def losing(times, error):
    """A unit that loses its race so often, and then renames the programme."""
    tries = []

    @unit_of_work
    def rename(*, program):
        tries.append(1)
        Program.objects.filter(pk=program.pk).update(late_limit=f"P{len(tries)}D")
        if len(tries) <= times:
            raise OperationalError("lost") from error()
        return len(tries)

    return rename


@pytest.mark.django_db(transaction=True)
class TestUnits:
    @pytest.mark.parametrize("error", LOST_RACES)
    @pytest.mark.parametrize("times", [1, 4])
    def test_a_lost_race_is_run_again_as_a_whole(self, times, error):
        """V-28, V-56: forced 1 and 4 times, the unit succeeds and each retry is counted."""
        cafe = a_program()
        reason = units.SERIALIZATION[error.sqlstate]
        before = UNIT_RETRIES.labels(reason=reason)._value.get()

        assert losing(times, error)(program=cafe) == times + 1

        cafe.refresh_from_db()
        assert cafe.late_limit == f"P{times + 1}D"
        assert UNIT_RETRIES.labels(reason=reason)._value.get() - before == times

    def test_five_lost_races_are_enough(self):
        """V-28, V-56: out of tries is a clean 503, and nothing happened."""
        cafe = a_program()
        before = UNITS_EXHAUSTED._value.get()

        with pytest.raises(Unavailable):
            losing(TRIES_MAX, LOST_RACES[0])(program=cafe)

        cafe.refresh_from_db()
        assert cafe.late_limit == "P90D"
        assert UNITS_EXHAUSTED._value.get() - before == 1

    def test_a_refusal_leaves_no_trace(self):
        cafe = a_program()

        @unit_of_work
        def rename_and_refuse():
            Program.objects.filter(pk=cafe.pk).update(late_limit="P1D")
            raise NotFound

        with pytest.raises(NotFound):
            rename_and_refuse()

        cafe.refresh_from_db()
        assert cafe.late_limit == "P90D"

    def test_a_unit_does_not_nest(self):
        @unit_of_work
        def inner():
            return 1

        @unit_of_work
        def outer():
            return inner()

        with pytest.raises(AssertionError, match="does not nest"):
            outer()

    def test_a_step_demands_a_unit(self):
        @inside_unit_of_work
        def step():
            return connection.in_atomic_block

        with pytest.raises(AssertionError, match="needs a unit"):
            step()
        assert unit_of_work(step)() is True

    def test_a_rehearsal_answers_and_keeps_nothing(self):
        """E-8."""
        cafe = a_program()

        told = rehearse(losing(0, LOST_RACES[0]), answer=lambda tries: {"tries": tries})(
            program=cafe
        )

        cafe.refresh_from_db()
        assert (told, cafe.late_limit) == ({"tries": 1}, "P90D")

    def test_a_unique_key_is_a_race_only_where_it_is_named(self):
        cafe = a_program()
        tries = []

        def doubled():
            tries.append(1)
            if len(tries) == 1:
                Program.objects.create(
                    slug=cafe.slug,
                    name={},
                    zone="UTC",
                    currency="EUR",
                    languages=[],
                    opened_at=cafe.opened_at,
                )
            return len(tries)

        with pytest.raises(IntegrityError):
            unit_of_work(doubled)()
        tries.clear()
        assert unit_of_work_racing("loyalty_program_slug_key")(doubled)() == 2


@pytest.mark.django_db(transaction=True)
class TestLostConnections:
    def test_one_lost_before_commit_is_run_again_once(self):
        """V-28."""
        cafe = a_program()
        tries = []

        @unit_of_work
        def cut_once():
            tries.append(1)
            Program.objects.filter(pk=cafe.pk).update(late_limit="P1D")
            if len(tries) == 1:
                deadlines._cut(connection.connection.fileno())
                Program.objects.count()
            return len(tries)

        assert cut_once() == 2
        cafe.refresh_from_db()
        assert cafe.late_limit == "P1D"

    def test_one_lost_during_commit_is_told_and_never_run_again(self, monkeypatch):
        """V-28, V-56: 503 `outcome_unknown`; a retry by the caller settles it."""
        tries = []
        wire = connections["default"]
        commit = wire.commit

        def cut_commit():
            deadlines._cut(wire.connection.fileno())
            commit()

        @unit_of_work
        def once_only():
            tries.append(Program.objects.count())
            monkeypatch.setattr(wire, "commit", cut_commit)

        with pytest.raises(OutcomeUnknown):
            once_only()
        monkeypatch.undo()
        assert len(tries) == 1

    def test_a_frozen_server_is_left_by_our_own_deadline(self, settings, monkeypatch):
        """V-27, V-66: the server's limits are gone, ours holds; nothing hangs."""
        monkeypatch.setattr(settings, "STATEMENT_SECONDS_MAX", -0.5)

        @unit_of_work
        def wait_for_ever():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SELECT pg_sleep(600)")

        with pytest.raises(Unavailable):
            wait_for_ever()
        assert Program.objects.count() == 0


def crossing(order, barrier):
    """Two updates in this order; the first time, both sides wait for each other in between."""
    met = []

    def work():
        Program.objects.filter(pk=order[0].pk).update(late_limit="P5D")
        if not met:
            met.append(barrier.wait(timeout=10))
        Program.objects.filter(pk=order[1].pk).update(late_limit="P6D")

    return work


def race(around, *orders):
    """Both orders at once, wrapped; what came of each."""
    barrier, outcomes = threading.Barrier(2), []

    def run(order):
        try:
            around(crossing(order, barrier))()
            outcomes.append("done")
        except OperationalError as error:
            outcomes.append(error.__cause__.sqlstate)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_real_deadlocked_units_both_succeed():
    """V-28: a real deadlock, not a forced one. Control: without the unit one of them fails."""
    first, second = a_program("one"), a_program("two")

    assert race(transaction.atomic, [first, second], [second, first]) == ["40P01", "done"]
    assert race(unit_of_work, [first, second], [second, first]) == ["done", "done"]
