"""Sending: secrets are drawn at the last moment and leave in a mail; what does not leave is tried again (S-15, S-19)."""

import secrets
from datetime import datetime
from smtplib import SMTPException
from typing import Final

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import translation

from loyalty.foundation.units import unit_of_work
from loyalty.members.persons import Member, persons_of
from portal.entry.entering import MAY_ENTER
from portal.entry.links import path_with, ticket_to_send
from portal.letters.confirming import digest_of
from portal.letters.drawing import Drawn, draw, draws
from portal.letters.kinds import DIGITS, LetterKind
from portal.letters.models import Letter
from portal.letters.wording import Saying, as_page, as_text, words_of

AT_ONCE_MAX: Final = 100  # in one tick; the next goes on
SECONDS_MAX: Final = 5  # a mail server that does not answer must not hold the tick up

log = structlog.get_logger(__name__)


def send_waiting(*, at: datetime) -> int:
    """Send what waits; answers how many letters were looked at. No transaction is open while a mail leaves."""
    looked = 0
    while looked < AT_ONCE_MAX:
        letter = _taken(at=at)
        if letter is None:
            return looked
        looked += 1
        drawn = _drawn(letter=letter, at=at)
        if drawn is not None and not _left(drawn):
            _put_back(letter=letter)
            return looked
    return looked


@unit_of_work
def _taken(*, at: datetime) -> Letter | None:
    """The next letter, marked as sent before it is: two workers never send the same one."""
    waiting = Letter.objects.filter(sent_at__isnull=True, ends_at__gt=at).order_by("pk")
    letter = (
        waiting.select_for_update(skip_locked=True, of=("self",)).select_related("program").first()
    )
    if letter is not None:
        Letter.objects.filter(pk=letter.pk).update(sent_at=at)
    return letter


@unit_of_work
def _drawn(*, letter: Letter, at: datetime) -> Drawn | None:
    """Draw the secret. None where nobody is to be written to."""
    return draw(letter, at)


@draws(LetterKind.LINK)
def draw_link(letter: Letter, at: datetime) -> Drawn | None:
    """A ticket that lets the member in."""
    member, email = _reader_of(letter)
    if member is None or not email:
        return None
    path = path_with(ticket_to_send(member=member, at=at), program=letter.program)
    return Drawn(letter=letter, email=email, saying=Saying.LINK, path=path)


@draws(LetterKind.CODE)
def draw_code(letter: Letter, at: datetime) -> Drawn | None:
    """Six digits, of which a digest is kept."""
    member, email = _reader_of(letter)
    if member is None or not email:
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    Letter.objects.filter(pk=letter.pk).update(digest=digest_of(code, letter_id=letter.pk))
    return Drawn(letter=letter, email=email, saying=Saying.CODE, code=code)


@unit_of_work
def _put_back(*, letter: Letter) -> None:
    """It did not leave: the next tick draws another secret, as long as there is time."""
    Letter.objects.filter(pk=letter.pk).update(sent_at=None, digest=None)


def _reader_of(letter: Letter) -> tuple[Member | None, str]:
    """Whom the letter is for, and the address; nobody where they may not come in any more."""
    if letter.member_id is None:
        return None, ""
    rows = Member.objects.select_related("program").filter(status__in=MAY_ENTER)
    member = rows.filter(pk=letter.member_id).first()
    return member, persons_of([member.pk])[member.pk].email if member else ""


def _left(drawn: Drawn) -> bool:
    """Whether the mail server took it."""
    try:
        get_connection(timeout=SECONDS_MAX).send_messages([_mail(drawn)])
    except (OSError, SMTPException) as error:
        # Neither the address nor the secret: only that something is wrong with the way out.
        log.warning("portal.letter_not_sent", kind=drawn.letter.kind, error=type(error).__name__)
        return False
    return True


def _mail(drawn: Drawn) -> EmailMultiAlternatives:
    letter = drawn.letter
    address = settings.WAFA_BASE_URL + drawn.path if drawn.path else ""
    with translation.override(letter.language):
        name = str(letter.program)
        words = words_of(drawn.saying, name=name)
        mail = EmailMultiAlternatives(
            words.subject,
            as_text(words, secret=address or drawn.code),
            settings.DEFAULT_FROM_EMAIL,
            [drawn.email],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": letter.language},
        )
        page = as_page(words, name=name, secret=drawn.code, address=address)
        mail.attach_alternative(page, "text/html")
    return mail
