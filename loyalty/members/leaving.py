"""Leaving: the member's side of merging and erasing. The points' side is the ledger's, which calls these steps."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id
from loyalty.foundation.models import IdempotencyRecord
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.facts import MemberErased, MemberMerged, MemberParted
from loyalty.members.kinds import GONE, MemberStatus
from loyalty.members.models import FormerContact, Member, MemberProfile
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program

REMEMBERED_FOR: Final = timedelta(days=365)
PERSONAL: Final[dict[str, Any]] = {
    "first_name": "",
    "last_name": "",
    "birth_month": None,
    "birth_day": None,
    "birth_year": None,
    "birthday_changed_at": None,
    "email_sealed": None,
    "email_digest": None,
    "phone_sealed": None,
    "phone_digest": None,
    "contact_changed_at": None,
    "card": None,
    "attributes": {},
}


class MergeNotPossible(DomainError):
    """Two living members of one programme merge; nobody merges into themselves (merged_member_has_a_survivor)."""

    code = "merge_not_possible"
    kind = Kind.CONFLICT
    title = _("These cannot be merged")
    detail = _("Both must be members of this programme today, and not the same one.")


@inside_unit_of_work
def mark_merged(*, gone: Member, survivor: Member, at: datetime) -> Member:
    """Let `gone` lead to `survivor` from now on; its profile stays, so that this can be undone.

    The survivor keeps its own contacts. Raises MergeNotPossible. Answers the changed row.
    """
    rows = _held(gone, survivor)
    leaving, staying = rows.get(gone.pk), rows.get(survivor.pk)
    if leaving is None or staying is None or leaving.pk == staying.pk:
        raise MergeNotPossible
    if leaving.program_id != staying.program_id or {leaving.status, staying.status} & GONE:
        raise MergeNotPossible
    leaving.status = MemberStatus.MERGED
    leaving.merged_into = staying
    leaving.epoch += 1
    leaving.save(update_fields=["status", "merged_into", "epoch"])
    announce(
        [
            MemberMerged(
                program_id=leaving.program_id,
                member_id=leaving.pk,
                at=at,
                survivor_id=staying.pk,
            )
        ]
    )
    return leaving


@inside_unit_of_work
def mark_parted(*, member: Member, status: MemberStatus, at: datetime) -> Member:
    """Undo `mark_merged`: this member answers for itself again, with the status of before."""
    row = _held(member)[member.pk]
    if row.status != MemberStatus.MERGED or row.merged_into_id is None:
        raise MergeNotPossible
    survivor_id = row.merged_into_id
    row.status, row.merged_into = status, None
    row.save(update_fields=["status", "merged_into"])
    announce(
        [MemberParted(program_id=row.program_id, member_id=row.pk, at=at, survivor_id=survivor_id)]
    )
    return row


@inside_unit_of_work
def erase_person(*, member: Member, at: datetime) -> list[Member]:
    """Empty the profile of this member and of all that were merged into it; ids stay, without a person (S-58).

    At once nobody finds them by external id, contact or card, and every token is void; what was answered under their
    own tokens' keys goes too (V-8). Answers all rows that were erased; an erased member again: NotFound.
    """
    if member.status == MemberStatus.ERASED:
        raise NotFound
    rows = list(_held(member, *_merged_into(member)).values())
    for row in rows:
        row.status, row.external_id, row.merged_into = MemberStatus.ERASED, None, None
        row.locale, row.time_zone = "", ""
        row.epoch += 1
    Member.objects.bulk_update(
        rows, ["status", "external_id", "merged_into", "locale", "time_zone", "epoch"]
    )
    _keep_former_contacts(rows, at=at)
    MemberProfile.objects.filter(member__in=rows).update(**PERSONAL, changed_at=at)
    IdempotencyRecord.objects.filter(member_id__in=[row.pk for row in rows]).delete()
    announce([MemberErased(program_id=row.program_id, member_id=row.pk, at=at) for row in rows])
    return rows


def returned_of(member_ids: Collection[Id], *, at: datetime) -> set[Id]:
    """Who of these joined with a contact of somebody who was erased within twelve months; one query."""
    profiles = MemberProfile.objects.filter(member_id__in=member_ids)
    same = FormerContact.objects.filter(
        Q(digest=OuterRef("email_digest")) | Q(digest=OuterRef("phone_digest")),
        program_id=OuterRef("program_id"),
        ends_at__gt=at,
    )
    return set(profiles.filter(Exists(same)).values_list("member_id", flat=True))


@unit_of_work
def forget_former_contacts(*, program: Program, at: datetime) -> int:
    """What is a year old is compared no longer; answers how many went."""
    return FormerContact.objects.filter(program=program, ends_at__lte=at).delete()[0]


@inside_unit_of_work
def _keep_former_contacts(rows: Sequence[Member], *, at: datetime) -> None:
    """Digests alone, and under the programme; erased again, the year begins anew."""
    profiles = MemberProfile.objects.filter(member__in=rows)
    told = profiles.values_list("program_id", "email_digest", "phone_digest")
    found = {(program, bytes(each)) for program, *both in told for each in both if each}
    FormerContact.objects.bulk_create(
        [
            FormerContact(program_id=program, digest=digest, ends_at=at + REMEMBERED_FOR)
            for program, digest in sorted(found)
        ],
        update_conflicts=True,
        unique_fields=["program", "digest"],
        update_fields=["ends_at"],
    )


def _held(*members: Member) -> dict[object, Member]:
    wanted = Member.objects.select_for_update(of=("self",), no_key=True)
    rows = wanted.filter(pk__in=[member.pk for member in members]).order_by("pk")
    return {row.pk: row for row in rows}


def _merged_into(member: Member) -> list[Member]:
    """Everybody whose merges end at this member, however long the way."""
    found: list[Member] = []
    ring = [member]
    while ring:
        ring = list(Member.objects.filter(merged_into__in=ring))
        found.extend(ring)
    return found
