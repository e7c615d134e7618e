"""Differences between two documents, path by path, for people to review before they apply one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from loyalty.foundation.shapes import below


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place that changes. `before` or `after` is None where a side does not have it."""

    pointer: str
    before: Any
    after: Any


def differences_between(before: Any, after: Any, *, pointer: str = "") -> list[Difference]:
    """Every place in which two documents differ; items of lists are matched by their slug."""
    return list(_walk(before, after, pointer=pointer))


def _walk(before: Any, after: Any, *, pointer: str) -> Iterator[Difference]:
    if before == after:
        return
    before_items, after_items = _named(before), _named(after)
    if before_items is None or after_items is None:
        yield Difference(pointer=pointer, before=before, after=after)
        return
    for name in before_items | after_items:
        yield from _walk(
            before_items.get(name), after_items.get(name), pointer=below(pointer, name)
        )


def _named(value: Any) -> dict[str, Any] | None:
    if isinstance(value, dict):
        return value
    if (
        isinstance(value, list)
        and value
        and all(isinstance(v, dict) and "slug" in v for v in value)
    ):
        return {v["slug"]: v for v in value}
    return None
