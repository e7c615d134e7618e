"""Services: children that are started again when they die, ever more slowly, never for good."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from config.embedded import children
from config.embedded.postgres import ServerFailed

PAUSES_SECONDS = (0.5, 1, 2, 4, 8, 15, 30)
STEADY_SECONDS = 60  # whoever lived that long starts afresh with the shortest pause


class Server(Protocol):
    """What can be started and stopped, and is a child of ours meanwhile."""

    child: "subprocess.Popen[bytes] | None"

    def start(self) -> None:
        """Start it; it works when this returns, or raises ServerFailed."""

    def stop(self) -> None:
        """Stop it and wait."""


@dataclass
class Program:
    """A program of ours, web or worker."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    patience_seconds: float = 35  # work in flight has 30 (V-34)
    child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Start it; whether it works is for others to ask."""
        self.child = children.start(self.command, environment=self.environment, log=self.log)

    def stop(self) -> None:
        """Ask it to end its work."""
        if self.child:
            children.stop(self.child, ask=signal.SIGTERM, patience_seconds=self.patience_seconds)
            end_group(self.child)


@dataclass
class Service:
    """A server that is kept going."""

    name: str
    server: Server
    falls: int = 0
    started_at: float = 0.0
    due_at: float | None = None

    def start(self) -> None:
        """Start it now."""
        self.started_at = time.monotonic()
        self.due_at = None
        self.server.start()

    def look_after(self, *, now: float) -> None:
        """Notice a death, and start again once the pause is over."""
        if self.due_at is not None:
            if now >= self.due_at:
                self._start_again()
            return
        child = self.server.child
        if child is None or child.poll() is None:
            return
        end_group(child)
        self._fall(f"{self.name} ended ({child.returncode})", now=now)

    def stop(self) -> None:
        """Stop it for good."""
        self.due_at = None
        self.server.stop()

    def _start_again(self) -> None:
        try:
            self.start()
        except ServerFailed as failure:
            self._fall(f"{self.name} did not start: {failure}", now=time.monotonic())

    def _fall(self, what: str, *, now: float) -> None:
        self.falls = 1 if now - self.started_at > STEADY_SECONDS else self.falls + 1
        pause = PAUSES_SECONDS[min(self.falls, len(PAUSES_SECONDS)) - 1]
        self.due_at = now + pause
        say(f"{what}; starting it again in {pause} s")


def end_group(child: "subprocess.Popen[bytes]") -> None:
    """End whatever a dead child left: it led a group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def say(line: str) -> None:
    """One line for whoever watches."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
