"""Items: one told event on its way through a unit of work, and the keyed digests under which it counts once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from loyalty.events.kinds import Outcome, ToldEvent
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.sealing import short_digest
from loyalty.members.finding import Found
from loyalty.programs.models import Program

BETWEEN: Final = "\x1f"  # cannot stand in a source, so no two pairs run together


@dataclass(slots=True)
class Item:
    """One told event on its way through a unit of work."""

    place: int
    told: ToldEvent
    at: datetime
    source_digest: bytes
    order_digest: bytes | None
    event_id: Id = field(default_factory=new_id)
    found: Found | None = None
    outcome: Outcome | None = None
    repeats: "Item | None" = None  # the same event, told before in this list
    is_waiting: bool = False  # told before its order (E-67)
    was_waiting: bool = False  # kept before, and applied now with its order
    also: tuple[
        Id, ...
    ] = ()  # who was merged into its member: what they did counts as the member's own

    @property
    def is_fresh(self) -> bool:
        return self.outcome is None and self.repeats is None

    @property
    def member_id(self) -> Id:
        """Whom it is about today."""
        assert self.found is not None, "the member is looked up first"
        return self.found.member.pk

    @property
    def persons(self) -> tuple[Id, ...]:
        """The member and everybody who was merged into it (L-52)."""
        return (self.member_id, *self.also)

    @property
    def told_id(self) -> Id:
        """Whom it was told about: the same after a merge, so that a replay stays one."""
        assert self.found is not None, "the member is looked up first"
        return self.found.told_id

    @property
    def content_digest(self) -> bytes:
        return content_digest_of(member_id=self.told_id, told=self.told)

    @property
    def order_content_digest(self) -> bytes:
        return order_content_digest_of(member_id=self.told_id, data=self.told.data)

    def refuse(self, refusal: DomainError) -> None:
        self.outcome = Outcome(refusal=refusal)


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event that is kept already, with the answer once given."""

    id: Id
    content_digest: bytes
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order that is kept already, with the event that told it first."""

    id: Id
    content_digest: bytes
    member_id: Id
    number: int
    rate: str
    paid_at: datetime
    data: Mapping[str, Any]
    event: KnownEvent
    goods: int | None = None  # what its first line was read as when it was judged


def items_of(*, program: Program, told: Sequence[ToldEvent], at: datetime) -> list[Item]:
    """Told events in the order in which they count: by time, then by place (E-2)."""
    items = [
        Item(
            place=place,
            told=each,
            at=each.occurred_at or at,
            source_digest=source_digest_of(program_id=program.pk, told=each),
            order_digest=order_digest_of(program_id=program.pk, told=each),
        )
        for place, each in enumerate(told)
    ]
    return sorted(items, key=lambda item: (item.at, item.place))


def source_digest_of(*, program_id: Id, told: ToldEvent) -> bytes:
    """What counts once per programme: the source and its own id for the event (E-3)."""
    return short_digest(f"{told.source}{BETWEEN}{told.source_id}", purpose=f"event:{program_id}")


def order_digest_of(*, program_id: Id, told: ToldEvent) -> bytes | None:
    """What an order counts under: the order's source, the event's unless told, and its id (E-4)."""
    order_id = told.data.get("order_id")
    if order_id is None:
        return None
    source = told.data.get("order_source", told.source)
    return short_digest(f"{source}{BETWEEN}{order_id}", purpose=f"order:{program_id}")


def content_digest_of(*, member_id: Id, told: ToldEvent) -> bytes:
    """What has to be the same for a replay: type, member, time as told, data (E-3)."""
    return _digest_of(
        [
            told.type,
            str(member_id),
            _written(told.occurred_at),
            told.channel,
            told.store,
            dict(told.data),
        ]
    )


def order_content_digest_of(*, member_id: Id, data: Mapping[str, Any]) -> bytes:
    """What has to be the same for a second telling of one order under another source id (E-4)."""
    return _digest_of([str(member_id), dict(data)])


def _digest_of(content: list[Any]) -> bytes:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return short_digest(sha256(canonical.encode()).hexdigest(), purpose="event.content")


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
