"""Showing members: what doors tell about them, with parts that rooms above put in."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from loyalty.foundation.ids import Id
from loyalty.members.consenting import consents_of
from loyalty.members.contacts import birthday_of, email_of, phone_of
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Consent, Member, MemberProfile
from loyalty.members.segments.segmenting import segments_of
from loyalty.programs.models import Program

Shown: TypeAlias = dict[str, object]
Part: TypeAlias = Callable[[Program, Collection[Id], datetime], Mapping[Id, object]]

Entrance: TypeAlias = Callable[[Member, bool], str]

_entrances: Final[list[Entrance]] = []
_shown_parts: Final[dict[str, Part]] = {}
_exported_parts: Final[dict[str, Part]] = {}


def shown_with_member(name: str) -> Callable[[Part], Part]:
    """Put this part into every member shown: a constant number of queries, however many members."""
    return _registering(_shown_parts, name)


def exported_with_member(name: str) -> Callable[[Part], Part]:
    """Put this part into a member's export: everything a room keeps about them (S-57)."""
    return _registering(_exported_parts, name)


def tells_entrance(entrance: Entrance) -> Entrance:
    """Register who knows a path that lets a member in once: whoever builds pages for members."""
    _entrances[:] = [entrance]
    return entrance


def entrance_of(member: Member, *, to_send: bool = False) -> str | None:
    """A fresh path for this member, good for a minute, or long enough to be sent; None without pages for members."""
    return _entrances[0](member, to_send) if _entrances else None


def show_members(*, program: Program, members: Iterable[Member], at: datetime) -> list[Shown]:
    """These members as doors tell them, in order, with every registered part."""
    rows = list(members)
    ids = [member.pk for member in rows]
    profiles = _profiles_of(rows)
    shown = [show_plainly(member, profile=profiles.get(member.pk)) for member in rows]
    for name, part in _shown_parts.items():
        told = part(program, ids, at)
        for member, view in zip(rows, shown, strict=True):
            view[name] = told.get(member.pk)
    return shown


def _profiles_of(members: Sequence[Member]) -> dict[Id, MemberProfile | None]:
    """Their profiles: those that came with the rows, else by one query."""
    told: dict[Id, MemberProfile | None] = {
        row.pk: getattr(row, "profile", None) for row in members if Member.profile.is_cached(row)
    }
    missing = [row.pk for row in members if row.pk not in told]
    if missing:
        told |= {p.member_id: p for p in MemberProfile.objects.filter(member_id__in=missing)}
    return told


def show_member_alone(member: Member) -> Shown:
    """What this room knows about one member, without the parts of other rooms."""
    return show_plainly(member, profile=_profiles_of([member]).get(member.pk))


def show_plainly(member: Member, *, profile: MemberProfile | None) -> Shown:
    """What this room knows about a member; about an erased one, only that."""
    view: Shown = {
        "id": member.shown_id,
        "external_id": member.external_id,
        "status": member.status,
        "joined_at": member.joined_at,
    }
    if member.status == MemberStatus.ERASED or profile is None:
        return view
    birthday = birthday_of(profile)
    return view | {
        "first_name": profile.first_name or None,
        "last_name": profile.last_name or None,
        "birthday": birthday.shown if birthday else None,
        "email": email_of(profile),
        "phone": phone_of(profile),
        "card": profile.card,
        "locale": member.locale or None,
        "time_zone": member.time_zone or None,
        "attributes": profile.attributes,
    }


def export_member(*, program: Program, member: Member, at: datetime) -> Shown:
    """Everything that is kept about one member, room by room."""
    profile = MemberProfile.objects.filter(member=member).first()
    consents = Consent.objects.filter(member=member).order_by("id")
    segments = segments_of(member_ids=[member.pk]).get(member.pk, [])
    export: Shown = {
        "format": "wafa.member/1",
        "exported_at": at,
        "member": show_plainly(member, profile=profile),
        "consents": [show_consent(consent) for consent in consents],
        "segments": [
            {"segment": row.segment, "entered_at": row.entered_at, "left_at": row.left_at}
            for row in segments
        ],
    }
    for name, part in (_shown_parts | _exported_parts).items():
        export[name] = part(program, [member.pk], at).get(member.pk)
    return export


def show_consent(consent: Consent) -> Shown:
    """One answer to one purpose."""
    return {
        "purpose": consent.purpose,
        "given": consent.is_given,
        "text_version": consent.text_version or None,
        "source": consent.source or None,
        "noted_at": consent.noted_at,
    }


def show_consents(*, member: Member) -> list[Shown]:
    """What holds for this member today, purpose by purpose."""
    holding = consents_of(member_ids=[member.pk]).get(member.pk, [])
    return [show_consent(consent) for consent in holding]


def _registering(parts: dict[str, Part], name: str) -> Callable[[Part], Part]:
    def register(part: Part) -> Part:
        assert parts.get(name, part) is part, f"{name} is taken"
        parts[name] = part
        return part

    return register
