"""Looking: while a page is put together or a batch of facts heard, what was asked once is not asked again (U-51, G-105)."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_seen: ContextVar[dict[Any, Any] | None] = ContextVar("wafa_seen_in_one_look", default=None)
_writes: ContextVar[bool] = ContextVar("wafa_writes_while_looking", default=False)


@contextmanager
def one_look() -> Iterator[None]:
    """Remember the answers of `asked_once` and `seen_once` until the end: only around what changes nothing of them."""
    with _remembering(writes=False):
        yield


@contextmanager
def one_hearing() -> Iterator[None]:
    """Remember the answers of `asked_once` alone: around a batch of facts, which moves what members have."""
    with _remembering(writes=True):
        yield


def asked_once(read: Callable[P, R]) -> Callable[P, R]:
    """Let this reading of what staff decide answer from memory inside one look or hearing.

    Its arguments are hashable, and nobody changes the answer.
    """
    return _remembered(read, is_theirs=False)


def seen_once(read: Callable[P, R]) -> Callable[P, R]:
    """The same for what members' deeds change: inside a look only, for a batch of facts writes it and reads it again."""
    return _remembered(read, is_theirs=True)


@contextmanager
def _remembering(*, writes: bool) -> Iterator[None]:
    seen, writing = _seen.set({}), _writes.set(writes)
    try:
        yield
    finally:
        _writes.reset(writing)
        _seen.reset(seen)


def _remembered(read: Callable[P, R], *, is_theirs: bool) -> Callable[P, R]:
    @functools.wraps(read)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        seen = _seen.get()
        if seen is None or (is_theirs and _writes.get()):
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in seen:
            seen[key] = read(*args, **kwargs)
        answer: R = seen[key]
        return answer

    return remembered
