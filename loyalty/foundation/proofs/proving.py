"""Proving: invariants that rooms register, and one walk through all of them that names what is wrong (V-35).

A check reads rows and never repairs. It runs in read-only snapshots, beside traffic.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from django.db import connection, transaction

from loyalty.foundation.ids import Id

FIRST_ID: Final = Id(int=0)
LAST_ID: Final = Id(int=2**128 - 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What to look at: a programme, a member, what was touched since; a sample; and, within, a range of ids."""

    program_id: Id | None = None
    member_id: Id | None = None
    since: datetime | None = None
    sample: int | None = None
    above: Id = FIRST_ID
    upto: Id = LAST_ID
    ids: tuple[Id, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """A row that breaks an invariant: what stands there, and what should."""

    invariant: str
    name: str
    row: str
    found: str
    expected: str


Found: TypeAlias = tuple[str, str, str]  # row, found, expected
Check: TypeAlias = Callable[[Scope], Iterable[Found]]
Parts: TypeAlias = Callable[[Scope], Sequence[Scope]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Invariant:
    """A check under its number, and how its work is cut into parts."""

    number: str
    name: str
    check: Check
    parts: Parts


_invariants: Final[dict[tuple[str, str], Invariant]] = {}


def in_one(scope: Scope) -> Sequence[Scope]:
    """The whole scope as one part."""
    return [scope]


def invariant(number: str, *, name: str, parts: Parts = in_one) -> Callable[[Check], Check]:
    """Register a check: it answers the rows that break the invariant, in parts of the scope."""

    def register(check: Check) -> Check:
        _invariants[number, name] = Invariant(number=number, name=name, check=check, parts=parts)
        return check

    return register


def invariants() -> Sequence[Invariant]:
    """All that are registered, by number."""
    return [_invariants[slot] for slot in sorted(_invariants)]


def prove(
    scope: Scope, *, report: Callable[[int, int], None] = lambda _done, _all: None
) -> Iterator[Violation]:
    """Every violation in this scope; `report` hears how far it is."""
    work = [(each, part) for each in invariants() for part in each.parts(scope)]
    for done, (each, part) in enumerate(work):
        report(done, len(work))
        with snapshot():
            rows = list(each.check(part))
        for row, found, expected in rows:
            yield Violation(
                invariant=each.number, name=each.name, row=row, found=found, expected=expected
            )
    report(len(work), len(work))


def within(scope: Scope, ids: Sequence[Id]) -> Scope:
    """The same scope, for these rows only."""
    return replace(scope, ids=tuple(ids))


@contextmanager
def snapshot() -> Iterator[None]:
    """One consistent, read-only view; inside a transaction (a test's), that transaction's view."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
