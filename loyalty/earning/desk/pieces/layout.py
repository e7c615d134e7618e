"""Layout: what a page shows of a piece, under which heading; and paths in JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loyalty.foundation.refusals import Text

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A field or something inside, and for which kinds it is asked (empty: always)."""

    what: Any
    kinds: str
    is_field: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Fields under one heading; folded away unless something stands in it or is wrong."""

    title: Text
    content: Sequence[Item]
    is_open: bool

    @property
    def kinds(self) -> str:
        """The kinds for which anything in it is asked; empty if something always is."""
        if not all(each.kinds for each in self.content):
            return ""
        return " ".join(dict.fromkeys(kind for each in self.content for kind in each.kinds.split()))


def is_in(name: str, wanted: Sequence[str]) -> bool:
    return name.startswith(tuple(wanted))


def at_path(told: Any, path: Sequence[str]) -> Any:
    for step in path:
        told = told.get(step) if isinstance(told, dict) else None
    return told


def put(found: Json, path: Sequence[str], value: Any) -> None:
    *parents, last = path
    for step in parents:
        found = found.setdefault(step, {})
    found[last] = value
