"""Wake-ups to a broker that is stopped, hangs, or is full: the answer is the same, and hardly later (V-15, V-58)."""

import socket
import time

import pytest

from loyalty.outbox import waking
from loyalty.outbox.tasks import deliver_waiting_facts
from loyalty.outbox.waking import DELIVER, begin_to_look, can_wake, wake_up
from tests.world.broker import a_home, a_valkey, broker_of, failed, listening_to, waiting_tasks
from tests.world.jobs import only_these_jobs
from tests.world.outbox import a_cup, announced, receiving_later, rested, states_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home():
    with a_home() as directory:
        yield directory


@pytest.fixture
def valkey(home):
    with a_valkey(home) as server:
        yield server


@pytest.fixture(autouse=True)
def _only_ours():
    rested()
    with only_these_jobs():
        yield


def seconds_to_announce():
    start = time.monotonic()
    announced([a_cup(1)])
    return time.monotonic() - start


class TestTheWakeUp:
    def test_reaches_a_real_broker_once_until_somebody_begins_to_look(self, valkey, monkeypatch):
        """V-15: one that is on its way finds what is committed meanwhile."""
        ear = listening_to(monkeypatch, broker_of(valkey))

        with receiving_later():
            announced([a_cup(1), a_cup(2)])
            announced([a_cup(3)])
            assert waiting_tasks(ear) == 1
            begin_to_look()
            announced([a_cup(4)])

        assert waiting_tasks(ear) == 2
        assert can_wake()

    def test_to_a_stopped_broker_costs_nothing_and_is_not_tried_again_for_5_seconds(
        self, valkey, monkeypatch
    ):
        """V-15, V-58: refused."""
        listening_to(monkeypatch, broker_of(valkey))
        wake_up()
        valkey.stop()
        before = failed()

        with receiving_later():
            assert seconds_to_announce() < 0.6
            assert failed() == before + 1
            for _again in range(20):
                announced([a_cup(2)])

        assert failed() == before + 1
        assert states_of() == {"waiting": 21}
        assert not can_wake()

    def test_to_a_broker_that_comes_back_is_sent_again(self, valkey, monkeypatch):
        """V-15: after the silence."""
        ear = listening_to(monkeypatch, broker_of(valkey))
        valkey.stop()
        wake_up()
        valkey.start()

        wake_up()
        assert waiting_tasks(ear) == 0
        monkeypatch.setattr(waking, "_silent_until", 0.0)
        wake_up()

        assert waiting_tasks(ear) == 1

    def test_to_a_broker_that_hangs_costs_half_a_second(self, home, monkeypatch):
        """V-15, V-58: somebody accepts and never answers."""
        with socket.socket(socket.AF_UNIX) as mute:
            mute.bind(str(home / "mute"))
            mute.listen()
            listening_to(monkeypatch, f"redis+socket://{home}/mute?virtual_host=1")
            before = failed()

            with receiving_later():
                assert seconds_to_announce() < 0.9

        assert failed() == before + 1
        assert states_of() == {"waiting": 1}

    def test_to_a_full_broker_is_counted_and_swallowed(self, valkey, monkeypatch):
        """V-15, V-58: no memory left."""
        ear = listening_to(monkeypatch, broker_of(valkey))
        with ear.connection_for_write() as connection:
            client = connection.default_channel.client
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", "1")
        before = failed()

        with receiving_later():
            assert seconds_to_announce() < 0.6

        assert failed() == before + 1
        assert states_of() == {"waiting": 1}

    def test_may_be_doubled_and_late(self, valkey, monkeypatch):
        """V-58: the task carries nothing, so any number of them does the same."""
        listening_to(monkeypatch, broker_of(valkey))

        with receiving_later() as handed:
            deliver_waiting_facts()
            announced([a_cup(1), a_cup(2)])
            for _again in range(3):
                deliver_waiting_facts(an_argument_of_a_later_release=1)

        assert handed == [[a_cup(1), a_cup(2)]]
        assert DELIVER == "loyalty.outbox.deliver"
