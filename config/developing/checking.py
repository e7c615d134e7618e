"""`make check`: everything that is proved without running the suite, each with one line."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from config.developing.locking import REQUIREMENTS, hosts_in, unlocked
from config.embedded.throwaway import throwaway_servers
from config.environment import fresh_secrets

BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")

CHECKS: dict[str, Sequence[str | Path]] = {
    "style": (BIN / "ruff", "check", "--quiet", "."),
    "format": (BIN / "ruff", "format", "--check", "--quiet", "."),
    "types": (BIN / "mypy", "--no-error-summary", "."),
    "walls": (BIN / "lint-imports", "--no-logo"),
    "migrations are there": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "migrations are safe": (*MANAGE, "lintmigrations", "--project-root-path", "."),
    "description of the API": (sys.executable, "-m", "config.developing.describing", "--check"),
    "reference pages": (*MANAGE, "write_reference", "--check"),
    "translations": (*MANAGE, "catalogues", "--check"),
    "deployment": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
}


def main() -> int:
    """Run all of them, also after one has failed."""
    failed = [name for name in ("locks",) if not _locks_are_right()]
    with throwaway_servers():
        for name, command in CHECKS.items():
            if not _holds(name, command):
                failed.append(name)
    if failed:
        sys.stdout.write(f"make check: {', '.join(failed)}\n")
    return 1 if failed else 0


def _locks_are_right() -> bool:
    wrong = hosts_in(REQUIREMENTS) + unlocked(REQUIREMENTS)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    _tell("locks", ok=not wrong, seconds=0)
    return not wrong


def _holds(name: str, command: Sequence[str | Path]) -> bool:
    start = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **(production() if name == "deployment" else {})},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        sys.stdout.write(done.stdout)
    _tell(name, ok=not done.returncode, seconds=time.monotonic() - start)
    return not done.returncode


def production() -> dict[str, str]:
    """The environment of a careful production server."""
    return {
        **fresh_secrets(),
        "WAFA_MODE": "production",
        "WAFA_BASE_URL": "https://wafa.example",
        "WAFA_ALLOWED_HOSTS": "wafa.example",
    }


def _tell(name: str, *, ok: bool, seconds: float) -> None:
    sys.stdout.write(f"{'ok' if ok else 'FAILED':6} {name} ({seconds:.1f} s)\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
