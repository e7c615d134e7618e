"""Facts and receivers of the cast, and jobs of their own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone

from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import unit_of_work
from loyalty.outbox import delivering, receiving, scheduling
from loyalty.outbox.announcing import announce
from loyalty.outbox.claiming import lanes_due
from loyalty.outbox.facts import Fact
from loyalty.outbox.models import AnnouncedFact, FactDelivery

CAFE = UUID("01930000-0000-7000-8000-00000000cafe")
ADA = UUID("01930000-0000-7000-8000-000000000ada")
GRACE = UUID("01930000-0000-7000-8000-00000000921f")  # another lane than Ada's
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class CupServed(Fact):
    """A cup went over the counter; a fact of the tests only."""

    name: ClassVar[str] = "test.cup_served"
    number: int
    sugar: str | None = None


@dataclass(frozen=True, kw_only=True)
class CupReturned(Fact):
    """A cup came back; a fact of the tests only."""

    name: ClassVar[str] = "test.cup_returned"
    number: int


def a_cup(number: int, *, to: Id | None = ADA, program_id: Id = CAFE) -> CupServed:
    """A served cup."""
    return CupServed(program_id=program_id, member_id=to, at=MORNING, number=number)


@unit_of_work
def announced(facts: Sequence[Fact]) -> None:
    """These facts, in a transaction of their own."""
    announce(facts)


@contextmanager
def receiving_later(
    *told: Any, name: str = "test.counter", only: Any = None
) -> Iterator[list[Any]]:
    """A receiver that writes down what it is handed, batch by batch."""
    handed: list[Any] = []
    with a_receiver(handed.append, *told, name=name, only=only):
        yield handed


@contextmanager
def a_receiver(
    receive: Callable[[Sequence[Any]], object],
    *told: Any,
    name: str = "test.counter",
    only: Any = None,
) -> Iterator[None]:
    """This function, reacting later."""
    receiving.reacts_later(list(told) or [CupServed], name=name, only=only)(receive)
    try:
        yield
    finally:
        receiving.remove(name)


@contextmanager
def reacting_now(
    receive: Callable[[Sequence[Any]], object], *told: Any, name: str
) -> Iterator[None]:
    """This function, reacting at once."""
    receiving.reacts_now(list(told) or [CupServed], name=name)(receive)
    try:
        yield
    finally:
        receiving.remove(name)


@contextmanager
def a_job(register: Callable[..., Any], work: Callable[..., Any], **how: Any) -> Iterator[None]:
    """This job, registered by one of the ways of `scheduling`."""
    register(**how)(work)
    try:
        yield
    finally:
        scheduling.forget(how.get("job") or how["name"])


class Taken:
    """A receiver that takes every cup but the poisoned one."""

    def __init__(self, poison=None):
        self.poison = poison
        self.numbers = []
        self.batches = 0

    def __call__(self, facts):
        self.batches += 1
        if any(fact.number == self.poison for fact in facts):
            raise ZeroDivisionError
        self.numbers += [fact.number for fact in facts]


def rested() -> None:
    """No lane rests."""
    delivering._resting.clear()


def delivered_at(at: datetime | None = None) -> int:
    """Deliver what is due, at a given instant."""
    rested()
    return delivering.deliver_due(at=at or timezone.now())


def states_of(receiver: str = "test.counter") -> dict[str, int]:
    """How many deliveries of a receiver are in which state."""
    states: dict[str, int] = {}
    for state in FactDelivery.objects.filter(receiver=receiver).values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    return states


def facts_told() -> list[str]:
    """Names of all announced facts, in order."""
    return list(AnnouncedFact.objects.order_by("id").values_list("name", flat=True))


def is_anything_due(receiver: str = "test.counter") -> bool:
    """Whether a lane of this receiver has something that is due now."""
    return bool(lanes_due(receivers=[receiver], at=timezone.now()))


def members(count: int) -> list[Id]:
    """Ids of so many members."""
    return [new_id() for _ in range(count)]


def a_day() -> timedelta:
    return timedelta(days=1)
