"""Noticing: whoever's contact was changed hears of it, at the mailbox of before and at that of now (S-20)."""

import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from loyalty.foundation import sealing
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.changing import REST, ContactChange, hears_of_contact_changes
from loyalty.members.persons import Member
from portal.choices.models import Choice
from portal.contacts.models import NewAddress, Notice
from portal.letters.asking import write_unasked
from portal.letters.confirming import digest_of
from portal.letters.drawing import Drawn, draws
from portal.letters.kinds import DIGITS, LetterKind
from portal.letters.models import Letter
from portal.letters.wording import Saying
from portal.words.dates import moment
from portal.words.styles import style_of

LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


@hears_of_contact_changes
@inside_unit_of_work
def write_notices(changed: ContactChange) -> None:
    """Written down with the change, so that none is lost; a worker sends them."""
    language = _language_of(changed.member)
    for email in changed.mailboxes:
        # Real time: people wait for letters. What the letter tells is by the programme's clock.
        letter = write_unasked(member=changed.member, language=language, at=timezone.now())
        row = Notice(letter=letter, saying=_saying_of(changed), changed_at=changed.at)
        row.rests_until = changed.at + REST
        row.sealed = sealing.seal(email.encode(), about=row.pk.bytes)
        row.save(force_insert=True)


@draws(LetterKind.NOTICE)
@inside_unit_of_work
def draw_notice(letter: Letter, at: datetime) -> Drawn | None:
    """That it was changed, when, and what waits until when. None where nobody is there any more."""
    row = Notice.objects.filter(letter=letter).first()
    if row is None:
        return None
    style, zone = style_of(letter.language), letter.program.zone
    return Drawn(
        letter=letter,
        email=sealing.unseal(bytes(row.sealed), about=row.pk.bytes).decode(),
        saying=Saying(row.saying),
        told={
            "moment": moment(row.changed_at, zone=zone, style=style),
            "until": moment(row.rests_until, zone=zone, style=style),
        },
    )


@draws(LetterKind.ADDRESS)
@inside_unit_of_work
def draw_code_for_address(letter: Letter, at: datetime) -> Drawn | None:
    """Six digits to the mailbox that is to be believed; a digest of them is kept. None where it is over."""
    row = NewAddress.objects.filter(letter=letter, ends_at__gt=at).first()
    if row is None:
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    NewAddress.objects.filter(pk=row.pk).update(digest=digest_of(code, letter_id=row.pk))
    email = sealing.unseal(bytes(row.sealed), about=row.pk.bytes).decode()
    return Drawn(letter=letter, email=email, saying=Saying.ADDRESS, code=code)


def _saying_of(changed: ContactChange) -> Saying:
    if changed.is_email and changed.is_phone:
        return Saying.BOTH_CHANGED
    return Saying.EMAIL_CHANGED if changed.is_email else Saying.PHONE_CHANGED


def _language_of(member: Member) -> str:
    """What the member chose for the pages, else what the shop told, else the programme's first."""
    choice = Choice.objects.filter(member_id=member.pk).first()
    told = [choice.language if choice else "", member.locale.split("-")[0]]
    known = [each for each in (*told, *member.program.languages) if each in LANGUAGES]
    return known[0] if known else settings.LANGUAGE_CODE
