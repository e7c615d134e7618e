"""Consents: what members said yes or no to. Rows are only added; the newest of a purpose holds (S-60)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.facts import ConsentNoted
from loyalty.members.models import Consent, Member
from loyalty.outbox.announcing import announce


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentTold:
    """One answer to one purpose, with the version of the words that were shown."""

    purpose: str
    is_given: bool
    text_version: str = ""
    source: str = ""


@unit_of_work
def note_consents(
    *, member: Member, told: Sequence[ConsentTold], actor: Actor, at: datetime
) -> list[Consent]:
    """Keep what this member said; an answer that already holds is kept again, as a renewed one."""
    return note_consents_of(told=[(member, answer) for answer in told], actor=actor, at=at)


@inside_unit_of_work
def note_consents_of(
    *, told: Sequence[tuple[Member, ConsentTold]], actor: Actor, at: datetime
) -> list[Consent]:
    """Keep answers of many members, in the given order."""
    if not told:
        return []
    rows = Consent.objects.bulk_create(
        Consent(
            member=member,
            purpose=answer.purpose,
            is_given=answer.is_given,
            text_version=answer.text_version,
            source=answer.source,
            actor_kind=actor.kind,
            actor_id=actor.id,
            noted_at=at,
        )
        for member, answer in told
    )
    announce(
        [
            ConsentNoted(
                program_id=member.program_id,
                member_id=member.pk,
                at=at,
                purpose=answer.purpose,
                is_given=answer.is_given,
            )
            for member, answer in told
        ]
    )
    return rows


def consents_of(*, member_ids: Collection[Id]) -> dict[Id, list[Consent]]:
    """What holds today: the newest answer per purpose, purposes in alphabetical order."""
    newest = (
        Consent.objects.filter(member_id__in=member_ids)
        .order_by("member_id", "purpose", "-id")
        .distinct("member_id", "purpose")
    )
    holding: dict[Id, list[Consent]] = {}
    for consent in newest:
        holding.setdefault(consent.member_id, []).append(consent)
    return holding
