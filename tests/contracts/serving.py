"""A Wafa that is served for real, on servers of its own, with a café and a key to it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded import children
from config.embedded.throwaway import throwaway_servers
from config.environment import fresh_secrets
from config.running.supervising import HOST, is_answered

READY_SECONDS_MAX = 60


@dataclass(frozen=True)
class Served:
    """Where it is, and the key to it."""

    address: str
    key: str


@contextlib.contextmanager
def a_served_cafe() -> Iterator[Served]:
    """Serve until the block ends; the servers and all data are gone afterwards."""
    with throwaway_servers() as home:
        os.environ.update(fresh_secrets(), WAFA_LOG_LEVEL="ERROR")
        _manage("migrate", "--verbosity", "0")
        program = ["--slug", "cafe", "--name", "Corner Café", "--zone", "Europe/Berlin"]
        _manage("create_program", *program, "--currency", "EUR", "--preset", "cafe", "--test")
        told = _manage(
            "create_key", "--program", "cafe", "--name", "contract", "--scopes", "*", "--json"
        )
        port = _free_port()
        web = children.start(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST,
                "--port", str(port), "--workers", "1", "--blocking-threads", "4",
                "--log-level", "warning", "config.wsgi:application",
            ],
            environment={**os.environ, "WAFA_ROLE": "web", "WAFA_SUPERVISED": "yes"},
            log=home / "web.log",
        )  # fmt: skip
        try:
            _wait_for(port, web)
            yield Served(address=f"http://{HOST}:{port}", key=json.loads(told)["key"])
        finally:
            children.stop(web, ask=signal.SIGTERM, patience_seconds=10)
            _show_complaints(home / "web.log")


def _manage(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        env={**os.environ, "WAFA_DATABASE_POOL": "no"},
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, web: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while not is_answered(port):
        assert web.poll() is None, "the web server ended"
        assert time.monotonic() < until, "the web server does not answer"
        time.sleep(0.1)


def _show_complaints(log: Path) -> None:
    """What broke inside, each kind once: how often, where in our code, and what was said."""
    kinds: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            trace = str(json.loads(line).get("exception", ""))
            ours = [part for part in trace.splitlines() if "/loyalty/" in part]
            if trace:
                kinds[f"{(ours or ['?'])[-1].strip()}: {trace.splitlines()[-1][:300]}"] += 1
    for kind, times in kinds.most_common():
        sys.stdout.write(f"{times:5} x {kind}\n")
