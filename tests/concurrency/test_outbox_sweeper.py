"""Valkey and the metronome may be dead: what is overdue is done all the same (V-16, V-26)."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.jobs import pulses, sweeping
from loyalty.jobs.models import Pulse
from loyalty.jobs.sweeping import EXIT_DEAF, Sweeper, sweep
from loyalty.outbox.models import FactDelivery
from tests.world.broker import a_home, a_valkey, broker_of, listening_to, waiting_tasks
from tests.world.jobs import daily_jobs, only_these_jobs
from tests.world.outbox import a_cup, announced, receiving_later, rested, states_of
from tests.world.programs import a_program

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
