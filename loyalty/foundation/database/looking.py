"""Looking: while a page is put together or a batch of facts heard, what was asked once is not asked again (U-51, G-105)."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_seen: ContextVar[dict[Any, Any] | None] = ContextVar("wafa_seen_in_one_look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Remember the answers of `asked_once` until the end: only around what changes nothing of what they tell."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def asked_once(read: Callable[P, R]) -> Callable[P, R]:
    """Let this reading answer from memory inside one look; its arguments are hashable, and nobody changes the answer."""

    @functools.wraps(read)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        seen = _seen.get()
        if seen is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in seen:
            seen[key] = read(*args, **kwargs)
        answer: R = seen[key]
        return answer

    return remembered
