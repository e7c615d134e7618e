"""Changing members: what is known about them, and whether they take part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work, unit_of_work_racing
from loyalty.members.contacts import Contact, ProfileTold, canonical_card, write_profile
from loyalty.members.enrolling import CardTaken, MemberExists
from loyalty.members.facts import (
    MemberContactChanged,
    MemberStatusChanged,
    MemberZoneChanged,
)
from loyalty.members.kinds import GONE, MemberStatus
from loyalty.members.models import Member, MemberProfile
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact


class MemberGone(DomainError):
    """Merged and erased members do not come back (erased_member_has_no_external_id)."""

    code = "member_gone"
    kind = Kind.CONFLICT
    title = _("No longer a member")
    detail = _("This member is {status}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is to be different about a member; None leaves a field as it is."""

    external_id: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    profile: ProfileTold = field(default_factory=ProfileTold)


REST: Final = timedelta(hours=48)

Hearer: TypeAlias = Callable[["ContactChange"], None]
_hearers: Final[list[Hearer]] = []


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactChange:
    """Whose contact was changed, at which instant, what of it, and the mailboxes of before and of now."""

    member: Member
    at: datetime
    is_email: bool
    is_phone: bool
    mailboxes: tuple[str, ...]


def hears_of_contact_changes(hearer: Hearer) -> Hearer:
    """Register who writes to people whose contact was changed (S-20); called inside the unit, with the change in clear."""
    _hearers[:] = [hearer]
    return hearer


@unit_of_work_racing("external_id_names_one_member", "card_names_one_member")
def change(*, member: Member, told: Change, actor: Actor, at: datetime) -> Member:
    """Change what was told and nothing else. Raises MemberGone, MemberExists, CardTaken.

    A changed contact signs the member out everywhere: old tokens die with the old epoch (S-12); what is costly rests
    for 48 hours (S-20). The first contact ever does neither: nobody had one to lose.
    """
    assert actor.kind, "every change has an actor"
    row = _held([member])[0]
    _refuse_taken(row, told=told)
    zone_before = row.time_zone
    row.external_id = told.external_id or row.external_id
    row.locale = row.locale if told.locale is None else told.locale
    row.time_zone = row.time_zone if told.time_zone is None else told.time_zone
    profile = MemberProfile.objects.get(member=row)
    before = Contact.of(profile)
    write_profile(profile=profile, told=told.profile, at=at)
    after = Contact.of(profile)
    is_another = before.is_there and not after.is_same_as(before)
    if is_another:
        row.epoch += 1
        row.rests_until = at + REST
    profile.save()
    row.save()
    row.profile = profile
    _announce_zone(row, before=zone_before, at=at)
    if not after.is_same_as(before):
        announce([MemberContactChanged(program_id=row.program_id, member_id=row.pk, at=at)])
    if is_another:
        _tell_of(row, before=before, after=after, at=at)
    return row


def _tell_of(row: Member, *, before: Contact, after: Contact, at: datetime) -> None:
    told = {before.email_digest: before.email, after.email_digest: after.email}
    changed = ContactChange(
        member=row,
        at=at,
        is_email=before.email_digest != after.email_digest,
        is_phone=before.phone_digest != after.phone_digest,
        mailboxes=tuple(email for email in told.values() if email),
    )
    for hearer in _hearers:
        hearer(changed)


@unit_of_work
def set_status(
    *, members: Sequence[Member], status: MemberStatus, actor: Actor, at: datetime
) -> list[Member]:
    """Suspend, restrict, or make active again, all or none; raises MemberGone.

    Whoever is not active any more is signed out everywhere.
    """
    assert status not in GONE, "nobody is merged or erased by a status alone"
    assert actor.kind, "every change has an actor"
    rows = _held(members)
    facts: list[Fact] = []
    for row in rows:
        if row.status == status:
            continue
        facts.append(
            MemberStatusChanged(
                program_id=row.program_id,
                member_id=row.pk,
                at=at,
                before=row.status,
                after=status,
            )
        )
        row.status = status
        row.epoch += 0 if status == MemberStatus.ACTIVE else 1
    Member.objects.bulk_update(rows, ["status", "epoch"])
    announce(facts)
    return rows


@unit_of_work
def sign_out_everywhere(*, member: Member) -> Member:
    """Raise the epoch: every token and session of before is void (S-12)."""
    (row,) = _held([member])
    row.epoch += 1
    row.save(update_fields=["epoch"])
    return row


def _held(members: Sequence[Member]) -> list[Member]:
    """These rows under lock, lowest id first, so that two edits of one member follow each other."""
    wanted = Member.objects.select_for_update(of=("self",), no_key=True)
    rows = list(wanted.filter(pk__in=[member.pk for member in members]).order_by("pk"))
    for row in rows:
        if row.status in GONE:
            raise MemberGone(status=row.status)
    return rows


def _refuse_taken(row: Member, *, told: Change) -> None:
    others = Member.objects.filter(program_id=row.program_id).exclude(pk=row.pk)
    if told.external_id is not None:
        known = others.filter(external_id=told.external_id).first()
        if known is not None:
            raise MemberExists(member=known.shown_id)
    card = told.profile.get("card")
    if card:
        profiles = MemberProfile.objects.filter(program_id=row.program_id).exclude(member=row)
        if profiles.filter(card=canonical_card(card)).exists():
            raise CardTaken(pointer="/card")


def _announce_zone(row: Member, *, before: str, at: datetime) -> None:
    if row.time_zone == before:
        return
    announce(
        [
            MemberZoneChanged(
                program_id=row.program_id,
                member_id=row.pk,
                at=at,
                before=before,
                after=row.time_zone,
            )
        ]
    )
