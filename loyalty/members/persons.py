"""Persons: what rooms above may compare about the people behind members; kept by nobody there (S-54)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists

from loyalty.foundation.ids import Id
from loyalty.members.contacts import email_of, phone_of
from loyalty.members.kinds import GONE, MemberStatus
from loyalty.members.models import Member

__all__ = [
    "Member", "Person", "Standing", "active_ids", "joined_since", "member_ids_after", "merged_into", "persons_after",
    "persons_of", "standings_of", "zones_of",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member with contacts in clear, for as long as somebody looks; empty where nothing is known."""

    id: Id
    program_id: Id
    status: str
    joined_at: datetime
    enrolled_at: datetime
    locale: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_gone(self) -> bool:
        return self.status in GONE

    @property
    def is_active(self) -> bool:
        return self.status == MemberStatus.ACTIVE


def persons_of(member_ids: Collection[Id]) -> dict[Id, Person]:
    """The people behind these members; one query."""
    rows = Member.objects.filter(pk__in=set(member_ids)).select_related("profile")
    return {row.pk: _person(row) for row in rows}


def zones_of(member_ids: Collection[Id]) -> dict[Id, str]:
    """The zones that these members live by; empty where nothing is known, and the programme's holds."""
    rows = Member.objects.filter(pk__in=set(member_ids))
    return dict(rows.values_list("pk", "time_zone"))


def persons_after(*, program_id: Id, after: Id | None, limit: int) -> list[Person]:
    """The next members of a programme by id who are still there, for jobs that pass by everybody."""
    rows = Member.objects.filter(program_id=program_id).exclude(status__in=GONE)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return [_person(row) for row in rows.select_related("profile").order_by("pk")[:limit]]


def joined_since(*, program_id: Id, since: datetime, limit: int) -> list[tuple[Id, datetime]]:
    """Who joined since then and is still there, the newest first: ids and instants."""
    rows = Member.objects.filter(program_id=program_id, joined_at__gte=since)
    newest = rows.exclude(status__in=GONE).order_by("-joined_at", "pk")
    return list(newest.values_list("pk", "joined_at")[:limit])


def merged_into(member_ids: Collection[Id]) -> dict[Id, list[Id]]:
    """Who was merged into each of these members, however long the way; the member itself stands first."""
    whole = {each: [each] for each in member_ids}
    leads = {each: each for each in member_ids}
    while leads:
        ring = list(
            Member.objects.filter(merged_into_id__in=leads).values_list("pk", "merged_into_id")
        )
        leads = {gone: leads[into] for gone, into in ring}
        for gone, end in leads.items():
            whole[end].append(gone)
    return whole


def _person(row: Member) -> Person:
    profile = row.profile
    return Person(
        id=row.pk,
        program_id=row.program_id,
        status=row.status,
        joined_at=row.joined_at,
        enrolled_at=row.enrolled_at,
        locale=row.locale,
        first_name=profile.first_name,
        last_name=profile.last_name,
        email=email_of(profile) or "",
        phone=phone_of(profile) or "",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a member stands, without the person behind."""

    status: str
    joined_at: datetime

    @property
    def is_suspended(self) -> bool:
        return self.status == MemberStatus.SUSPENDED

    @property
    def is_active(self) -> bool:
        return self.status == MemberStatus.ACTIVE


def standings_of(member_ids: Collection[Id]) -> dict[Id, Standing]:
    """How these members stand and when they joined; one query, no contact is opened."""
    rows = Member.objects.filter(pk__in=set(member_ids))
    return {
        member_id: Standing(status=status, joined_at=joined_at)
        for member_id, status, joined_at in rows.values_list("pk", "status", "joined_at")
    }


def active_ids(member_ids: Collection[Id], *, but: Exists) -> list[Id]:
    """The active ones of these, lowest id first, without those of whom something is known above; one query."""
    rows = Member.objects.filter(~but, pk__in=set(member_ids), status=MemberStatus.ACTIVE)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def member_ids_after(*, program_id: Id, after: Id | None, limit: int) -> list[Id]:
    """The next members of a programme by id who are still there; ids alone."""
    rows = Member.objects.filter(program_id=program_id).exclude(status__in=GONE)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
