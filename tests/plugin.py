"""Starts PostgreSQL and Valkey for the tests, before Django reads its settings.

Named in `addopts` with `-p`. With pytest-xdist each worker has servers of its own: in a shared cluster a
long transaction of one worker's test would hide the facts of another's, since snapshots span databases.
"""

import atexit
import contextlib
import os
import secrets
import tempfile
from collections.abc import Generator, Iterator

import pytest

from config.embedded.throwaway import throwaway_servers
from config.environment import fresh_secrets

owned: list[contextlib.ExitStack] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Be ready before anything imports Django's settings."""
    owned.append(contextlib.ExitStack())
    atexit.register(pytest_unconfigure)  # also when Django does not even start
    os.environ.setdefault("WAFA_TEST_RUN", secrets.token_hex(4))
    os.environ.update(fresh_secrets(), WAFA_DATABASE_POOL="no", WAFA_LOG_LEVEL="WARNING")
    home = nothing() if hands_out(early_config) else throwaway_servers()
    os.environ["WAFA_TEST_HOME"] = str(owned[-1].enter_context(home))
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what we started."""
    while owned:
        owned.pop().close()


def hands_out(config: pytest.Config) -> bool:
    """Whether this process only gives tests to workers, and runs none."""
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    return bool(getattr(config.known_args_namespace, "numprocesses", None)) and not is_worker


@contextlib.contextmanager
def nothing() -> Iterator[str]:
    """No servers, but a place for what settings write."""
    with tempfile.TemporaryDirectory(prefix="wafa-tests-") as home:
        os.environ["DATA_DIR"] = f"{home}/data"
        yield home
