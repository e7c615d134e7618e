"""A broker of a test's own: real Valkey that may be stopped."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from config.celery import app
from config.embedded.valkey import Valkey
from loyalty.foundation import metrics
from loyalty.outbox import waking


@contextmanager
def a_home():
    """A short path: a socket's name has 107 bytes."""
    with TemporaryDirectory(prefix="wafa-") as directory:
        yield Path(directory)


@contextmanager
def a_valkey(home):
    """A real server which may be stopped."""
    server = Valkey(home / "v", home / "s")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def listening_to(monkeypatch, url):
    """Whoever rings, rings there, and is not silent from an earlier failure."""
    ear = app.__class__("wafa-test", set_as_current=False)
    ear.conf.update({**app.conf.changes, "broker_url": url})
    monkeypatch.setattr(waking, "_broker", lambda: ear)
    monkeypatch.setattr(waking, "_silent_until", 0.0)
    return ear


def broker_of(server):
    """The address of its wake-ups."""
    return f"redis+socket://{server.socket}?virtual_host=1"


def failed():
    """How many wake-ups this process could not send."""
    return metrics.WAKEUPS_FAILED._value.get()


def waiting_tasks(ear):
    """How many tasks nobody has taken yet."""
    with ear.connection_for_write() as connection:
        return connection.default_channel.client.llen("wafa")
