"""Starts PostgreSQL and Valkey for one run of the tests, before Django reads its settings.

Named in `addopts` with `-p`. The process that the reader started owns the servers; workers of
pytest-xdist inherit their addresses by environment.
"""

import atexit
import contextlib
import os
import secrets
from collections.abc import Generator

import pytest

from config.embedded.throwaway import throwaway_servers
from config.environment import fresh_secrets

HOME = "WAFA_TEST_HOME"

owned: list[contextlib.ExitStack] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Be ready before anything imports Django's settings."""
    if HOME not in os.environ:
        owned.append(contextlib.ExitStack())
        atexit.register(pytest_unconfigure)  # also when Django does not even start
        home = owned[-1].enter_context(throwaway_servers())
        os.environ.update(
            fresh_secrets(),
            WAFA_TEST_HOME=str(home),
            WAFA_TEST_RUN=secrets.token_hex(4),
            WAFA_DATABASE_POOL="no",
            WAFA_LOG_LEVEL="WARNING",
        )
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what we started."""
    while owned:
        owned.pop().close()
