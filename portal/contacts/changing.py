"""Changing: a phone at once, a new address when the code that was mailed to it is typed (S-19, S-20)."""

import hmac
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation import sealing
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.changing import Change, change
from loyalty.members.contacts import PHONE_FORM, ProfileTold
from loyalty.members.persons import Member
from loyalty.programs.clock import now_of
from portal.contacts.models import NewAddress
from portal.entry.models import PortalSession
from portal.letters.asking import Asker, ask_at_new_address
from portal.letters.confirming import digest_of
from portal.letters.kinds import TRIES_MAX
from portal.letters.refusals import CodeNotUsable
from portal.words.reading import digits_of

# The newest one that was mailed for this holder; the try is counted before anybody looks at what was typed.
_TRY: Final = """
    UPDATE portal_newaddress SET tries = tries + 1
    WHERE id = (SELECT n.id FROM portal_newaddress n JOIN portal_letter l ON l.id = n.letter_id
                WHERE l.member_id = %s AND l.holder IS NOT DISTINCT FROM %s::uuid AND n.digest IS NOT NULL
                ORDER BY n.id DESC LIMIT 1)
      AND ends_at > %s AND tries < %s
    RETURNING id, digest
"""
# One statement decides: of two that come at once, the second finds nothing.
_TAKE: Final = "DELETE FROM portal_newaddress WHERE id = %s RETURNING sealed"


class NoPhoneNumber(DomainError):
    """What was typed is no phone number."""

    code = "no_phone_number"
    kind = Kind.REFUSED
    title = _("This is no phone number")
    detail = _("Digits, with a plus and the country before them.")


@unit_of_work
def ask_for_new_address(
    *, member: Member, email: str, session: PortalSession | None, asker: Asker, at: datetime
) -> None:
    """Have a code mailed to this address; whoever else has it is not looked up (S-16). Raises TooManyLetters."""
    holder = session.pk if session else None
    letter = ask_at_new_address(member=member, email=email, holder=holder, asker=asker, at=at)
    row = NewAddress(letter=letter, ends_at=letter.ends_at)
    row.sealed = sealing.seal(email.encode(), about=row.pk.bytes)
    row.save(force_insert=True)


def believe_new_address(
    *, member: Member, session: PortalSession | None, told: str, at: datetime
) -> None:
    """Spend this code: its address is the member's from now on. Raises CodeNotUsable, and one try is gone."""
    rows = _count_a_try(member_id=member.pk, holder=session.pk if session else None, at=at)
    if not rows:
        raise CodeNotUsable
    row_id, digest = rows[0]
    code = "".join(digits_of(told).split())
    if not hmac.compare_digest(bytes(digest), digest_of(code, letter_id=row_id)):
        raise CodeNotUsable
    _believe(member=member, row_id=row_id, session=session)


@unit_of_work
def change_phone(*, member: Member, phone: str, session: PortalSession | None) -> None:
    """Keep this number; empty: none. Raises NoPhoneNumber."""
    if phone and not PHONE_FORM.fullmatch(phone):
        raise NoPhoneNumber
    _change(member, ProfileTold(phone=phone or None), session)


@unit_of_work
def _count_a_try(*, member_id: Id, holder: Id | None, at: datetime) -> list[tuple[Id, bytes]]:
    """A unit of its own: a refusal afterwards takes no try back."""
    return [(row[0], row[1]) for row in run(_TRY, [member_id, holder, at, TRIES_MAX])]


@unit_of_work
def _believe(*, member: Member, row_id: Id, session: PortalSession | None) -> None:
    rows = run(_TAKE, [row_id])
    if not rows:
        raise CodeNotUsable
    email = sealing.unseal(bytes(rows[0][0]), about=row_id.bytes).decode()
    _change(member, ProfileTold(email=email), session)


@inside_unit_of_work
def _change(member: Member, told: ProfileTold, session: PortalSession | None) -> None:
    """Every session and token ends with the epoch (S-12), but the one that has just proved who it is."""
    rows = Member.objects.select_for_update().filter(pk=member.pk)
    (epoch,) = rows.values_list("epoch", flat=True)
    row = change.step(
        member=member,
        told=Change(profile=told),
        actor=Actor(kind=ActorKind.MEMBER, id=member.pk),
        at=now_of(member.program),
    )
    if session is not None and session.epoch == epoch:  # else it has ended since it was looked up
        PortalSession.objects.filter(pk=session.pk).update(epoch=row.epoch)
