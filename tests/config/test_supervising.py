"""`make run` on one machine: one line when it is ready, nothing left when it ends, data stay."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.config.processes import (
    descendants_of,
    eventually,
    survivors,
    the_one,
    without_servers,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def started(tmp_path):
    """Starts a supervisor on a free port; ends whatever a test leaves running."""
    running = []

    def start(data=tmp_path / "data", *, port=None):
        port = port or free_port()
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "config.running"],
                env={**without_servers(), "DATA_DIR": str(data), "PORT": str(port)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return running[-1], data, port

    yield start
    for child in running:
        child.kill()
        child.wait()
        child.stdout.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(supervisor):
    """Its words, up to and with the promised line."""
    said = []
    for line in supervisor.stdout:
        said.append(line.strip())
        if line.startswith("ready "):
            return said
    raise AssertionError("\n".join(said))


def is_alive(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def staff_told_beside(data):
    """What `manage.py` finds in another terminal that knows DATA_DIR alone."""
    count = "from loyalty.access.models import User; print(User.objects.count())"
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", count],
        env={**without_servers(), "DATA_DIR": str(data)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_everything_starts_heals_ends_and_starts_again(started):
    """V-1, and what the tables of reliability promise: all comes back, with no manual step."""
    supervisor, data, port = started()

    assert wait_until_ready(supervisor)[-1] == f"ready http://127.0.0.1:{port}"

    # Beside it, the command line finds the same database; a second server does not start.
    assert staff_told_beside(data).stdout.strip() == "0"
    second, *_ = started(data)
    assert "already runs" in second.stdout.read()
    assert second.wait() == 1

    # One of each dies and comes back.
    below = descendants_of(supervisor.pid)
    for words in (("granian", "config.wsgi"), ("celery", "worker"), ("valkey-server",)):
        old = the_one(below, *words)
        os.kill(old, signal.SIGKILL)
        eventually(
            lambda words=words, old=old: (
                the_one(descendants_of(supervisor.pid), *words) not in {None, old}
            )
        )
    eventually(lambda: is_alive(port), seconds=60)

    # Told to stop, it ends everything and keeps the data.
    below = descendants_of(supervisor.pid)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=60) == 0
    assert survivors(below) == set()
    assert (data / "postgres" / "PG_VERSION").exists()
    assert "No database runs for this DATA_DIR" in staff_told_beside(data).stderr

    # Started again on them and killed, it leaves no orphan.
    supervisor, *_ = started(data)
    wait_until_ready(supervisor)
    below = descendants_of(supervisor.pid)
    assert len(below) > 8  # PostgreSQL, Valkey, web with two workers, worker with metronome

    supervisor.kill()

    eventually(lambda: not survivors(below), seconds=60)


def test_a_taken_port_is_told_in_one_line(started):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        supervisor, *_ = started(port=other.getsockname()[1])

        assert supervisor.wait(timeout=30) == 1
        assert "set PORT" in supervisor.stdout.read()
