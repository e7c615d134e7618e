"""Calling: how fast each kind of caller may go, and what its answer says about that (S-36)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from django.http import HttpRequest

from loyalty.access.callers.addresses import address_of
from loyalty.access.callers.authenticating import Caller, CallerKind
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire.limiting import Limit, Taken, TooManyRequests, take

LIMITS: Final = {
    CallerKind.SECRET: Limit(name="secret", per_second=1_000, burst=2_000),
    CallerKind.PUBLISHABLE: Limit(name="publishable", per_second=10, burst=30),
    CallerKind.MEMBER: Limit(name="member", per_second=5, burst=20),
}
# Whoever shows no valid credential is counted by address, so that nobody guesses at full speed.
UNKNOWN: Final = Limit(name="unknown", per_second=10, burst=30)


def count_unknown(request: HttpRequest) -> Taken:
    """Count a call that names nobody, by its address."""
    return take(str(address_of(request)), limit=UNKNOWN)


@contextmanager
def limited(request: HttpRequest) -> Iterator[None]:
    """Count callers that turn out to be nobody."""
    try:
        yield
    except DomainError:
        _demand(request, count_unknown(request))
        raise


def limit(request: HttpRequest, caller: Caller) -> None:
    """Count this call; raises TooManyRequests."""
    name = str(caller.member_id or (caller.key and caller.key.pk))
    if caller.kind is CallerKind.PUBLISHABLE:
        name = f"{name}:{address_of(request)}"
    _demand(request, take(name, limit=LIMITS[caller.kind]))


def note(request: HttpRequest, caller: Caller) -> None:
    """Tell the log and the headers who calls; ids only (S-61)."""
    request.caller = caller  # type: ignore[attr-defined]
    structlog.contextvars.bind_contextvars(
        program=caller.program.slug, actor_kind=caller.actor.kind.value
    )


def _demand(request: HttpRequest, taken: Taken) -> None:
    request.rate_taken = taken  # type: ignore[attr-defined]
    if not taken.is_allowed:
        raise TooManyRequests(retry_after=taken.retry_after)
