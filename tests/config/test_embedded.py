"""PostgreSQL and Valkey in the box: three ways of coping with root, and no trace afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import children, places
from config.embedded.children import Guise
from config.embedded.postgres import Postgres, ServerFailed
from config.embedded.valkey import Valkey
from tests.config.processes import eventually, stat_of, survivors

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path):
    """A short private directory: pytest's own are too long for a socket's path."""
    directory = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp") / f"w{os.getpid()}"
    directory.mkdir(mode=0o700)
    yield directory
    shutil.rmtree(directory)


def started(home, guise):
    postgres = Postgres(home, home / "s", durable=False, guise=guise)
    postgres.start()
    return postgres


def asked(postgres):
    with psycopg.connect(postgres.url("postgres")) as connection:
        return connection.execute("SELECT current_user, current_setting('TimeZone')").fetchone()


def user_of(child):
    return Path(f"/proc/{child.pid}").stat().st_uid


class TestPostgres:
    @as_root
    def test_hides_root_in_a_namespace(self, home):
        if not children.namespaces_work():
            pytest.skip("not run: this kernel gives no user namespace")

        postgres = started(home, Guise.NAMESPACE)

        assert asked(postgres) == ("wafa", "UTC")
        assert (home / "postgres").stat().st_uid == 0
        postgres.stop()

    @as_root
    def test_becomes_nobody_where_there_is_no_namespace(self, home):
        """Its data move to where nobody can get to, since `home` is closed."""
        postgres = started(home, Guise.NOBODY)

        assert asked(postgres) == ("wafa", "UTC")
        assert user_of(postgres.child) == children.NOBODY
        assert postgres.data.is_relative_to("/var/tmp")
        assert postgres.data.stat().st_mode & 0o777 == 0o700
        postgres.stop()
        shutil.rmtree(postgres.data.parent)
        shutil.rmtree(postgres.socket_directory.parent, ignore_errors=True)

    def test_stays_an_ordinary_user(self, home):
        """Root runs it as some user in a process of its own; an ordinary user simply runs it."""
        python = next((p for p in (sys.executable, "/usr/bin/python3") if usable_by_all(p)), None)
        if python is None:
            pytest.skip("not run: no Python here that another user may start")
        user = pwd.getpwnam("daemon").pw_uid if os.geteuid() == 0 else os.geteuid()
        if os.geteuid() == 0:
            os.chown(home, user, user)
        told = (
            "from pathlib import Path; from config.embedded.postgres import Postgres\n"
            f"postgres = Postgres(Path({str(home)!r}), Path({str(home)!r}) / 's', durable=False)\n"
            "postgres.start(); print(postgres.guise.name); postgres.stop()"
        )

        done = subprocess.run(
            [python, "-c", told],
            user=user if os.geteuid() == 0 else None,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}"},
            cwd="/",
            check=False,
            capture_output=True,
            text=True,
        )

        assert (done.stdout.strip(), done.stderr) == ("OURSELVES", "")
        assert (home / "postgres").stat().st_uid == user

    def test_keeps_what_was_committed_when_it_is_durable(self, home):
        """V-1: killed at once, started again."""
        postgres = Postgres(home, home / "s")
        postgres.start()
        with psycopg.connect(postgres.url("postgres")) as connection:
            connection.execute("CREATE TABLE cups AS SELECT 3 AS drunk")
        careful = ("fsync", "full_page_writes", "synchronous_commit")
        with psycopg.connect(postgres.url("postgres")) as connection:
            shown = [connection.execute(f"SHOW {name}").fetchone()[0] for name in careful]

        postgres.child.kill()
        postgres.child.wait()
        eventually(lambda: not (home / "s" / ".s.PGSQL.5432").exists() or restarted(postgres))

        with psycopg.connect(postgres.url("postgres")) as connection:
            assert connection.execute("SELECT drunk FROM cups").fetchone() == (3,)
        assert shown == ["on", "on", "on"]
        postgres.stop()

    def test_listens_on_a_private_socket_alone(self, home):
        postgres = started(home, children.guise_for_postgres())

        with psycopg.connect(postgres.url("postgres")) as connection:
            (addresses,) = connection.execute("SHOW listen_addresses").fetchone()

        assert addresses == ""
        assert postgres.socket_directory.stat().st_mode & 0o777 == 0o700
        postgres.stop()

    def test_tells_why_it_did_not_start(self, home):
        postgres = started(home, children.guise_for_postgres())
        postgres.stop()
        (postgres.data / "PG_VERSION").write_text("9\n")

        with pytest.raises(ServerFailed, match="ended at once"):
            postgres.start()


def restarted(postgres):
    """Its own children take a moment to notice that it died; until then it refuses to start."""
    try:
        postgres.start()
    except ServerFailed:
        return False
    return True


def usable_by_all(program):
    path = Path(program).resolve()
    return path.exists() and places.is_open_to_all(path.parent) and places.is_open_to_all(ROOT)


class TestValkey:
    def test_answers_and_keeps_nothing_on_disk(self, home):
        valkey = Valkey(home, home / "s")
        valkey.start()

        with redis.from_url(valkey.url) as client:
            assert client.ping() is True
            assert client.config_get("save", "port") == {"save": "", "port": "0"}
        valkey.stop()
        assert stat_of(valkey.child.pid) is None


class TestChildren:
    def test_die_with_a_killed_parent(self, tmp_path):
        """PDEATHSIG: not even `kill -9` leaves an orphan."""
        told = (
            "import sys, time; sys.path.insert(0, sys.argv[1])\n"
            "from config.embedded import children\n"
            "print(children.start(['sleep', '60']).pid, flush=True); time.sleep(60)"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", told, str(ROOT)], stdout=subprocess.PIPE, text=True
        )
        pid = int(parent.stdout.readline())
        child = {(pid, stat_of(pid)[19])}

        parent.kill()
        parent.wait()
        parent.stdout.close()

        eventually(lambda: not survivors(child), seconds=5)

    def test_do_not_hear_the_terminal(self):
        """Ctrl-C goes to us; we decide who ends in which order."""
        child = children.start(["sleep", "60"])

        assert os.getsid(child.pid) == child.pid
        assert children.stop(child, ask=signal.SIGTERM, patience_seconds=5) == -signal.SIGTERM

    def test_that_do_not_listen_are_ended_by_force(self):
        child = children.start(["sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60"])
        time.sleep(0.2)

        assert children.stop(child, ask=signal.SIGTERM, patience_seconds=0.2) == -signal.SIGKILL
        os.killpg(child.pid, signal.SIGKILL)
