"""Guessing: bad codes are counted per member, or per key where no member is named, and per address (S-33).

A call is counted before its code is looked at and taken back when the code was good, so that a thousand guesses at
once are counted too (S-37). By the programme's clock, as all of a voucher's life.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.access.staff.signing_in import TooManyAttempts
from loyalty.foundation import sealing
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.guesses.alarming import count_bad, forget_hours
from loyalty.rewards.models import GuessGuard

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

# Everybody of a shop comes from its server: whoever names another member each time is slowed down here.
ADDRESS: Final = Limits(
    short=60,
    short_span=timedelta(minutes=1),
    long=600,
    long_span=timedelta(hours=1),
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
    """Who shows codes: a member, or a key (or a person of the staff) that names none; and an address."""

    kind: str
    id: Id | str
    limits: Limits

    @property
    def subject(self) -> bytes:
        """The row's key: a keyed digest, since addresses are few enough to be tried."""
        return sealing.digest(str(self.id), purpose=f"guesser:{self.kind}")


def guessers_of(
    *, program: Program, address: str, member_id: Id | None, key_id: Id | None
) -> tuple[Guesser, ...]:
    """Whose attempt a call is: the member's that it names, else its key's; and always its address's, whoever it names."""
    told = "/".join((str(program.pk), address))
    if member_id is not None:
        who = Guesser(kind="member", id=member_id, limits=PERSON)
    else:
        assert key_id is not None, "a till's door lets only keys in"
        who = Guesser(kind="key", id=key_id, limits=KEY)
    return (who, Guesser(kind="address", id=told, limits=ADDRESS))


@unit_of_work
def begin(guessers: Sequence[Guesser], *, at: datetime) -> Id:
    """Count an attempt of all of these as under way, or raise TooManyAttempts and count none.

    For good codes too, or a guesser would learn which.
    """
    mark = new_id()
    since = _ids_since(mark, UNDER_WAY_SECONDS_MAX)
    for each in in_order(guessers):
        limits = each.limits
        short, long = at - limits.short_span, at - limits.long_span
        values = [since, long, since, short, limits.short, since, long, limits.long]
        if not run(_BEGIN, [each.subject, mark, at, *values]):
            raise _closed(each, at=at)
    return mark


@unit_of_work
def note_good(guessers: Sequence[Guesser], *, mark: Id) -> None:
    """It was a good code, or nothing was learned: the attempt counts no more."""
    for each in in_order(guessers):
        run(_GOOD, [mark, each.subject])


@unit_of_work
def note_bad(
    guessers: Sequence[Guesser],
    *,
    program: Program,
    mark: Id,
    card_id: Id | None,
    at: datetime,
) -> None:
    """It was a bad one. A wrong PIN counts on its card as well; the same statements for every bad code (W-36)."""
    for each in in_order(guessers):
        limits = each.limits
        spans = [limits.short_span, limits.short, limits.long_span, limits.long, limits.closes_for]
        run(_BAD, [each.subject, mark, at, *spans])
    run(_WRONG_PIN, [card_id, PIN_TRIES_MAX])
    count_bad(program=program, at=at)


def in_order(guessers: Sequence[Guesser]) -> list[Guesser]:
    """In the one order in which all calls hold them."""
    return sorted(guessers, key=lambda each: each.subject)


@unit_of_work
def forget_guesses(*, at: datetime) -> int:
    """Forget who has shown no code for a day; answers how many."""
    forget_hours(at=at)
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
