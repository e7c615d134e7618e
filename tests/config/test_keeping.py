"""A service that dies is started again, ever more slowly, and never given up."""

import signal
import sys
import time

from config.embedded.postgres import ServerFailed
from config.running.keeping import PAUSES_SECONDS, STEADY_SECONDS, Program, Service


def a_service(tmp_path, *, code):
    program = Program(command=[sys.executable, "-c", code], environment={}, log=tmp_path / "log")
    return Service(name="till", server=program)


def test_one_that_dies_is_started_again_after_a_growing_pause(tmp_path, capsys):
    till = a_service(tmp_path, code="pass")
    now = time.monotonic()
    pauses = []

    till.start()
    for _ in range(len(PAUSES_SECONDS) + 2):
        till.server.child.wait()
        till.look_after(now=now)
        pauses.append(till.due_at - now)
        till.look_after(now=till.due_at)

    till.stop()
    assert pauses == [*PAUSES_SECONDS, PAUSES_SECONDS[-1], PAUSES_SECONDS[-1]]
    assert "till ended (0); starting it again in 0.5 s" in capsys.readouterr().out


def test_one_that_lived_long_starts_afresh_with_the_shortest_pause(tmp_path):
    till = a_service(tmp_path, code="pass")
    till.start()
    till.falls = 5
    till.server.child.wait()

    later = time.monotonic() + STEADY_SECONDS + 1
    till.look_after(now=later)

    assert till.due_at == later + PAUSES_SECONDS[0]


def test_one_that_does_not_even_start_is_tried_again(tmp_path, capsys):
    till = a_service(tmp_path, code="pass")
    till.start()
    till.server.child.wait()
    till.look_after(now=1e9)

    def refuse():
        raise ServerFailed("no room")

    till.server.start = refuse
    till.look_after(now=till.due_at)

    assert till.due_at is not None
    assert "till did not start: no room" in capsys.readouterr().out


def test_one_that_will_not_stop_is_ended_by_force(tmp_path):
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    till = a_service(tmp_path, code=stubborn)
    till.server.patience_seconds = 0.2
    till.start()
    while "up" not in (tmp_path / "log").read_text():
        time.sleep(0.01)

    till.stop()

    assert till.server.child.returncode == -signal.SIGKILL
