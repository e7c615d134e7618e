"""One PostgreSQL cluster of our own, on a Unix socket."""

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config.embedded import binaries, children, places

USER = "wafa"
PORT = 5432
START_SECONDS_MAX = 60  # after a crash the log is replayed first
STOP_SECONDS_MAX = 30

INITDB = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--encoding=UTF8",
    "--locale=C",
    "--auth=trust",
    f"--username={USER}",
    "--no-instructions",
)
# For tests only: what is lost in a crash is not missed.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "2GB",
    "shared_buffers": "128MB",
    "max_connections": "200",
}
DURABLE = {"shared_buffers": "128MB", "max_connections": "100"}


class ServerFailed(RuntimeError):
    """A server that did not come up; carries the end of its log."""


@dataclass
class Postgres:
    """A cluster in `home`; `start` makes it if it is not there yet."""

    home: Path
    sockets: Path
    durable: bool = True
    child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    guise: children.Guise = field(default_factory=children.guise_for_postgres)

    @property
    def data(self) -> Path:
        """Where the rows lie; elsewhere when `nobody` cannot get into `home`."""
        return places.reachable(self.home / "postgres", self.guise)

    @property
    def log(self) -> Path:
        """What the server says; outside its data, which `initdb` wants empty."""
        return self.home / "postgres.log"

    @property
    def socket_directory(self) -> Path:
        """Where it listens."""
        return places.reachable(self.sockets, self.guise)

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://{USER}@{quote(str(self.socket_directory), safe='')}:{PORT}/{database}"

    def start(self) -> None:
        """Make the cluster if need be, start the server, wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        programs = places.programs_for(binaries.postgres_programs(), self.guise)
        if not (self.data / "PG_VERSION").exists():
            self._make(programs)
        places.hand_over(self.socket_directory, self.guise)
        settings = DURABLE if self.durable else CARELESS
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_directory),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **settings,
        }
        command: list[str | Path] = [programs / "postgres", "-D", self.data, "-p", str(PORT)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.child = children.start(
            command,
            guise=self.guise,
            death_signal=signal.SIGINT,  # fast shutdown
            environment=clean_environment(),
            log=self.log,
        )
        self._wait_until_ready()

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, what was committed is kept."""
        if self.child:
            children.stop(self.child, ask=signal.SIGINT, patience_seconds=STOP_SECONDS_MAX)

    def _make(self, programs: Path) -> None:
        places.hand_over(self.data, self.guise)
        command: list[str | Path] = [programs / "initdb", "-D", self.data, *INITDB]
        if not self.durable:
            command.append("--no-sync")
        if children.run_once(
            command, guise=self.guise, environment=clean_environment(), log=self.log
        ):
            raise ServerFailed(f"initdb failed:\n{end_of(self.log)}")

    def _wait_until_ready(self) -> None:
        assert self.child
        pid_file = self.data / "postmaster.pid"
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until:
            if self.child.poll() is not None:
                raise ServerFailed(f"PostgreSQL ended at once:\n{end_of(self.log)}")
            if _says_ready(pid_file) and answers(self.socket_directory / f".s.PGSQL.{PORT}"):
                return
            time.sleep(0.01)
        self.stop()
        raise ServerFailed(f"PostgreSQL is not ready after {START_SECONDS_MAX} s")


def _says_ready(pid_file: Path) -> bool:
    """The eighth line of the pid file is the server's own word on its state."""
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def answers(path: Path) -> bool:
    """Whether somebody listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(1)
        try:
            caller.connect(str(path))
        except OSError:
            return False
    return True


def clean_environment() -> dict[str, str]:
    """Ours without `PG*`, which would point a program elsewhere, and with a plain locale."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "LANG"))
    }
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def end_of(log: Path, lines: int = 20) -> str:
    """The last words of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no log)"
