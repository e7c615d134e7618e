"""Rebuilding: what is derived can be worked out again from rows; rooms register how (V-36)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from loyalty.foundation.proofs.proving import Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A derived row that was not what its sources say."""

    row: str
    found: str
    rebuilt: str


# Works through the scope, in units of its own under the members' locks; `dry_run` only tells.
Rebuilder: TypeAlias = Callable[[Scope, bool], Iterator[Difference]]

_rebuilders: Final[dict[str, Rebuilder]] = {}


def rebuilds(what: str) -> Callable[[Rebuilder], Rebuilder]:
    """Register how this is rebuilt: `manage.py rebuild <what>`."""

    def register(rebuilder: Rebuilder) -> Rebuilder:
        _rebuilders[what] = rebuilder
        return rebuilder

    return register


def rebuildable() -> list[str]:
    """What can be rebuilt."""
    return sorted(_rebuilders)


def rebuild(what: str, *, scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """Rebuild this in that scope; answers the differences, as they are found."""
    return _rebuilders[what](scope, dry_run)
