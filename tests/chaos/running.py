"""One whole Wafa of real processes in a directory of its own, and a way to kill its parts by their ids."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS_MAX = 120
PARTS = {"web": "granian", "worker": "celery", "valkey": "valkey"}


class Running:
    """`python -m config.running` with its own data, and commands beside it."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.port = directory, _free_port()
        directory.mkdir(parents=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "DATA_DIR": str(directory),
            "PORT": str(self.port),
        }
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop("VALKEY_URL", None)
        self.process: subprocess.Popen[bytes] | None = None
        self.killed: list[str] = []

    def __enter__(self) -> "Running":
        with (self.directory / "running.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.running"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if b"ready http" in (self.directory / "running.log").read_bytes():
                return self
            assert self.process.poll() is None, (self.directory / "running.log").read_text()
            time.sleep(0.2)
        raise AssertionError("not ready in time")

    def __exit__(self, *_error: object) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=90)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A command beside the server, left running."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def command(self, *arguments: str) -> Any:
        """A command beside the server: its JSON; whoever fails because a part is down is asked again."""
        for _try in range(10):
            command = self.start(*arguments)
            output, _nothing = command.communicate(timeout=300)
            if command.returncode == 0:
                return json.loads(output.decode().splitlines()[-1]) if output.strip() else None
            time.sleep(2)
        raise AssertionError(f"{arguments} failed: {output.decode()[-2000:]}")

    def post(self, path: str, body: Any, *, key: str, idempotency: str) -> Any:
        """Tell it until somebody answers: the same key, the same body, however often it takes."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
                "Idempotency-Key": idempotency,
            },
        )
        for _try in range(300):
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                    return json.loads(answer.read())
            except urllib.error.HTTPError as refused:
                if refused.code not in {409, 429, 503}:
                    raise
            except (OSError, ValueError):
                pass  # no answer: the only way to know is to ask again
            time.sleep(0.2)
        raise AssertionError("nobody answered")

    def get(self, path: str, *, key: str) -> Any:
        """Ask once; nothing is being killed any more."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {key}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def answers(self) -> bool:
        """Whether the web is up."""
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=2) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def kill_a_part(self, name: str) -> None:
        """Kill one process of this part, by its id; only our own children are looked at."""
        assert self.process is not None
        ours = psutil.Process(self.process.pid).children(recursive=True)
        victims = [each for each in ours if PARTS[name] in " ".join(_words(each))]
        if victims:
            with suppress(psutil.NoSuchProcess):
                random.choice(victims).kill()
                self.killed.append(name)


class Killer(threading.Thread):
    """Kills a random part every few seconds until it is told to stop."""

    def __init__(self, running: Running, *, every_seconds: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.running, self.every_seconds = running, every_seconds
        self.chance, self.ended = random.Random(seed), threading.Event()

    def run(self) -> None:
        while not self.ended.wait(self.every_seconds):
            if (
                self.running.answers()
            ):  # a part that is not back yet cannot show what its death breaks
                self.running.kill_a_part(self.chance.choice(sorted(PARTS)))

    def stop(self) -> None:
        self.ended.set()
        self.join()


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
