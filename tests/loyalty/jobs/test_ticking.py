"""Ticking: everything that is due, by one frequent and harmless call."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from loyalty.foundation.ids import new_id
from loyalty.jobs import pulses
from loyalty.jobs.models import Journey, Pulse
from loyalty.jobs.ticking import tick, tick_until_idle
from loyalty.outbox.scheduling import each_tick, falls_due
from tests.world.jobs import daily_jobs, only_these_jobs, runs_of
from tests.world.outbox import a_cup, a_job, announced, receiving_later, rested, states_of
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_ours():
    rested()
    with only_these_jobs():
        yield


class Kettle:
    """Water that boils at certain instants; each is dealt with once."""

    def __init__(self, *instants, program):
        self.instants, self.program, self.done = list(instants), program, []

    def earliest(self, *, until, program_id):
        ours = [each for each in self.instants if each <= until]
        mine = program_id in (None, self.program.pk)
        return {self.program.pk: min(ours)} if ours and mine else {}

    def work(self, *, program, at):
        first = min(self.instants)
        assert first <= at
        self.instants.remove(first)
        self.done.append((first, at))
        return any(each <= at for each in self.instants)


class TestTick:
    def test_does_days_instants_ticks_and_facts(self):
        """V-21."""
        cafe, ran = a_program(), []
        past = timezone.now() - timedelta(minutes=1)
        kettle = Kettle(past, past + timedelta(seconds=1), program=cafe)

        with (
            daily_jobs("test.expiry", ran=ran),
            a_job(falls_due, kettle.work, name="test.kettle", earliest=kettle.earliest),
            a_job(each_tick, lambda at: ran.append("webhooks") or 1, name="test.webhooks"),
            receiving_later() as handed,
        ):
            announced([a_cup(1)])
            assert tick() > 0

        assert [each[0] for each in ran[:1]] == ["test.expiry"]
        assert ran[1:] == ["webhooks"]
        assert len(kettle.done) == 2
        assert handed == [[a_cup(1)]]

    def test_a_second_time_does_nothing_more(self):
        """V-21: ten ticks equal one."""
        a_program()
        ran = []

        with daily_jobs("test.expiry", ran=ran):
            for _again in range(10):
                tick()

        assert len(ran) == 1

    def test_goes_on_when_one_part_fails(self):
        """V-21."""
        ran = []

        def fail(at):
            raise ZeroDivisionError

        with (
            a_job(each_tick, fail, name="test.broken"),
            a_job(each_tick, lambda at: ran.append("webhooks") or 1, name="test.webhooks"),
        ):
            tick()

        assert ran == ["webhooks"]

    def test_writes_a_pulse(self):
        """V-26."""
        tick(got_a_task=True)

        pulse = Pulse.objects.get()
        assert pulse.worker == pulses.worker_name()
        assert pulse.beat_at == pulse.tick_at == pulse.task_at == pulses.last_tick()

    def test_leaves_a_programme_alone_whose_clock_is_on_its_way(self):
        """V-25: the journey does its work itself."""
        cafe, ran = a_program(test=True), []
        later = timezone.now() + timedelta(minutes=1)
        Journey.objects.create(program_id=cafe.pk, lease=new_id(), lease_until=later)

        with daily_jobs("test.expiry", ran=ran):
            tick()
            assert ran == []
            Journey.objects.all().delete()
            tick()

        assert len(ran) == 1

    def test_takes_a_test_programmes_own_time(self):
        """V-25."""
        cafe, ran = a_program(test=True), []
        cafe.test_now = datetime(2027, 1, 1, 8, tzinfo=UTC)
        cafe.save()

        with daily_jobs("test.expiry", ran=ran):
            tick()

        assert ran == [("test.expiry", "2027-01-01")]


class TestTickUntilIdle:
    def test_ends_when_a_tick_finds_nothing_to_do(self):
        """V-21: `manage.py tick --until-idle`."""
        cafe = a_program()
        past = timezone.now() - timedelta(minutes=1)
        kettle = Kettle(*[past] * 450, program=cafe)

        def pass_on(facts):
            if facts[0].number < 3:
                announced.step([a_cup(facts[0].number + 1)])

        with (
            daily_jobs("test.expiry", ran=[]),
            a_job(falls_due, kettle.work, name="test.kettle", earliest=kettle.earliest),
            receiving_later(),
        ):
            announced([a_cup(1)])
            assert tick_until_idle() > 450
            assert tick_until_idle() == 0

        assert kettle.instants == []
        assert runs_of("test.expiry")[0][1] == "done"
        assert states_of() == {"delivered": 1}

    def test_is_what_the_command_does(self, capsys):
        """V-21: cron alone can run a small shop."""
        with receiving_later() as handed:
            announced([a_cup(1)])
            call_command("tick", "--until-idle")

        assert handed == [[a_cup(1)]]
        assert capsys.readouterr().out.endswith("1 done\n")
