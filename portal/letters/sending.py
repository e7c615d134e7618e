"""Sending: secrets are drawn at the last moment and leave in a mail; what does not leave is tried again (S-15, S-19)."""

import secrets
from collections.abc import Collection
from datetime import datetime
from enum import Enum, auto
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Final

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Case, When
from django.utils import translation

from loyalty.foundation.ids import Id
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

REFUSED_FOR_GOOD: Final = (
    500  # such a mailbox is not there; below, it may be tried again (RFC 5321, 4.2.1)
)


class Went(Enum):
    """How far a letter got: out, not to this mailbox now, or not even to the mail server."""

    LEFT = auto()
    NOT_NOW = auto()
    NOBODY_ANSWERS = auto()


log = structlog.get_logger(__name__)


def send_waiting(*, at: datetime) -> int:
    """Send what waits; answers how many letters were looked at. No transaction is open while a mail leaves."""
    looked: list[Id] = []
    while len(looked) < AT_ONCE_MAX:
        letter = _taken(at=at, but=looked)
        if letter is None:
            break
        looked.append(letter.pk)
        drawn = _drawn(letter=letter, at=at)
        went = Went.LEFT if drawn is None else _sent(drawn)
        if went != Went.LEFT:
            _put_back(letter=letter)
        if went == Went.NOBODY_ANSWERS:
            break
    return len(looked)


@unit_of_work
def _taken(*, at: datetime, but: Collection[Id]) -> Letter | None:
    """The next letter, marked as sent before it is: two workers never send the same one."""
    waiting = Letter.objects.filter(sent_at__isnull=True, ends_at__gt=at).exclude(pk__in=but)
    # Whoever asked is waiting in front of a page; a notice is not.
    waiting = waiting.order_by(Case(When(kind=LetterKind.NOTICE, then=1), default=0), "pk")
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


def _sent(drawn: Drawn) -> Went:
    """What the mail server made of it. Neither the address nor the secret is logged."""
    kind = drawn.letter.kind
    try:
        get_connection(timeout=SECONDS_MAX).send_messages([_mail(drawn)])
    except SMTPRecipientsRefused as error:
        codes = [code for code, _why in error.recipients.values()]
        is_for_good = all(code >= REFUSED_FOR_GOOD for code in codes)
        log.warning("portal.letter_refused", kind=kind, is_for_good=is_for_good)
        return Went.LEFT if is_for_good else Went.NOT_NOW
    except ValueError as error:
        # An address that cannot be written on an envelope: no later try would end otherwise.
        log.warning("portal.letter_refused", kind=kind, error=type(error).__name__)
        return Went.LEFT
    except (OSError, SMTPException) as error:
        log.warning("portal.letter_not_sent", kind=kind, error=type(error).__name__)
        return Went.NOBODY_ANSWERS
    return Went.LEFT


def _mail(drawn: Drawn) -> EmailMultiAlternatives:
    letter = drawn.letter
    address = settings.WAFA_BASE_URL + drawn.path if drawn.path else ""
    with translation.override(letter.language):
        name = str(letter.program)
        words = words_of(drawn.saying, name=name, told=drawn.told)
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
