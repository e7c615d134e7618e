"""Four workers on one outbox: each fact once, each member's facts in order, a poison fact in between (V-58)."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from loyalty.outbox import claiming, delivering
from loyalty.outbox.delivering import deliver_due
from loyalty.outbox.models import AnnouncedFact
from tests.world.outbox import a_cup, a_receiver, announced, members, rested, states_of
from tests.world.racing import at_once, meet

pytestmark = pytest.mark.django_db(transaction=True)
POISON = 137


@pytest.fixture(autouse=True)
def _ledger_of_cups():
    """A table that the receiver writes to, as a room would."""
    rested()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE test_cups (place bigserial, member uuid, number integer)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_cups")
    rested()


class Bar:
    """Writes every cup down, and chokes on the poisoned one."""

    def __init__(self, poison=None):
        self.poison = poison

    def __call__(self, facts):
        if any(fact.number == self.poison for fact in facts):
            raise ZeroDivisionError
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO test_cups (member, number) VALUES (%s, %s)",
                [(fact.member_id, fact.number) for fact in facts],
            )


def cups_of(member):
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM test_cups WHERE member = %s ORDER BY place", [member])
        return [number for (number,) in cursor.fetchall()]


def worker(wakeups):
    """Woken so many times, early, late and for nothing."""

    def work():
        for _ring in range(wakeups):
            delivering._resting.clear()
            deliver_due(at=timezone.now())

    return work


def test_200_facts_reach_a_room_once_and_in_order_but_for_the_poisoned_one():
    """V-58: wake-ups doubled, 4 workers, one poison fact among 200."""
    guests = members(23)
    cups = [a_cup(n, to=guests[n % 23]) for n in range(200)]

    with a_receiver(Bar(poison=POISON)):
        for cup in cups:
            announced([cup])
        assert at_once(*[worker(6)] * 4) == ["done"] * 4

        behind = [
            c.number for c in cups if c.member_id == guests[POISON % 23] and c.number > POISON
        ]
        assert states_of() == {"delivered": 199 - len(behind), "waiting": 1 + len(behind)}

        # A day of given time later the poison is parked, and its member's other facts are released.
        deliver_due(at=timezone.now() + timedelta(hours=24, minutes=1))
        delivering._resting.clear()
        deliver_due(at=timezone.now() + timedelta(hours=48, minutes=2))

    assert states_of() == {"delivered": 199, "parked": 1}
    for number, guest in enumerate(guests):
        expected = [n for n in range(number, 200, 23) if n != POISON]
        assert cups_of(guest) == expected


def test_announcing_and_delivering_at_once_keeps_the_order():
    """V-11, V-12: members announce under their own lock while workers deliver."""
    guests = members(8)

    def guest(member):
        def drink():
            for number in range(25):
                with_lock(member, [a_cup(number, to=member)])

        return drink

    with a_receiver(Bar()):
        assert at_once(*[guest(each) for each in guests], *[worker(30)] * 4) == ["done"] * 12
        worker(3)()

    assert states_of() == {"delivered": 200}
    for member in guests:
        assert cups_of(member) == list(range(25))


def with_lock(member, facts):
    """As rules do: a lock of the member's first, then the fact."""
    from loyalty.foundation.units import run
    from loyalty.outbox.announcing import announce

    def work():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [member.int % 2**31])
        announce(facts)

    run(work)


class Slow:
    """Writes down whom it is told of, and waits until the other workers are there as well, or gone."""

    def __init__(self):
        self.handed = []

    def __call__(self, facts):
        self.handed.append([fact.number for fact in facts])
        meet()


def test_a_lane_is_handled_by_one_worker_at_a_time():
    """V-12: the others pass on."""
    slow = Slow()
    (ada,) = members(1)

    with a_receiver(slow):
        announced([a_cup(n, to=ada) for n in range(3)])
        at_once(*[worker(1)] * 4)

    assert slow.handed == [[0, 1, 2]]


def test_two_workers_are_handed_the_same_facts_when_nobody_locks_the_lane(monkeypatch):
    """Control: the race is real; behind the lock the mark still refuses the second one."""
    slow = Slow()
    (ada,) = members(1)
    monkeypatch.setattr(delivering, "lock_lanes", lambda lanes: lanes)

    with a_receiver(slow):
        announced([a_cup(n, to=ada) for n in range(3)])
        at_once(*[worker(1)] * 2)

    assert slow.handed[:2] == [[0, 1, 2], [0, 1, 2]]
    assert claiming.lock_lanes is not delivering.lock_lanes


def test_ids_would_not_follow_commits_without_the_members_lock():
    """Control for V-11: two announcements of one member overlap, and the later id is committed first."""
    from loyalty.foundation.units import run
    from loyalty.outbox.announcing import announce

    (ada,) = members(1)
    first_has_an_id, second_is_committed = threading.Event(), threading.Event()
    seen_in_between = []

    def first():
        def work():
            announce([a_cup(1, to=ada)])
            first_has_an_id.set()
            second_is_committed.wait(timeout=10)

        run(work)

    def second():
        first_has_an_id.wait(timeout=10)
        run(lambda: announce([a_cup(2, to=ada)]))
        seen_in_between.extend(fact.body["number"] for fact in AnnouncedFact.objects.all())
        second_is_committed.set()

    assert at_once(first, second) == ["done", "done"]
    assert seen_in_between == [2]
    assert [fact.body["number"] for fact in AnnouncedFact.objects.order_by("id")] == [1, 2]


def test_a_reader_by_cursor_misses_nothing_of_transactions_that_overlap():
    """V-17: the id that was drawn first is committed last, and is told all the same."""
    from loyalty.foundation.units import run
    from loyalty.outbox.announcing import announce
    from loyalty.outbox.keeping import facts_after
    from tests.world.outbox import CAFE

    first_has_an_id, second_is_committed = threading.Event(), threading.Event()
    read = []

    def first():
        def work():
            announce([a_cup(1, to=None)])
            first_has_an_id.set()
            second_is_committed.wait(timeout=10)

        run(work)

    def second():
        first_has_an_id.wait(timeout=10)
        run(lambda: announce([a_cup(2, to=None)]))
        read.append([fact.body["number"] for fact in facts_after(program_id=CAFE, size_max=10)])
        second_is_committed.set()

    at_once(first, second)
    after, told = 0, []
    while page := facts_after(program_id=CAFE, after=after, size_max=1):
        told += [fact.body["number"] for fact in page]
        after = page[-1].id

    assert read == [[]]  # the second one waits for the first, whose id is lower
    assert told == [1, 2]


def test_random_wakeups_end_in_the_same_state():
    """V-58: lost, doubled, reordered; the state at the end is the same."""
    guests = members(5)
    chance = random.Random(7)

    with a_receiver(Bar()):
        for n in range(60):
            announced([a_cup(n, to=chance.choice(guests))])
            if chance.random() < 0.3:
                at_once(*[worker(1)] * chance.randint(1, 4))
        worker(2)()

    assert states_of() == {"delivered": 60}
    told = {guest: cups_of(guest) for guest in guests}
    assert sorted(n for numbers in told.values() for n in numbers) == list(range(60))
    assert all(numbers == sorted(numbers) for numbers in told.values())
