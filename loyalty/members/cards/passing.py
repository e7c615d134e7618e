"""Passing: the short-lived code on a member's screen. It says who, for a minute, and pays nothing (U-55)."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.sealing import short_digest
from loyalty.members.finding import epoch_of, members_by
from loyalty.members.models import Member
from loyalty.programs.models import Program

LIFE: Final = timedelta(seconds=60)
PREFIX: Final = "WAFA1-"  # in capitals and digits, which a QR code packs closest
BODY_BYTES: Final = 16 + 4 + 4  # member, end in seconds, epoch
PURPOSE: Final = "member.card_pass"


class CardUnknown(DomainError):
    """Unknown, over, foreign, forged: one answer for all of them."""

    code = "card_unknown"
    kind = Kind.REFUSED
    title = _("Nobody is known by this card")
    detail = _("Ask for a new code, or for the number in text.")


@dataclass(frozen=True, kw_only=True, slots=True)
class CardPass:
    """A code to be scanned, and its end."""

    text: str
    ends_at: datetime


def make_pass(*, member: Member, at: datetime) -> CardPass:
    """A code that names this member until its end; nothing of it is kept."""
    ends = int((at + LIFE).timestamp())
    body = member.pk.bytes + ends.to_bytes(4) + member.epoch.to_bytes(4)
    signed = body + _signature(body, program_id=member.program_id)
    text = PREFIX + base64.b32encode(signed).decode().rstrip("=")
    return CardPass(text=text, ends_at=datetime.fromtimestamp(ends, tz=at.tzinfo))


def identify(*, program: Program, told: str, at: datetime) -> Member:
    """Who shows this code, or bears this card number. Raises CardUnknown.

    A code dies with the member's epoch as tokens do; a printed number identifies for as long as the card is theirs.
    """
    text = told.strip()
    if text.upper().startswith(PREFIX):
        return _read(text.upper().removeprefix(PREFIX), program=program, at=at)
    member = members_by(program=program, card=text).first() if text else None
    if member is None:
        raise CardUnknown
    return member


def _read(text: str, *, program: Program, at: datetime) -> Member:
    try:
        signed = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError as error:
        raise CardUnknown from error
    body, signature = signed[:BODY_BYTES], signed[BODY_BYTES:]
    if not hmac.compare_digest(signature, _signature(body, program_id=program.pk)):
        raise CardUnknown
    member_id = Id(bytes=body[:16])
    ends, epoch = int.from_bytes(body[16:20]), int.from_bytes(body[20:24])
    if ends <= at.timestamp() or epoch_of(program.pk, member_id) != epoch:
        raise CardUnknown
    return Member.objects.select_related("profile").get(pk=member_id)


def _signature(body: bytes, *, program_id: Id) -> bytes:
    return short_digest(body.hex(), purpose=f"{PURPOSE}:{program_id}")
