"""Remembering: keyed hashes of mailboxes and phones, so that a friend is new or not, also after an erasure (R-47, R-48)."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings

from loyalty.foundation.ids import Id
from loyalty.foundation.sealing import short_digest
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


def key_id() -> str:
    """Which key the marks of today are made with; the key itself lives outside the database."""
    return sha256(b"wafa.mark.key:" + settings.WAFA_PEPPER.encode()).hexdigest()[:8]


def marks_of(person: Person) -> dict[MarkKind, bytes]:
    """The keyed hashes of what is known about a person."""
    told = {
        MarkKind.EMAIL: canonical_mail(person.email),
        MarkKind.PHONE: canonical_phone(person.phone),
    }
    return {
        kind: short_digest(text, purpose=f"referral.mark.{kind}:{person.program_id}")
        for kind, text in told.items()
        if text
    }


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
def bury(member_ids: Collection[Id], *, at: datetime) -> None:
    """Let the marks of erased people lose their member; they stay as tombstones for a year (R-48)."""
    rows = list(IdentityMark.objects.filter(member_id__in=member_ids))
    IdentityMark.objects.filter(pk__in=[row.pk for row in rows]).delete()
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
    stones.sort(key=lambda row: (str(row.program_id), row.kind, bytes(row.digest)))
    IdentityMark.objects.bulk_create(
        stones,
        update_conflicts=True,
        update_fields=["expires_at"],
        unique_fields=["program", "kind", "digest", "member"],
    )


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
    mine = {person.id: marks_of(person) for person in persons}
    digests = {digest for marks in mine.values() for digest in marks.values()}
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
            if marks.get(MarkKind(kind)) == bytes(digest)
            and _speaks(kind, member_id, expires_at, person_id=person_id, at=at)
        )
        for person_id, marks in mine.items()
    }


@unit_of_work
def forget_tombstones(*, at: datetime) -> int:
    """Drop the tombstones whose year is over; then the person is new again."""
    removed, _by_table = IdentityMark.objects.filter(expires_at__lte=at).delete()
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
