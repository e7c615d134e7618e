"""Auditing: one row for each deed, committed together with it (S-62)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from loyalty.access.callers import trace
from loyalty.access.models import AuditRow, User
from loyalty.foundation import units
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id, new_id

OBJECTS_TOLD_MAX: Final = 100  # of a bulk deed this many ids are listed, and all are counted


@dataclass(kw_only=True, slots=True)
class Deed:
    """What somebody is about to do. `changes` holds values of configuration, never of a person."""

    program_id: Id | None
    actor: Actor
    action: str
    at: datetime
    object_kind: str = ""
    object_id: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(kw_only=True, slots=True)
class _Expected:
    deed: Deed
    row_id: Id


_expected: ContextVar[_Expected | None] = ContextVar("wafa_expected_deed", default=None)


def record(deed: Deed) -> None:
    """Write the deed down now, in the running transaction.

    Where a deed is expected, this is it, told by who knows more: still one row.
    """
    expected = _expected.get()
    if expected is None or _is_told(expected):
        _write(deed, row_id=new_id())
        return
    expected.deed = deed
    _write(deed, row_id=expected.row_id)


@contextmanager
def expecting(deed: Deed | None) -> Iterator[None]:
    """Write the deed down with the first unit of work that commits within; nothing if none does.

    So a form that was refused, or a page that only asks to confirm, leaves no row, and a deed never goes without.
    Who does not know the deed yet passes None, and says it by `expect`.
    """
    token = _expected.set(_Expected(deed=deed, row_id=new_id()) if deed else None)
    try:
        yield
    finally:
        _expected.reset(token)


def expect(deed: Deed) -> None:
    """The deed that those within `expecting` are about to do."""
    _expected.set(_Expected(deed=deed, row_id=new_id()))


def tell(*, object_id: str, changes: Mapping[str, Any]) -> None:
    """Say more about the expected deed: which row, and what changed; without one, nothing happens."""
    expected = _expected.get()
    if expected is not None:
        expected.deed.object_id = object_id
        expected.deed.changes = {**expected.deed.changes, **changes}


def settle() -> None:
    """Write the expected deed down if no unit of work has: for forms that save without a rule."""
    with transaction.atomic():
        _tell_expected()


@units.before_commit
def _tell_expected() -> None:
    expected = _expected.get()
    # Asked of the table, not remembered: a unit that was rolled back and runs again has to tell again.
    if expected and not _is_told(expected):
        _write(expected.deed, row_id=expected.row_id)


def _is_told(expected: _Expected) -> bool:
    return AuditRow.objects.filter(pk=expected.row_id).exists()


def _write(deed: Deed, *, row_id: Id) -> None:
    here = trace.current.get()
    AuditRow.objects.create(
        id=row_id,
        program_id=deed.program_id,
        at=deed.at,
        actor_kind=deed.actor.kind.value,
        actor_id=deed.actor.id,
        actor_name=_name_of(deed.actor),
        address=here.address,
        request_id=here.request_id,
        action=deed.action,
        object_kind=deed.object_kind,
        object_id=deed.object_id,
        changes=dict(deed.changes),
        reason=deed.reason,
    )


def _name_of(actor: Actor) -> str:
    """Staff by user name, so that the log reads without a second table; everyone else by id."""
    if actor.kind is ActorKind.STAFF and actor.id:
        name = User.objects.filter(pk=actor.id).values_list("username", flat=True).first()
        return name or actor.shown
    return actor.shown
