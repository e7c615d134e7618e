"""Units of work: who opens the transaction, who demands one, and what happens when the database objects.

A unit changes the database and nothing else, because it may run again (V-28).
"""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Generic, NoReturn, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from loyalty.foundation import metrics
from loyalty.foundation.database import deadlines
from loyalty.foundation.refusals import OutcomeUnknown, Unavailable

TRIES_MAX: Final = 5  # five losing tries in a row mean a hot spot, not bad luck
PAUSE_MIN_SECONDS: Final = 0.010
PAUSE_MAX_SECONDS: Final = 0.160

SERIALIZATION: Final = {"40001": "serialization_failure", "40P01": "deadlock_detected"}
AWAY: Final = {"08", "53", "57"}  # SQLSTATE classes: connection, resources, operator intervention
LOCK_TIMEOUT: Final = "55P03"
UNIQUE: Final = "23505"

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_inside: ContextVar[bool] = ContextVar("wafa_inside_unit", default=False)

_before_commit: list[Callable[[], None]] = []


class _RolledBack(Exception):
    """Carries a rehearsal's answer out through the rollback."""

    def __init__(self, answer: object) -> None:
        super().__init__("rehearsed")
        self.answer = answer


class UnitOfWork(Generic[P, R]):
    """A rule that a door calls: opens the one transaction, runs again on a lost race, refuses to nest.

    `step` is the rule's bare body, for those who are inside a unit already by design: the keeper of
    idempotency records, and rehearsals.
    """

    def __init__(self, step: Callable[P, R], *, races: tuple[str, ...] = ()) -> None:
        self.step = step
        self.races = races
        functools.update_wrapper(self, step)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return run(functools.partial(self.step, *args, **kwargs), races=self.races)


def unit_of_work(step: Callable[P, R]) -> UnitOfWork[P, R]:
    """Open the transaction for this rule; see UnitOfWork."""
    return UnitOfWork(step)


def unit_of_work_racing(*races: str) -> Callable[[Callable[P, R]], UnitOfWork[P, R]]:
    """A unit that also runs again when one of these unique constraints reports a lost race."""

    def wrap(step: Callable[P, R]) -> UnitOfWork[P, R]:
        return UnitOfWork(step, races=races)

    return wrap


def inside_unit_of_work(step: Callable[P, R]) -> Callable[P, R]:
    """Demand a running unit: a step alone would commit half a story."""

    @functools.wraps(step)
    def demanding(*args: P.args, **kwargs: P.kwargs) -> R:
        assert _inside.get(), f"{step.__qualname__} needs a unit of work around it"
        return step(*args, **kwargs)

    return demanding


def before_commit(step: Callable[[], None]) -> Callable[[], None]:
    """Run this step inside every unit, last of all: what it writes commits with the unit or not at all."""
    _before_commit.append(step)
    return step


def run(work: Callable[[], T], *, races: tuple[str, ...] = ()) -> T:
    """Run this work as one unit: all of it happens, or nothing does."""
    assert not _inside.get(), (
        "a unit of work does not nest: call the rule's step, or announce a fact"
    )
    give_up_at = time.monotonic() + settings.UNIT_SECONDS_MAX
    reconnected = False
    for attempt in range(1, TRIES_MAX + 1):
        try:
            return _once(work)
        except (DatabaseError, InterfaceError) as error:
            reason = _reason_to_try_again(error, races=races)
            if reason == "connection_lost" and not reconnected and not connection.in_atomic_block:
                reconnected = True
                connection.close()
            elif reason is None or reason == "connection_lost":
                _rise(error)
            metrics.UNIT_RETRIES.labels(reason=reason).inc()
            if attempt == TRIES_MAX or time.monotonic() > give_up_at:
                metrics.UNITS_EXHAUSTED.inc()
                raise Unavailable from error
            time.sleep(random.uniform(PAUSE_MIN_SECONDS, PAUSE_MAX_SECONDS))  # noqa: S311 (jitter)
    raise AssertionError("unreachable")


def rehearse(rule: UnitOfWork[P, R], *, answer: Callable[[R], T]) -> Callable[P, T]:
    """The same unit, rolled back after its answer was rendered: a dry run cannot differ (E-8)."""

    def rehearsal(*args: P.args, **kwargs: P.kwargs) -> T:
        def work() -> None:
            raise _RolledBack(answer(rule.step(*args, **kwargs)))

        try:
            run(work)
        except _RolledBack as rolled_back:
            return rolled_back.answer  # type: ignore[return-value]
        raise AssertionError("unreachable")

    return rehearsal


@contextmanager
def _marked() -> Iterator[None]:
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def _once(work: Callable[[], T]) -> T:
    committing = False
    try:
        with deadlines.kept(connection, seconds=settings.UNIT_SECONDS_MAX + 1), _marked():
            with transaction.atomic(durable=True):
                result = work()
                for step in _before_commit:
                    step()
                committing = True
            return result
    except (OperationalError, InterfaceError) as error:
        if committing and _is_connection_lost(error):
            connection.close()
            raise OutcomeUnknown from error
        raise


def _sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _is_connection_lost(error: BaseException) -> bool:
    if isinstance(error, InterfaceError):
        return True
    state = _sqlstate(error)
    return (
        isinstance(error, OperationalError)
        and (not state or state[:2] in {"08", "57"})
        and (
            state != "57014"  # a statement timeout leaves the connection alive
        )
    )


def _reason_to_try_again(error: Exception, *, races: tuple[str, ...]) -> str | None:
    state = _sqlstate(error)
    if state in SERIALIZATION:
        return SERIALIZATION[state]
    if state == UNIQUE and races:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) in races:
            return "lost_race"
    return "connection_lost" if _is_connection_lost(error) else None


def _rise(error: Exception) -> NoReturn:
    """Tell 'worth another try later' from 'our own mistake'."""
    state = _sqlstate(error)
    if _is_connection_lost(error):
        connection.close()
        raise Unavailable from error
    if state in {LOCK_TIMEOUT, "57014"} or state[:2] in AWAY:
        raise Unavailable from error
    raise error
