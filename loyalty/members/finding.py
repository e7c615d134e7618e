"""Finding members: by our id, by the shop's, by contact or card. Foreign ones do not exist here (S-2)."""

import re
from calendar import isleap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractDay, ExtractMonth

from loyalty.access.tokens import tells_epochs
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import NotFound
from loyalty.members.contacts import canonical_card, email_digest, phone_digest
from loyalty.members.kinds import GONE, MemberStatus
from loyalty.members.models import EXTERNAL_ID_LENGTH_MAX, Member, MemberProfile
from loyalty.programs.calendar import midnight, zone_named
from loyalty.programs.models import Program

EXTERNAL: Final = "ext:"
# No slash, so that every external id can stand in an address after `ext:`.
EXTERNAL_ID_FORM: Final = re.compile(r"^[^\s/][^/]*$")
MERGES_FOLLOWED_MAX: Final = 20  # A into B into C …: longer chains are a mistake of ours
_BY_ID: Final = "SELECT id, status FROM loyalty_member WHERE program_id = %s AND id = %s"
_BY_EXTERNAL_ID: Final = (
    "SELECT id, status FROM loyalty_member WHERE program_id = %s AND external_id = %s"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Whom a reference named when it was first given, and who answers for it today."""

    told_id: Id
    member: Member


def find_member(*, program: Program, told: str) -> Member:
    """The member behind `mem_…` or `ext:…`; a merged one leads to its survivor.

    Unknown, foreign, malformed and erased ones raise the same NotFound.
    """
    member = find_member_even_erased(program=program, told=told)
    if member.status == MemberStatus.ERASED:
        raise NotFound
    return member


def find_member_id(*, program: Program, told: str) -> Id:
    """As `find_member`, for hot paths that need the id alone: one small statement, unless they were merged."""
    if told.startswith(EXTERNAL):
        rows = run(_BY_EXTERNAL_ID, [program.pk, told[len(EXTERNAL) :]])
    else:
        rows = run(_BY_ID, [program.pk, read_id(Member.prefix, told)])
    if not rows or rows[0][1] == MemberStatus.ERASED:
        raise NotFound
    if rows[0][1] == MemberStatus.MERGED:
        return find_member(program=program, told=told).pk
    member_id: Id = rows[0][0]
    return member_id


def find_member_even_erased(*, program: Program, told: str) -> Member:
    """As `find_member`, but an erased one is answered: by id its status may be seen (S-58)."""
    found = find_members(program=program, told={told}).get(told)
    if found is None:
        raise NotFound
    return found.member


def find_members(*, program: Program, told: Collection[str]) -> dict[str, Found]:
    """Everybody behind these references in one query (more only for merged ones); the unknown are absent."""
    ids = {text: row_id for text in told if (row_id := _member_id(text)) is not None}
    externals = {text: text[len(EXTERNAL) :] for text in told if text.startswith(EXTERNAL)}
    wanted = Q(pk__in=set(ids.values())) | Q(external_id__in=set(externals.values()))
    rows = list(Member.objects.filter(wanted, program=program).select_related("profile"))
    by_id = {row.pk: row for row in rows}
    by_external = {row.external_id: row for row in rows}
    named = {text: by_id[row_id] for text, row_id in ids.items() if row_id in by_id}
    named |= {text: by_external[key] for text, key in externals.items() if key in by_external}
    survivors = _survivors(named.values())
    return {
        text: Found(told_id=row.pk, member=survivors.get(row.pk, row))
        for text, row in named.items()
    }


def member_of_id(member_id: Id) -> Member:
    """The member of this id with the profile, for those whose own token says so. Raises NotFound."""
    member = Member.objects.select_related("profile").filter(pk=member_id).first()
    if member is None:
        raise NotFound
    return member


def survivor_of(member_id: Id) -> Id:
    """Who answers for this member today: the last one that merges led to, or the member."""
    member = Member.objects.get(pk=member_id)
    return _survivors([member]).get(member.pk, member).pk


def survivors_of(member_ids: Collection[Id]) -> dict[Id, Id]:
    """Who answers for each of these members today."""
    return {told: member.pk for told, member in answering_for(member_ids).items()}


def answering_for(member_ids: Collection[Id]) -> dict[Id, Member]:
    """As `survivors_of`, with how they stand; one query, more only for merged ones."""
    members = list(Member.objects.filter(pk__in=set(member_ids)))
    leading = _survivors(members)
    return {member.pk: leading.get(member.pk, member) for member in members}


def members_by(
    *,
    program: Program,
    external_id: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    card: str | None = None,
) -> QuerySet[Member]:
    """Exact matches only, merged and erased ones left out; without a word, everybody of the programme."""
    members = Member.objects.filter(program=program).select_related("profile")
    if external_id is not None:
        return members.filter(external_id=external_id)
    members = members.exclude(status__in=GONE)
    if email is not None:
        digest = email_digest(program_id=program.pk, email=email)
        return members.filter(profile__program=program, profile__email_digest=digest)
    if phone is not None:
        digest = phone_digest(program_id=program.pk, phone=phone)
        return members.filter(profile__program=program, profile__phone_digest=digest)
    if card is not None:
        return members.filter(profile__program=program, profile__card=canonical_card(card))
    return members


def members_born_on(
    *, program: Program, day: date, told_before: datetime, after: Id | None, limit: int
) -> list[Id]:
    """Members whose birthday is kept on this day, lowest id first; in common years 29 February on the 28th.

    Only birthdays that were known before `told_before`: one entered a moment ago waits for next year (E-7).
    """
    kept = Q(birth_month=day.month, birth_day=day.day)
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        kept |= Q(birth_month=2, birth_day=29)
    rows = MemberProfile.objects.filter(
        kept, program=program, birthday_changed_at__lt=told_before
    ).exclude(member__status__in=GONE)
    return _page_of(rows.values_list("member_id", flat=True), after=after, limit=limit)


def members_joined_on(*, program: Program, day: date, after: Id | None, limit: int) -> list[Id]:
    """Members who joined on this day of an earlier year, by the programme's calendar, lowest id first."""
    joined = ExtractMonth("joined_at", tzinfo=zone_named(program.zone))
    kept = Q(month=day.month, day=day.day)
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        kept |= Q(month=2, day=29)
    rows = (
        Member.objects.filter(program=program, joined_at__lt=midnight(day, program.zone))
        .exclude(status__in=GONE)
        .annotate(month=joined, day=ExtractDay("joined_at", tzinfo=zone_named(program.zone)))
        .filter(kept)
    )
    return _page_of(rows.values_list("pk", flat=True), after=after, limit=limit)


def _page_of(ids: QuerySet[Any, Id], *, after: Id | None, limit: int) -> list[Id]:
    if after is not None:
        ids = ids.filter(pk__gt=after)
    return list(ids.order_by("pk")[:limit])


def external_id_in(told: str) -> str | None:
    """The shop's id in `ext:…`, if this is one that can be kept."""
    if not told.startswith(EXTERNAL):
        return None
    external_id = told[len(EXTERNAL) :]
    is_kept = len(external_id) <= EXTERNAL_ID_LENGTH_MAX and EXTERNAL_ID_FORM.match(external_id)
    return external_id if is_kept else None


@tells_epochs
def epoch_of(program_id: Id, member_id: Id) -> int | None:
    """The number that a token must carry to open this member's door; None: the door is shut (S-12)."""
    members = Member.objects.filter(pk=member_id, program_id=program_id)
    return (
        members.exclude(status__in=(*GONE, MemberStatus.SUSPENDED))
        .values_list("epoch", flat=True)
        .first()
    )


def _member_id(text: str) -> Id | None:
    if text.startswith(EXTERNAL):
        return None
    try:
        return read_id(Member.prefix, text)
    except NotFound:
        return None


def _survivors(members: Collection[Member]) -> Mapping[Id, Member]:
    """The survivor of each merged one of these; the others are absent."""
    leading = {member.pk: member for member in members if member.merged_into_id}
    for _step in range(MERGES_FOLLOWED_MAX):
        nexts = {member.merged_into_id for member in leading.values() if member.merged_into_id}
        if not nexts:
            return leading
        rows = {
            row.pk: row for row in Member.objects.filter(pk__in=nexts).select_related("profile")
        }
        leading = {
            start: rows[member.merged_into_id] if member.merged_into_id else member
            for start, member in leading.items()
        }
    raise AssertionError("merges go round in a circle")
