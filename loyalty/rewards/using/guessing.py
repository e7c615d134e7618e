"""Guessing: bad codes are counted per member, or per key where no member is named, and close the door (S-33).

A call is counted before its code is looked at and taken back when the code was good, so that a thousand guesses at
once are counted too (S-37). By the programme's clock, as all of a voucher's life.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.access.staff.signing_in import TooManyAttempts
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import unit_of_work
from loyalty.rewards.models import GuessGuard
from loyalty.rewards.vouchers.refusals import VoucherNotRedeemable

UNDER_WAY_SECONDS_MAX: Final = 60  # a call that has not come back by then counts no more
KEPT_FOR: Final = timedelta(days=1)
PIN_TRIES_MAX: Final = 5  # then the PIN is void (S-36)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """So many bad codes in a short and in a long time, and for how long the door is closed then."""

    short: int
    short_span: timedelta
    long: int
    long_span: timedelta
    closes_for: timedelta


PERSON: Final = Limits(
    short=5,
    short_span=timedelta(seconds=5),
    long=10,
    long_span=timedelta(hours=1),
    closes_for=timedelta(hours=1),
)
# A till serves everybody: it waits until its worst minute is over.
KEY: Final = Limits(
    short=60,
    short_span=timedelta(minutes=1),
    long=60,
    long_span=timedelta(minutes=1),
    closes_for=timedelta(0),
)

_BEGIN: Final = """
    INSERT INTO loyalty_guessguard AS g (subject, under_way, failed, seen_at)
    VALUES (%s, ARRAY[%s::uuid], '{}', %s)
    ON CONFLICT (subject) DO UPDATE
    SET under_way = ARRAY(SELECT each FROM unnest(g.under_way) each WHERE each > %s::uuid) || EXCLUDED.under_way,
        failed = ARRAY(SELECT each FROM unnest(g.failed) each WHERE each > %s::timestamptz),
        closed_until = NULL, seen_at = EXCLUDED.seen_at
    WHERE (g.closed_until IS NULL OR g.closed_until <= EXCLUDED.seen_at)
      AND (SELECT count(*) FROM unnest(g.under_way) each WHERE each > %s::uuid)
          + (SELECT count(*) FROM unnest(g.failed) each WHERE each > %s::timestamptz) < %s
      AND (SELECT count(*) FROM unnest(g.under_way) each WHERE each > %s::uuid)
          + (SELECT count(*) FROM unnest(g.failed) each WHERE each > %s::timestamptz) < %s
    RETURNING 1
"""
_WAIT: Final = """
    SELECT closed_until, (SELECT min(each) FROM unnest(failed) each WHERE each > %s::timestamptz)
    FROM loyalty_guessguard WHERE subject = %s
"""
_GOOD: Final = """
    UPDATE loyalty_guessguard SET under_way = array_remove(under_way, %s::uuid) WHERE subject = %s
"""
_BAD: Final = """
    UPDATE loyalty_guessguard g
    SET under_way = array_remove(g.under_way, told.mark), failed = g.failed || told.at,
        closed_until = CASE
            WHEN 1 + (SELECT count(*) FROM unnest(g.failed) each WHERE each > told.at - told.short_span) >= told.short
              OR 1 + (SELECT count(*) FROM unnest(g.failed) each WHERE each > told.at - told.long_span) >= told.long
            THEN told.at + told.closes_for ELSE g.closed_until END
    FROM (VALUES (%s::bytea, %s::uuid, %s::timestamptz, %s::interval, %s::bigint, %s::interval, %s::bigint, %s::interval))
         AS told (subject, mark, at, short_span, short, long_span, long, closes_for)
    WHERE g.subject = told.subject
"""
_WRONG_PIN: Final = """
    UPDATE loyalty_giftcard SET wrong_pins = wrong_pins + 1 WHERE voucher_id = %s AND wrong_pins < %s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guesser:
    """Who shows codes: a member, or a key (or a person of the staff) that names none."""

    kind: str
    id: Id
    limits: Limits

    @property
    def subject(self) -> bytes:
        """The row's key; ids of ours are no secret, this only makes them equally long."""
        return hashlib.sha256(f"{self.kind}:{self.id}".encode()).digest()


@contextmanager
def watched(guesser: Guesser, *, at: datetime) -> Iterator[None]:
    """Count this attempt; whoever raises VoucherNotRedeemable inside has shown a bad code. Raises TooManyAttempts."""
    mark = begin(guesser, at=at)
    try:
        yield
    except VoucherNotRedeemable as refusal:
        note_bad(guesser, mark=mark, card_id=refusal.card_id, at=at)
        raise
    except BaseException:
        note_good(guesser, mark=mark)
        raise
    note_good(guesser, mark=mark)


@unit_of_work
def begin(guesser: Guesser, *, at: datetime) -> Id:
    """Count an attempt as under way, or raise TooManyAttempts: for good codes too, or a guesser would learn which."""
    limits, mark = guesser.limits, new_id()
    since = _ids_since(mark, UNDER_WAY_SECONDS_MAX)
    short, long = at - limits.short_span, at - limits.long_span
    values = [since, long, since, short, limits.short, since, long, limits.long]
    if not run(_BEGIN, [guesser.subject, mark, at, *values]):
        raise _closed(guesser, at=at)
    return mark


@unit_of_work
def note_good(guesser: Guesser, *, mark: Id) -> None:
    """It was a good code, or nothing was learned: the attempt counts no more."""
    run(_GOOD, [mark, guesser.subject])


@unit_of_work
def note_bad(guesser: Guesser, *, mark: Id, card_id: Id | None, at: datetime) -> None:
    """It was a bad one. A wrong PIN counts on its card as well; the same statements for every bad code (W-36)."""
    limits = guesser.limits
    spans = [limits.short_span, limits.short, limits.long_span, limits.long, limits.closes_for]
    run(_BAD, [guesser.subject, mark, at, *spans])
    run(_WRONG_PIN, [card_id, PIN_TRIES_MAX])


@unit_of_work
def forget_guesses(*, at: datetime) -> int:
    """Forget who has shown no code for a day; answers how many."""
    return GuessGuard.objects.filter(seen_at__lt=at - KEPT_FOR).delete()[0]


def _closed(guesser: Guesser, *, at: datetime) -> TooManyAttempts:
    rows = run(_WAIT, [at - guesser.limits.short_span, guesser.subject])
    closed_until, oldest = rows[0] if rows else (None, None)
    ends = [closed_until, oldest and oldest + guesser.limits.short_span, at]
    until = max(each for each in ends if each)
    seconds = max(1, -int(-(until - at).total_seconds() // 1))
    return TooManyAttempts(minutes=max(1, -(-seconds // 60)), retry_after=seconds)


def _ids_since(mark: Id, seconds: int) -> Id:
    """The lowest UUIDv7 that was made so many seconds before this one: its first 48 bits are milliseconds."""
    return Id(int=max(0, (mark.int >> 80) - 1000 * seconds) << 80)
