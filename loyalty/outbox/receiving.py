"""Receiving: who reacts to which fact, at once or later. Receivers' names are for ever."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar, cast, overload

from loyalty.outbox.facts import Fact, Told

F = TypeVar("F", bound=Fact)
Receive: TypeAlias = Callable[[Sequence[F]], object]
Decorate: TypeAlias = Callable[[Receive[F]], Receive[F]]

EVERY_FACT: Final = "*"
NAME_LENGTH_MAX: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """A function under a stable name, the facts it hears, and whether it is handed classes or name and body."""

    name: str
    facts: frozenset[str]
    receive: Callable[[Sequence[Any]], object]
    takes_bodies: bool = False
    only: Callable[[Any], bool] | None = None

    def hears(self, fact_name: str) -> bool:
        """Whether facts of this name are for it."""
        return fact_name in self.facts or EVERY_FACT in self.facts


_now: dict[str, Receiver] = {}
_later: dict[str, Receiver] = {}


def reacts_now(told: type[F] | Iterable[type[F]], *, name: str) -> Decorate[F]:
    """React in the announcing transaction, for an invariant only; handed all its facts of one call, in order."""

    def register(receive: Receive[F]) -> Receive[F]:
        add(_now, Receiver(name=name, facts=_names(told), receive=receive))
        return receive

    return register


@overload
def reacts_later(
    told: type[F] | Iterable[type[F]], *, name: str, only: Callable[[F], bool] | None = None
) -> Decorate[F]: ...


@overload
def reacts_later(
    told: str | Iterable[str], *, name: str, only: Callable[[Told], bool] | None = None
) -> Callable[[Callable[[Sequence[Told]], object]], Callable[[Sequence[Told]], object]]: ...


def reacts_later(told: Any, *, name: str, only: Callable[[Any], bool] | None = None) -> Any:
    """React in a transaction of one's own, in batches, in order per member; set-based and safe to repeat (V-13).

    Subscribed by class it is handed facts; by name, or to EVERY_FACT, it is handed `Told`. `only` looks at a fact as
    it is announced (no query, no clock) and spares the row of one that is of no interest.
    """

    def register(receive: Callable[[Sequence[Any]], object]) -> Callable[[Sequence[Any]], object]:
        by_name = isinstance(told, str) or any(isinstance(each, str) for each in _each(told))
        add(
            _later,
            Receiver(
                name=name, facts=_names(told), receive=receive, takes_bodies=by_name, only=only
            ),
        )
        return receive

    return register


def add(registry: dict[str, Receiver], receiver: Receiver) -> None:
    """Take this receiver in; a name names one receiver, now and later together."""
    assert 0 < len(receiver.name) <= NAME_LENGTH_MAX, f"bad receiver name {receiver.name!r}"
    earlier = _now.get(receiver.name) or _later.get(receiver.name)
    assert earlier is None or _is_same(earlier.receive, receiver.receive), (
        f"two receivers are called {receiver.name}"
    )
    registry[receiver.name] = receiver


def remove(name: str) -> None:
    """Forget a receiver; for tests that bring their own."""
    _now.pop(name, None)
    _later.pop(name, None)


def receivers_now() -> Sequence[Receiver]:
    """All that react at once, in the order of their registration."""
    return list(_now.values())


def receivers_later() -> Sequence[Receiver]:
    """All that react later, in the order of their registration."""
    return list(_later.values())


def receiver_named(name: str) -> Receiver | None:
    """The receiver that reacts later under this name, if this release has one."""
    return _later.get(name)


def _each(told: Any) -> list[Any]:
    return [told] if isinstance(told, str | type) else list(told)


def _names(told: Any) -> frozenset[str]:
    names = [
        each if isinstance(each, str) else cast("type[Fact]", each).name for each in _each(told)
    ]
    assert names, "a receiver hears at least one fact"
    assert all(names), f"{told} has no name: subscribe to facts, not to a common base"
    return frozenset(names)


def _is_same(one: Callable[..., object], other: Callable[..., object]) -> bool:
    """A module imported twice (autoreload, doctests) registers the same function again."""
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)
