"""V-15, V-20, V-21: how wake-ups travel. They may be lost; they may not hold anybody up."""

import socket
import time

import pytest
from django.conf import settings
from kombu.exceptions import OperationalError

from config.celery import HARD_SECONDS_MAX, SOFT_SECONDS_MAX, VISIBILITY_SECONDS, app


def test_a_task_lives_until_its_work_is_done():
    """V-20."""
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_prefetch_multiplier == 1
    assert SOFT_SECONDS_MAX < HARD_SECONDS_MAX < VISIBILITY_SECONDS
    assert app.conf.result_backend is None


def test_the_metronome_knows_one_task():
    """V-21."""
    (entry,) = app.conf.beat_schedule.values()

    assert (entry["task"], entry["schedule"]) == ("loyalty.outbox.tick", 15.0)
    assert app.conf.timezone == "UTC"


def test_every_queue_is_taken_from_by_a_worker_that_is_told_none():
    routed = {route["queue"] for route in app.conf.task_routes.values()}

    assert routed <= {queue.name for queue in app.conf.task_queues}


def test_a_wake_up_reaches_the_broker():
    with app.connection_for_write() as broker:
        queue = broker.default_channel.client
        before = queue.llen("wafa")

        app.send_task("loyalty.outbox.deliver", ignore_result=True)

        assert queue.llen("wafa") == before + 1
        queue.delete("wafa")


@pytest.fixture(autouse=True)
def _warm():
    """What only the first message of a process costs."""
    with app.connection_for_write() as broker:
        app.send_task("loyalty.outbox.deliver", connection=broker)
        broker.default_channel.client.delete("wafa")


def test_a_dead_broker_is_noticed_at_once(tmp_path):
    """V-15: nobody listens there."""
    assert seconds_until_refused(f"redis+socket://{tmp_path}/gone?virtual_host=1") < 0.3


def test_a_hanging_broker_costs_half_a_second(tmp_path):
    """V-15: somebody accepts and never answers."""
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(f"{tmp_path}/mute")
        mute.listen()

        assert seconds_until_refused(f"redis+socket://{tmp_path}/mute?virtual_host=1") < 0.8


def seconds_until_refused(url):
    start = time.monotonic()
    with app.connection_for_write(url) as broker, pytest.raises(OperationalError):
        app.send_task("loyalty.outbox.deliver", connection=broker, retry=False)
    return time.monotonic() - start


def test_the_broker_is_the_valkey_we_are_given():
    assert app.conf.broker_url == settings.CELERY_BROKER_URL
