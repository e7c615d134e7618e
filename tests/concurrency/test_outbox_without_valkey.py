"""Valkey and the metronome may stop, hang, refuse, forget: the outbox goes on (V-15, V-16, V-58)."""

import socket
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.utils import timezone

from config.celery import app
from config.embedded.valkey import Valkey
from loyalty.foundation import metrics
from loyalty.jobs import pulses
from loyalty.jobs.models import Pulse
from loyalty.jobs.sweeping import EXIT_DEAF, Sweeper, sweep
from loyalty.outbox import waking
from loyalty.outbox.models import FactDelivery
from loyalty.outbox.tasks import deliver_waiting_facts
from loyalty.outbox.waking import DELIVER, can_wake, wake_up
from tests.world.jobs import daily_jobs, only_these_jobs
from tests.world.outbox import a_cup, announced, receiving_later, rested, states_of
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home():
    """A short path: a socket's name has 107 bytes."""
    with TemporaryDirectory(prefix="wafa-") as directory:
        yield Path(directory)


@pytest.fixture
def valkey(home):
    """A real server of this test's own, which may be stopped."""
    server = Valkey(home / "v", home / "s")
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _ears(monkeypatch):
    rested()
    monkeypatch.setattr(waking, "_silent_until", 0.0)
    with only_these_jobs():
        yield


def listening_to(monkeypatch, url):
    """Whoever rings, rings there."""
    ear = app.__class__("wafa-test", set_as_current=False)
    ear.conf.update({**app.conf.changes, "broker_url": url})
    monkeypatch.setattr(waking, "_broker", lambda: ear)
    return ear


def broker_of(server):
    return f"redis+socket://{server.socket}?virtual_host=1"


def seconds_to_announce():
    start = time.monotonic()
    announced([a_cup(1)])
    return time.monotonic() - start


def failed():
    return metrics.WAKEUPS_FAILED._value.get()


def waiting_tasks(ear):
    with ear.connection_for_write() as connection:
        return connection.default_channel.client.llen("wafa")


class TestTheWakeUp:
    def test_reaches_a_real_broker_once_per_commit(self, valkey, monkeypatch):
        """V-15."""
        ear = listening_to(monkeypatch, broker_of(valkey))

        with receiving_later():
            announced([a_cup(1), a_cup(2)])
            announced([a_cup(3)])

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


class TestTheSweeper:
    def test_delivers_what_nobody_was_woken_for(self, valkey, monkeypatch):
        """V-16: overdue by 60 s, with Valkey gone."""
        listening_to(monkeypatch, broker_of(valkey))
        valkey.stop()
        pulses.beat(at=timezone.now(), ticked=True)

        with receiving_later() as handed:
            announced([a_cup(1)])
            sweep(at=timezone.now() + timedelta(seconds=55))
            assert handed == []
            sweep(at=timezone.now() + timedelta(seconds=61))

        assert handed == [[a_cup(1)]]
        assert states_of() == {"delivered": 1}

    def test_ticks_when_nobody_has_for_a_minute(self):
        """V-16: the metronome is dead."""
        a_program()
        ran = []
        now = timezone.now()

        with daily_jobs("test.expiry", ran=ran):
            pulses.beat(at=now - timedelta(seconds=50), ticked=True)
            sweep(at=now)
            assert ran == []
            Pulse.objects.update(tick_at=now - timedelta(seconds=60))
            sweep(at=now)

        assert len(ran) == 1

    def test_shows_that_its_worker_lives(self):
        """V-26, V-42."""
        now = timezone.now()
        pulses.beat(at=now, ticked=True)

        sweep(at=now + timedelta(seconds=30))

        assert pulses.last_beat() == now + timedelta(seconds=30)
        assert pulses.last_tick() == now

    def test_loop_goes_on_after_a_sweep_that_failed(self, monkeypatch):
        """V-16: the database was away for a while."""
        from loyalty.jobs import sweeping

        swept = []

        def fail_once(*, at):
            swept.append(at)
            if len(swept) == 1:
                raise ConnectionError

        monkeypatch.setattr(sweeping, "EVERY_SECONDS", 0.01)
        monkeypatch.setattr(sweeping, "sweep", fail_once)
        sweeper = Sweeper()
        sweeper.start()
        deadline = time.monotonic() + 5
        while len(swept) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        sweeper.stop()
        sweeper.join(timeout=5)

        assert len(swept) >= 3
        assert not sweeper.is_alive()


class TestADeafWorker:
    def left(self, *, silence):
        codes = []
        Sweeper(leave=codes.append).check_ear(silence=silence)
        return codes

    def test_leaves_when_the_broker_answers_and_no_task_comes(self, valkey, monkeypatch):
        """V-26: exit 70, to be restarted."""
        listening_to(monkeypatch, broker_of(valkey))

        assert self.left(silence=179) == []
        assert self.left(silence=181) == [EXIT_DEAF]
        assert EXIT_DEAF == 70

    def test_asks_for_a_task_itself_before_that(self, valkey, monkeypatch):
        """V-26: a dead metronome is no deafness."""
        ear = listening_to(monkeypatch, broker_of(valkey))

        self.left(silence=59)
        assert waiting_tasks(ear) == 0
        self.left(silence=61)

        assert waiting_tasks(ear) == 1

    def test_stays_while_the_broker_is_away(self, valkey, monkeypatch):
        """V-26: the sweeper does the work."""
        listening_to(monkeypatch, broker_of(valkey))
        valkey.stop()

        assert self.left(silence=10_000) == []


def test_an_hour_without_valkey_and_metronome_leaves_nothing_undone(valkey, monkeypatch):
    """V-16: everything is there afterwards, each fact once, each day once."""
    listening_to(monkeypatch, broker_of(valkey))
    valkey.stop()
    a_program()
    ran = []
    now = timezone.now()

    with receiving_later() as handed, daily_jobs("test.expiry", ran=ran):
        for minute in range(60):
            announced([a_cup(minute)])
            FactDelivery.objects.filter(state="waiting").update(
                due_at=now + timedelta(minutes=minute)
            )
            Pulse.objects.update(tick_at=now + timedelta(minutes=minute - 1))
            sweep(at=now + timedelta(minutes=minute, seconds=70))
            rested()

    assert [fact.number for batch in handed for fact in batch] == list(range(60))
    assert states_of() == {"delivered": 60}
    assert len(ran) in {1, 2}  # two if this hour has a midnight in Kyiv
