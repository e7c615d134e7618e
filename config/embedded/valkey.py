"""One Valkey of our own, on a Unix socket."""

import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import binaries, children, places
from config.embedded.postgres import ServerFailed, answers, clean_environment, end_of

START_SECONDS_MAX = 10
STOP_SECONDS_MAX = 5


@dataclass
class Valkey:
    """A server in `home`. It keeps nothing on disk: wake-ups and caches may be lost."""

    home: Path
    sockets: Path
    child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "valkey.log"

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """Its address, without a database number."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        places.private(self.sockets)
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "dir": str(self.home),
            "maxmemory": "256mb",
            # Never evict a wake-up in favour of a cached page: refuse, and the sweeper does the rest.
            "maxmemory-policy": "volatile-lru",
        }
        command: list[str | Path] = [binaries.valkey_program()]
        for name, value in options.items():
            command += [f"--{name}", value]
        self.child = children.start(command, environment=clean_environment(), log=self.log)
        until = time.monotonic() + START_SECONDS_MAX
        while not answers(self.socket):
            if self.child.poll() is not None or time.monotonic() > until:
                self.stop()
                raise ServerFailed(f"Valkey did not start:\n{end_of(self.log)}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Ask it to end."""
        if self.child:
            children.stop(self.child, ask=signal.SIGTERM, patience_seconds=STOP_SECONDS_MAX)
