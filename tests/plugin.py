"""Starts PostgreSQL and Valkey for one run of the tests, before Django reads its settings.

Named in `addopts` with `-p`. The process that the reader started owns the servers; workers of
pytest-xdist inherit their addresses by environment.
"""

import contextlib
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from config.embedded import children, places
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.environment import fresh_secrets

MEMORY = Path("/dev/shm")  # noqa: S108 (each run makes a private directory in it)
ROOM_MIN_BYTES = 1024**3
PREFIX = "wafa-tests-"
HOME = "WAFA_TEST_HOME"

owned: list[contextlib.ExitStack] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Be ready before anything imports Django's settings."""
    if HOME not in os.environ:
        owned.append(contextlib.ExitStack())
        owned[-1].enter_context(servers())
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what we started."""
    while owned:
        owned.pop().close()


@contextlib.contextmanager
def servers() -> Iterator[None]:
    """Servers in memory, as fast and as careless as they can be; or those that we are given."""
    sweep()
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=spacious()))
    with contextlib.ExitStack() as cleaning:
        cleaning.callback(shutil.rmtree, home, ignore_errors=True)
        os.environ[HOME] = str(home)
        os.environ.update(fresh_secrets(), DATA_DIR=str(home / "data"), WAFA_DATABASE_POOL="no")
        os.environ.setdefault("WAFA_TEST_RUN", secrets.token_hex(4))
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(home, home / "s", durable=False)
            postgres.start()
            assert postgres.child
            cleaning.callback(
                children.stop, postgres.child, ask=signal.SIGQUIT, patience_seconds=10
            )
            os.environ["DATABASE_URL"] = postgres.url("postgres")
        if not os.environ.get("VALKEY_URL"):
            valkey = Valkey(home, home / "s")
            valkey.start()
            cleaning.callback(valkey.stop)
            os.environ["VALKEY_URL"] = valkey.url
        yield


def spacious() -> Path:
    """Memory if there is plenty, else the usual place for temporary files."""
    enough = places.free_bytes(MEMORY) >= ROOM_MIN_BYTES and os.access(MEMORY, os.W_OK)
    return MEMORY if enough else Path(tempfile.gettempdir())


def sweep() -> None:
    """Remove what runs left behind that were killed; their servers died with them."""
    for left in spacious().glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)
