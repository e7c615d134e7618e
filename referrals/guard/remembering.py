"""Remembering: keyed hashes of mailboxes, phones and payments, so that a friend is new or not, also after an erasure (R-47, R-48)."""

import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings

from loyalty.events.kept.orders import order_keys_of
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.contacts import canonical_phone
from loyalty.members.persons import Person, persons_after
from loyalty.programs.tenants import Program
from referrals.guard.kinds import MarkKind
from referrals.guard.models import IdentityMark
from referrals.plans.models import ReferralPlan

MARK_JOB: Final = "referrals.mark_members"
TOMBSTONE_STAYS: Final = timedelta(days=365)
MEMBERS_AT_ONCE: Final = 500
MARK_BYTES: Final = 16
PAYMENT: Final = "payment_fingerprint"  # as orders call it
_GOOGLE: Final = frozenset({"gmail.com", "googlemail.com"})
_TAGGED: Final = frozenset({"outlook.com", "hotmail.com", "live.com"})


def canonical_mail(mail: str) -> str:
    """One spelling per mailbox, to compare and never to write to (R-47)."""
    told = unicodedata.normalize("NFKC", mail).strip().lower()
    local, at, domain = told.rpartition("@")
    if not at:
        return told
    if domain in _GOOGLE:
        return f"{local.split('+')[0].replace('.', '')}@gmail.com"
    if domain in _TAGGED:
        return f"{local.split('+')[0]}@{domain}"
    return told


def key_id(key: str = "") -> str:
    """The name of a key, by default of the one that marks are made with today; keys live outside the database."""
    return sha256(b"wafa.mark.key:" + (key or _keys()[0]).encode()).hexdigest()[:8]


def marks_of(person: Person, *, key: str = "") -> dict[MarkKind, bytes]:
    """The keyed hashes of what is known about a person, under the key of today or another."""
    told = {
        MarkKind.EMAIL: canonical_mail(person.email),
        MarkKind.PHONE: canonical_phone(person.phone),
    }
    return {
        kind: _digest(text, kind=kind, program_id=person.program_id, key=key or _keys()[0])
        for kind, text in told.items()
        if text
    }


def _keys() -> list[str]:
    """The first makes new marks; all check old ones for as long as somebody keeps the key (R-48)."""
    return [*settings.WAFA_ENCRYPTION_KEYS, settings.WAFA_PEPPER]


def _digest(text: str, *, kind: str, program_id: Id, key: str) -> bytes:
    message = f"referral.mark.{kind}:{program_id}\x00{text}".encode()
    return hmac.digest(key.encode(), message, "sha256")[:MARK_BYTES]


@inside_unit_of_work
def mark(persons: Iterable[Person]) -> None:
    """Keep the marks of these people; what is there stays. A changed mailbox adds a mark, the old one goes on."""
    rows = [
        IdentityMark(
            program_id=person.program_id,
            kind=kind,
            key_id=key_id(),
            digest=digest,
            member_id=person.id,
        )
        for person in persons
        for kind, digest in marks_of(person).items()
    ]
    rows.sort(
        key=lambda row: (str(row.program_id), row.kind, bytes(row.digest), str(row.member_id))
    )
    IdentityMark.objects.bulk_create(rows, ignore_conflicts=True)


@inside_unit_of_work
def bury(program: Program, member_ids: Collection[Id], *, at: datetime) -> None:
    """Let the marks of erased people lose their member; they stay as tombstones for a year (R-48).

    How they paid is known by their orders for as long as they are members, and marked here.
    """
    rows = list(IdentityMark.objects.filter(member_id__in=member_ids))
    IdentityMark.objects.filter(pk__in=[row.pk for row in rows]).delete()
    rows += _payments_of(program, member_ids)
    stones = [
        IdentityMark(
            program_id=row.program_id,
            kind=row.kind,
            key_id=row.key_id,
            digest=bytes(row.digest),
            expires_at=at + TOMBSTONE_STAYS,
        )
        for row in rows
    ]
    alone = {(row.program_id, row.kind, bytes(row.digest)): row for row in stones}
    IdentityMark.objects.bulk_create(
        [alone[key] for key in sorted(alone)],
        update_conflicts=True,
        update_fields=["expires_at"],
        unique_fields=["program", "kind", "digest", "member"],
    )


def _payments_of(program: Program, member_ids: Collection[Id]) -> list[IdentityMark]:
    told = order_keys_of(program=program, member_ids=member_ids)
    return [
        IdentityMark(
            program_id=program.pk,
            kind=MarkKind.PAYMENT,
            key_id=key_id(),
            digest=_digest(key, kind=MarkKind.PAYMENT, program_id=program.pk, key=_keys()[0]),
        )
        for key in sorted({key for names in told.values() for key in names[PAYMENT]})
    ]


def buried_payments(*, program_id: Id, keys: Collection[str], at: datetime) -> set[str]:
    """Which of these payment means belonged to somebody who has left within the year; one query."""
    marks = {
        _digest(told, kind=MarkKind.PAYMENT, program_id=program_id, key=key): told
        for told in keys
        for key in _keys()
    }
    found = IdentityMark.objects.filter(
        program_id=program_id,
        kind=MarkKind.PAYMENT,
        digest__in=marks,
        member=None,
        expires_at__gt=at,
    )
    return {marks[bytes(digest)] for digest in found.values_list("digest", flat=True)}


@inside_unit_of_work
def hand_over(survivors: Mapping[Id, Id]) -> None:
    """After merges the survivors carry the marks; those they have themselves are not doubled."""
    rows = list(IdentityMark.objects.filter(member_id__in=survivors))
    IdentityMark.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        assert row.member_id, "these marks have members"
        row.member_id = survivors[row.member_id]
    IdentityMark.objects.bulk_create(rows, ignore_conflicts=True)


def known_elsewhere(persons: Collection[Person], *, at: datetime) -> dict[Id, int]:
    """For each of these people, how many other members have the mailbox, and tombstones the mailbox or phone."""
    keys = _keys()
    mine = {
        person.id: {mark for key in keys for mark in marks_of(person, key=key).items()}
        for person in persons
    }
    digests = {digest for marks in mine.values() for _kind, digest in marks}
    programs = {person.program_id for person in persons}
    found = list(
        IdentityMark.objects.filter(program_id__in=programs, digest__in=digests).values_list(
            "kind", "digest", "member_id", "expires_at"
        )
    )
    return {
        person_id: sum(
            1
            for kind, digest, member_id, expires_at in found
            if (kind, bytes(digest)) in marks
            and _speaks(kind, member_id, expires_at, person_id=person_id, at=at)
        )
        for person_id, marks in mine.items()
    }


@unit_of_work
def forget_tombstones(*, program: Program, at: datetime) -> int:
    """Drop the tombstones whose year is over; then the person is new again."""
    removed, _by_table = IdentityMark.objects.filter(program=program, expires_at__lte=at).delete()
    return removed


@inside_unit_of_work
def mark_members(*, program: Program, cursor: str | None) -> str | None:
    """Mark those who were members before the first plan, some hundreds at once; answers where to go on."""
    after = Id(cursor) if cursor else None
    persons = persons_after(program_id=program.pk, after=after, limit=MEMBERS_AT_ONCE)
    mark(persons)
    return str(persons[-1].id) if len(persons) == MEMBERS_AT_ONCE else None


def programs_with_plans(program_ids: Collection[Id]) -> set[Id]:
    """Which of these programmes have a plan at all; the others keep no marks."""
    rows = ReferralPlan.objects.filter(program_id__in=program_ids)
    return set(rows.values_list("program_id", flat=True).distinct())


def _speaks(
    kind: str, member_id: Id | None, expires_at: datetime | None, *, person_id: Id, at: datetime
) -> bool:
    if member_id is None:
        return expires_at is not None and expires_at > at
    return kind == MarkKind.EMAIL and member_id != person_id
