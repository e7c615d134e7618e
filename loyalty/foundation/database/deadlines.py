"""Deadlines on our side of the wire: a frozen server keeps no limits of its own (V-27).

One thread watches every guarded connection and shuts the socket of one that is overdue, so that the waiting call
fails at once instead of hanging for ever.
"""

import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from loyalty.foundation import metrics

LOOK_EVERY_SECONDS: Final = 0.25

_watched: dict[int, tuple[float, int]] = {}
_numbers = itertools.count()
_lock = threading.Lock()
_watcher: list[
    tuple[int, threading.Thread]
] = []  # with the process id: a fork leaves threads behind


def _cut(descriptor: int) -> None:
    metrics.DEADLINES.inc()
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as wire:
        wire.shutdown(socket.SHUT_RDWR)


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY_SECONDS)
        now = time.monotonic()
        for number, (due, descriptor) in list(_watched.items()):
            # Whoever removes the row owns the descriptor: after that it may belong to another connection.
            if now >= due and _watched.pop(number, (0.0, -1))[1] == descriptor:
                _cut(descriptor)


def _start_watching() -> None:
    with _lock:
        if _watcher and _watcher[0][0] == os.getpid() and _watcher[0][1].is_alive():
            return
        thread = threading.Thread(target=_watch, name="wafa-deadlines", daemon=True)
        _watcher[:] = [(os.getpid(), thread)]
        thread.start()


@contextmanager
def kept(connection: BaseDatabaseWrapper, *, seconds: float) -> Iterator[None]:
    """Cut this connection's socket if the block is not through in time."""
    wire = connection.connection
    if wire is None or wire.closed:
        yield
        return
    if not _watcher or _watcher[0][0] != os.getpid():
        _start_watching()
    number = next(_numbers)
    _watched[number] = (time.monotonic() + seconds, wire.fileno())
    try:
        yield
    finally:
        _watched.pop(number, None)


def _guard(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    with kept(context["connection"], seconds=settings.STATEMENT_SECONDS_MAX + 1):
        return execute(sql, params, many, context)


def guard_statements(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Put the deadline around every statement of a new connection."""
    if connection.vendor == "postgresql" and _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def install() -> None:
    """Called once by the app's `ready`."""
    connection_created.connect(guard_statements, dispatch_uid="wafa.deadlines")
