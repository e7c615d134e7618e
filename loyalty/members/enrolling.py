"""Enrolling: how somebody becomes a member."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work, unit_of_work_racing
from loyalty.members.consenting import ConsentTold, note_consents_of
from loyalty.members.contacts import ProfileTold, canonical_card, new_profile
from loyalty.members.facts import MemberEnrolled
from loyalty.members.models import Member, MemberProfile
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import local_time
from loyalty.programs.models import Program

CLOCKS_DIFFER_MAX: Final = timedelta(minutes=5)  # a shop's clock may run ahead of ours by this much


class MemberExists(DomainError):
    """An external id names one member (external_id_names_one_member); its id is told, so that nobody has to search."""

    code = "member_exists"
    kind = Kind.CONFLICT
    title = _("Already a member")
    detail = _("This external id belongs to {member}.")


class CardTaken(DomainError):
    """A card number names one member (card_names_one_member)."""

    code = "card_taken"
    kind = Kind.CONFLICT
    title = _("Card already in use")
    detail = _("This card belongs to another member.")


class JoinedInFuture(DomainError):
    """Nobody has joined tomorrow."""

    code = "joined_in_future"
    kind = Kind.REFUSED
    title = _("Joined in the future")
    detail = _("It is {now} by the programme's clock.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """Who is to be enrolled, and what they bring along; without an id of the shop's until it tells one."""

    external_id: str | None
    joined_at: datetime | None = None
    locale: str = ""
    time_zone: str = ""
    referral_code: str = ""
    profile: ProfileTold = field(default_factory=ProfileTold)
    consents: Sequence[ConsentTold] = ()


@unit_of_work_racing("external_id_names_one_member", "card_names_one_member")
def enrol(
    *, program: Program, enrolments: Sequence[Enrolment], how: str, actor: Actor, at: datetime
) -> list[Member]:
    """Enrol all of these or none, in order. Raises MemberExists, CardTaken, JoinedInFuture."""
    for enrolment in enrolments:
        if enrolment.joined_at and enrolment.joined_at > at + CLOCKS_DIFFER_MAX:
            raise JoinedInFuture(pointer="/joined_at", now=local_time(at, program.zone))
    _refuse_known(program=program, enrolments=enrolments)
    members = [_member_from(program=program, told=told, at=at) for told in enrolments]
    Member.objects.bulk_create(sorted(members, key=lambda member: member.external_id or ""))
    MemberProfile.objects.bulk_create(
        new_profile(member=member, told=told.profile, at=at)
        for member, told in zip(members, enrolments, strict=True)
    )
    announce(
        [
            _fact_of(member, how=how, at=at, referral_code=told.referral_code)
            for member, told in zip(members, enrolments, strict=True)
        ]
    )
    answers = [
        (member, consent)
        for member, told in zip(members, enrolments, strict=True)
        for consent in told.consents
    ]
    note_consents_of(told=answers, actor=actor, at=at)
    return members


@inside_unit_of_work
def enrol_missing(
    *, program: Program, joined: dict[str, datetime], at: datetime
) -> dict[str, Member]:
    """Enrol these external ids at their first event; who came meanwhile by another door is left alone.

    Answers the fresh members only. Constant number of statements, sorted, so that two batches
    with the same strangers wait for each other instead of deadlocking.
    """
    fresh_ids = _insert_missing(program=program, joined=joined, at=at)
    if not fresh_ids:
        return {}
    fresh = {
        member.external_id: member
        for member in Member.objects.filter(pk__in=fresh_ids)
        if member.external_id
    }
    profiles = MemberProfile.objects.bulk_create(
        new_profile(member=member, told={}, at=at) for member in fresh.values()
    )
    for profile in profiles:
        profile.member.profile = profile
    announce([_fact_of(member, how="event", at=at) for member in fresh.values()])
    return fresh


def _insert_missing(*, program: Program, joined: dict[str, datetime], at: datetime) -> list[Id]:
    rows = sorted(joined.items())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO loyalty_member
                (id, program_id, external_id, status, joined_at, locale, time_zone, epoch, enrolled_at)
            SELECT id, %s, external_id, 'active', joined_at, '', '', 0, %s
            FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[])
                AS told (id, external_id, joined_at)
            ORDER BY external_id
            ON CONFLICT (program_id, external_id) DO NOTHING
            RETURNING id
            """,
            [
                program.pk,
                at,
                [new_id() for _row in rows],
                [external_id for external_id, _at in rows],
                [joined_at for _external_id, joined_at in rows],
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def _refuse_known(*, program: Program, enrolments: Collection[Enrolment]) -> None:
    wanted = [told.external_id for told in enrolments if told.external_id is not None]
    assert len(set(wanted)) == len(wanted), "one enrolment per external id"
    known = Member.objects.filter(program=program, external_id__in=wanted).first()
    if known is not None:
        raise MemberExists(member=known.shown_id)
    cards = [canonical_card(card) for told in enrolments if (card := told.profile.get("card"))]
    if cards and MemberProfile.objects.filter(program=program, card__in=cards).exists():
        raise CardTaken(pointer="/card")


def _member_from(*, program: Program, told: Enrolment, at: datetime) -> Member:
    return Member(
        program=program,
        external_id=told.external_id,
        joined_at=told.joined_at or at,
        locale=told.locale,
        time_zone=told.time_zone,
        enrolled_at=at,
    )


def _fact_of(member: Member, *, how: str, at: datetime, referral_code: str = "") -> MemberEnrolled:
    return MemberEnrolled(
        program_id=member.program_id,
        member_id=member.pk,
        at=at,
        how=how,
        referral_code=referral_code,
    )
