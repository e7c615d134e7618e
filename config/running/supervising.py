"""The supervisor: database, wake-ups, web and worker as children; all of them end with it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psycopg

from config.embedded import addresses, children
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.running.home import Home, InUse
from config.running.keeping import Program, Service, say

HOST = "127.0.0.1"
LOOK_EVERY_SECONDS = 0.1
READY_SECONDS_MAX = 180  # a busy machine compiles everything first
DATABASE = "wafa"
DEMO_SHOP = {"SHOP_PROGRAM": "cafe", "SHOP_MEMBER": "ext:00004"}  # as `play_demo` has them
ROOT = Path(__file__).resolve().parents[2]


class Stopped(Exception):
    """We were told to stop while waiting for something."""


@dataclass
class Supervisor:
    """Runs everything; `demo` holds the options of `play_demo`, or None."""

    home: Home
    port: int
    demo: Sequence[str] | None = None
    services: list[Service] = field(default_factory=list)
    told_to_stop: bool = False

    def run(self) -> int:
        """Until Ctrl-C or SIGTERM: then stop everything, wait, 0. Data stay."""
        for ask in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ask, self._hear)
        try:
            self._be_alone_on_the_port()
            self._start_servers()
            self._once(["migrate", "--verbosity", "0"], role="migrations")
            self._start_programs()
            self._wait_for_the_web()
            if self.demo is not None:
                self._once(["play_demo", "--shop", self._shop, *self.demo], role="jobs")
                self._open_the_shop()
            self._tell()
            while True:
                self._watch()
        except Stopped:
            return 0
        except subprocess.CalledProcessError as failure:
            say(f"{failure.cmd} failed ({failure.returncode})")
            return 1
        finally:
            self._stop()

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        self.told_to_stop = True

    def _watch(self) -> None:
        """One look at everything; raises Stopped."""
        if self.told_to_stop:
            raise Stopped
        now = time.monotonic()
        for service in self.services:
            service.look_after(now=now)
        time.sleep(LOOK_EVERY_SECONDS)

    def _be_alone_on_the_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as taken:
                raise InUse(f"Port {self.port} is not free ({taken.strerror}): set PORT.") from None

    def _start_servers(self) -> None:
        """Those that we are not given by environment."""
        self.home.forget_metrics()
        self.home.forget_metrics()  # before the first command of ours begins to count
        directory, sockets = self.home.directory, self.home.sockets
        found = {"web": f"http://{HOST}:{self.port}"}
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(directory, sockets)
            self._keep("database", postgres)
            make_database(postgres)
            found["database"] = postgres.url(DATABASE)
        if not os.environ.get("VALKEY_URL"):
            valkey = Valkey(directory, sockets)
            self._keep("wake-ups", valkey)
            found["valkey"] = valkey.url
        addresses.publish(directory, found)

    def _start_programs(self) -> None:
        web = [
            "granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port),
            "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers",
            "--workers-kill-timeout", "30", "--log-level", "warning", "config.wsgi:application",
        ]  # fmt: skip
        worker = [
            "celery", "-A", "config.celery", "worker", "--beat", "--pool", "threads",
            "--concurrency", "4", "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        self._keep("web", self._program("web", web))
        self._keep("worker", self._program("jobs", worker))

    @property
    def _shop(self) -> str:
        """Where the demo's shop is: another port is another origin (U-74)."""
        return f"http://{HOST}:{self.port + 1}"

    def _open_the_shop(self) -> None:
        """A plain page with the widget, unless somebody else sits on the next port."""
        if not is_free(self.port + 1):
            say(f"shop   not served: port {self.port + 1} is not free")
            return
        command = [sys.executable, "-m", "config.running.storefront", str(self.port + 1)]
        told = {"SHOP_WAFA": f"http://{HOST}:{self.port}", **DEMO_SHOP}
        environment = {**self._environment("web"), **told}
        self._keep("shop", Program(command, environment, self.home.log("shop")))

    def _program(self, role: str, command: Sequence[str]) -> Program:
        return Program(
            command=[sys.executable, "-m", *command],
            environment=self._environment(role),
            log=self.home.log(command[0]),
        )

    def _keep(self, name: str, server: "Postgres | Valkey | Program") -> None:
        service = Service(name=name, server=server)
        self.services.append(service)
        service.start()

    def _environment(self, role: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATA_DIR": str(self.home.directory),
            "PORT": str(self.port),
            "WAFA_ROLE": role,
            "WAFA_SUPERVISED": "yes",
            "PROMETHEUS_MULTIPROC_DIR": str(self.home.metrics),
            "PYTHONUNBUFFERED": "1",
        }

    def _once(self, command: Sequence[str], *, role: str) -> None:
        """A command of ours, to its end, on this terminal, while everything else is looked after."""
        child = children.start(
            [sys.executable, str(ROOT / "manage.py"), *command],
            environment=self._environment(role),
        )
        try:
            while child.poll() is None:
                self._watch()
        finally:
            children.stop(child, ask=signal.SIGTERM, patience_seconds=10)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command[0])

    def _wait_for_the_web(self) -> None:
        until = time.monotonic() + READY_SECONDS_MAX
        while not is_answered(self.port):
            if time.monotonic() > until:
                raise subprocess.CalledProcessError(
                    1, f"web: no answer within {READY_SECONDS_MAX} s (see logs/granian.log)"
                )
            self._watch()

    def _tell(self) -> None:
        address = f"http://{HOST}:{self.port}"
        say(f"API    {address}/docs/api")
        say(f"admin  {address}/admin/")
        say(f"logs   {self.home.directory / 'logs'}")
        say(f"ready {address}")

    def _stop(self) -> None:
        """Those who ask first, those who answer last."""
        for service in reversed(self.services):
            service.stop()
        addresses.withdraw(self.home.directory)


def make_database(postgres: Postgres) -> None:
    """Our database in a new cluster."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as upkeep:
        known = upkeep.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not known.fetchone():
            upkeep.execute(f"CREATE DATABASE {DATABASE}")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_answered(port: int) -> bool:
    """Whether requests are answered."""
    caller = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        caller.request("GET", "/livez")
        return caller.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        caller.close()
