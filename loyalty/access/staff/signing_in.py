"""Signing in: how long a session lives, how fresh it is, and what wrong attempts cost (S-22, S-36)."""

from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from django.db import connection
from django.utils.translation import gettext_lazy as _

from loyalty.access.models import WrongSignIn
from loyalty.foundation import sealing
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work

Session: TypeAlias = MutableMapping[str, Any]

LIFE_MAX: Final = timedelta(hours=8)  # one shift
IDLE_MAX: Final = timedelta(minutes=30)
FRESH_FOR: Final = timedelta(minutes=5)
NOTED_EVERY: Final = timedelta(minutes=1)  # a session row is written at most this often

PER_ACCOUNT: Final = (5, timedelta(minutes=15))
PER_ADDRESS: Final = (20, timedelta(hours=1))

_SIGNED_IN, _SEEN, _CONFIRMED = "signed_in_at", "seen_at", "confirmed_at"


class TooManyAttempts(DomainError):
    """Too many wrong sign-ins; right ones wait as well, or a guesser would learn which they are."""

    code = "too_many_attempts"
    kind = Kind.TOO_MANY
    title = _("Too many attempts")
    detail = _("Too many wrong attempts. Try again in {minutes} minutes.")


def note_sign_in(session: Session, *, at: datetime) -> None:
    """Start the clocks of a session."""
    for mark in (_SIGNED_IN, _SEEN, _CONFIRMED):
        session[mark] = at.timestamp()


def note_confirmation(session: Session, *, at: datetime) -> None:
    """The person has just shown again who they are."""
    session[_CONFIRMED] = at.timestamp()


def is_alive(session: Session, *, at: datetime) -> bool:
    """Whether the session is within 8 hours of the sign-in and 30 minutes of the last page."""
    signed_in, seen = _instant(session, _SIGNED_IN), _instant(session, _SEEN)
    return at - signed_in < LIFE_MAX and at - seen < IDLE_MAX


def is_fresh(session: Session, *, at: datetime) -> bool:
    """Whether the person showed who they are within 5 minutes: for keys, staff, exports, erasure."""
    return at - _instant(session, _CONFIRMED) < FRESH_FOR


def keep_alive(session: Session, *, at: datetime) -> None:
    """Remember that the person is still there."""
    if at - _instant(session, _SEEN) >= NOTED_EVERY:
        session[_SEEN] = at.timestamp()


@unit_of_work
def begin_attempt(*, account: str, address: str, at: datetime) -> WrongSignIn:
    """Count an attempt as wrong before it is looked at; whoever succeeds takes it back with `forgive`.

    Counting first means that a thousand guesses at once are counted too. Raises TooManyAttempts.
    """
    by_account = sealing.digest(account.casefold(), purpose="sign-in account").hex()
    by_address = sealing.digest(address, purpose="sign-in address").hex()
    for digest in sorted((by_account, by_address)):
        _hold(digest)
    _demand(WrongSignIn.objects.filter(account_digest=by_account), PER_ACCOUNT, at=at)
    _demand(WrongSignIn.objects.filter(address_digest=by_address), PER_ADDRESS, at=at)
    return WrongSignIn.objects.create(account_digest=by_account, address_digest=by_address, at=at)


@unit_of_work
def forgive(*, attempt: WrongSignIn) -> None:
    """It was the right person: this account's earlier slips count no more."""
    WrongSignIn.objects.filter(account_digest=attempt.account_digest).delete()


@unit_of_work
def prune_attempts(*, at: datetime) -> int:
    """Forget attempts that no limit looks at any more; answers how many."""
    return WrongSignIn.objects.filter(at__lt=at - 2 * PER_ADDRESS[1]).delete()[0]


def _demand(wrong: Any, limit: tuple[int, timedelta], *, at: datetime) -> None:
    most, span = limit
    recent = list(
        wrong.filter(at__gt=at - span).order_by("-at").values_list("at", flat=True)[:most]
    )
    if len(recent) == most:
        minutes = -(-int((recent[-1] + span - at).total_seconds()) // 60)
        raise TooManyAttempts(minutes=max(1, minutes), retry_after=max(1, minutes) * 60)


def _hold(digest: str) -> None:
    """One attempt at a time for an account and for an address: the count must not be raced past."""
    with connection.cursor() as cursor:
        number = int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _instant(session: Session, mark: str) -> datetime:
    return datetime.fromtimestamp(session.get(mark, 0), UTC)
