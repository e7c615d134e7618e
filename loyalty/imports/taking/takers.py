"""Takers: a kind of import is its columns, and how its rows are checked, taken and undone (E-85)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from loyalty.foundation.refusals import Text
from loyalty.imports.files.columns import Column
from loyalty.imports.kinds import ImportKind, ToldRow, Verdict, Work
from loyalty.imports.models import ImportRow

DIGEST_PURPOSE: Final = "import"


class Judging(Protocol):
    """Say what each row comes to, in order, inside a unit of work; 1,000 rows at most."""

    def __call__(self, *, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]: ...


class Undoing(Protocol):
    """Take back what these taken rows brought, as far as it can be; answers one verdict per row, in order."""

    def __call__(self, *, work: Work, rows: Sequence[ImportRow]) -> list[Verdict]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Taker:
    """One kind of import. `check` only reads; `take` judges again, under locks, and writes what is new."""

    kind: ImportKind
    about: Text
    columns: tuple[Column, ...]
    check: Judging
    take: Judging
    undo: Undoing
    undone_at_once: int  # rows in one unit of work


takers: Final[dict[str, Taker]] = {}


def register(taker: Taker) -> Taker:
    """Make a kind of import known."""
    takers[taker.kind.value] = taker
    return taker


def taker_of(kind: str) -> Taker:
    """How rows of this kind are dealt with."""
    return takers[kind]
