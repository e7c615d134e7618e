"""Facts: what happened, in the past tense, as ids and plain values, without personal data (S-56)."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import (
    Any,
    ClassVar,
    Final,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from loyalty.foundation.ids import Id

Plain: TypeAlias = str | int | bool | None
Body: TypeAlias = dict[str, Plain]
F = TypeVar("F", bound="Fact")

PLAIN_TYPES: Final = frozenset({str, int, bool, Id, datetime, date})
COLUMNS: Final = ("program_id", "member_id", "at")  # kept beside the body, not in it

_classes: dict[str, type["Fact"]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened at an instant, in a programme, mostly to a member.

    A subclass with a `name` is a fact; one without is a common base of some. Names are for ever, and a fact only
    gains optional fields: rows of an older release still wait to be delivered.
    """

    name: ClassVar[str] = ""
    program_id: Id
    member_id: Id | None = None
    at: datetime

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _refuse_what_is_not_plain(cls)
        name = cls.__dict__.get("name", "")
        if not name:
            assert not cls.name, f"{cls.__name__} inherits the name {cls.name}; give it its own"
            return
        assert len(name) <= 60, f"{name} is longer than 60 characters"
        earlier = _classes.setdefault(name, cls)
        assert earlier.__qualname__ == cls.__qualname__, f"two facts are called {name}"
        _classes[name] = cls


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A fact as a row tells it: name and body, for receivers that know no class (webhooks, siblings)."""

    id: int
    name: str
    program_id: Id
    member_id: Id | None
    at: datetime
    body: Body
    request_id: str = ""
    trace_id: str = ""


def all_facts() -> Mapping[str, type[Fact]]:
    """Every fact that is imported, by name."""
    return types.MappingProxyType(_classes)


def body_of(fact: Fact) -> Body:
    """The fact's own values as flat JSON; ids and times become text."""
    return {name: write(getattr(fact, name)) for name, write, _read in _own_fields(type(fact))}


def to_json(fact: Fact) -> Body:
    """The whole fact as one flat object."""
    return {
        "name": fact.name,
        "program_id": str(fact.program_id),
        "member_id": None if fact.member_id is None else str(fact.member_id),
        "at": _write_instant(fact.at),
        **body_of(fact),
    }


def from_json(told: Mapping[str, Any]) -> Fact:
    """The fact that `to_json` wrote, now or in an older release."""
    member = told["member_id"]
    return revived(
        _classes[told["name"]],
        program_id=Id(told["program_id"]),
        member_id=None if member is None else Id(member),
        at=datetime.fromisoformat(told["at"]),
        body=told,
    )


def revived(
    fact: type[F], *, program_id: Id, member_id: Id | None, at: datetime, body: Mapping[str, Any]
) -> F:
    """A fact from its row; values that this release does not know are left out."""
    own = {name: read(body[name]) for name, _write, read in _own_fields(fact) if name in body}
    return fact(program_id=program_id, member_id=member_id, at=at, **own)


def fact_of(told: Told) -> Fact:
    """What was told, as the class that its room declared."""
    return revived(
        all_facts()[told.name],
        program_id=told.program_id,
        member_id=told.member_id,
        at=told.at,
        body=told.body,
    )


def _write_instant(at: datetime) -> str:
    assert at.tzinfo is not None, "a fact's times carry their offset"
    return at.astimezone(UTC).isoformat()


def _as_it_is(value: Any) -> Any:
    return value


_Write: TypeAlias = Callable[[Any], Plain]
_Read: TypeAlias = Callable[[Any], Any]
_CODECS: Final[dict[type, tuple[_Write, _Read]]] = {
    Id: (str, Id),
    datetime: (_write_instant, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
}


_Fields: TypeAlias = tuple[tuple[str, _Write, _Read], ...]
_fields_of: Final[dict[type[Fact], _Fields]] = {}


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _own_fields(fact: type[Fact]) -> _Fields:
    known = _fields_of.get(fact)
    if known is None:
        known = _fields_of[fact] = _look_at_fields(fact)
    return known


def _look_at_fields(fact: type[Fact]) -> _Fields:
    hints = get_type_hints(fact)
    own = []
    for field in dataclasses.fields(fact):
        if field.name in COLUMNS:
            continue
        plain, is_optional = _plain_type(hints[field.name])
        write, read = _CODECS.get(plain or str, (_as_it_is, _as_it_is))
        if is_optional:
            write, read = _or_none(write), _or_none(read)
        own.append((field.name, write, read))
    return tuple(own)


def _plain_type(hint: Any) -> tuple[type | None, bool]:
    """The plain type behind an annotation, and whether it may be None."""
    choices = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    plain = [choice for choice in choices if choice is not type(None)]
    is_plain = len(plain) == 1 and plain[0] in PLAIN_TYPES
    return (plain[0] if is_plain else None), len(plain) < len(choices)


def _refuse_what_is_not_plain(fact: type[Fact]) -> None:
    for name, hint in get_type_hints(fact).items():
        if get_origin(hint) is ClassVar or name in COLUMNS:
            continue
        plain, _is_optional = _plain_type(hint)
        assert plain, f"{fact.__name__}.{name}: {hint} is not a flat plain value"
