"""Asking: a letter is written down, never refused for who is asked about; only too many are (S-16, S-36)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from loyalty.foundation import sealing
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.contacts import canonical_email
from loyalty.members.finding import members_by
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program
from portal.letters.kinds import (
    A_MAILBOX_MAX,
    A_NETWORK_JOINS_MAX,
    A_NETWORK_MAX,
    HOUR,
    LIFE,
    LetterKind,
)
from portal.letters.models import Letter
from portal.letters.refusals import TooManyLetters

_HOLD: Final = "SELECT pg_advisory_xact_lock(%s::bigint)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Where a wish for a letter comes from, and in which language it is to be read."""

    network: str
    language: str


@unit_of_work
def ask_for_link(*, program: Program, email: str, asker: Asker, at: datetime) -> None:
    """Write down that a link to this address is wanted. Known or not: the same work. Raises TooManyLetters."""
    # Where several people share a mailbox, the newest of them comes in.
    member = members_by(program=program, email=email).order_by("-pk").first()
    letter = Letter(program=program, member=member, kind=LetterKind.LINK)
    _keep(letter, _mailbox(program, email), asker=asker, at=at)


@inside_unit_of_work
def ask_to_join(*, program: Program, email: str, asker: Asker, at: datetime) -> Letter:
    """Write down that somebody at this address wants to join. Nobody is looked up. Raises TooManyLetters."""
    letter = Letter(program=program, kind=LetterKind.JOIN)
    _keep(letter, _mailbox(program, email), asker=asker, at=at)
    return letter


@inside_unit_of_work
def one_after_the_other(*, program: Program, email: str) -> None:
    """Whatever else is done about this mailbox waits until this unit is over."""
    _hold([_digest_of_mailbox(_mailbox(program, email))])


@unit_of_work
def ask_for_code(
    *, program: Program, member: Member, holder: Id | None, asker: Asker, at: datetime
) -> datetime:
    """Write down that this member wants to prove who they are, from this session; answers the code's end.

    Raises TooManyLetters.
    """
    letter = Letter(program=program, member=member, kind=LetterKind.CODE, holder=holder)
    _keep(letter, str(member.pk), asker=asker, at=at)
    return letter.ends_at


@inside_unit_of_work
def ask_at_new_address(
    *, member: Member, email: str, holder: Id | None, asker: Asker, at: datetime
) -> Letter:
    """Write down that a code goes to this mailbox, which is not yet the member's. Raises TooManyLetters."""
    letter = Letter(program=member.program, member=member, kind=LetterKind.ADDRESS, holder=holder)
    _keep(letter, _mailbox(member.program, email), asker=asker, at=at)
    return letter


@inside_unit_of_work
def write_unasked(*, member: Member, language: str, at: datetime) -> Letter:
    """A notice to this member: nobody asked for it, so it counts towards nobody's limit and is never refused."""
    letter = Letter(program=member.program, member=member, kind=LetterKind.NOTICE)
    letter.mailbox = letter.network = sealing.digest(letter.shown_id, purpose="letters unasked")
    letter.language, letter.asked_at, letter.ends_at = language, at, at + LIFE[LetterKind.NOTICE]
    letter.save(force_insert=True)
    return letter


def _keep(letter: Letter, reader: str, *, asker: Asker, at: datetime) -> None:
    letter.mailbox = _digest_of_mailbox(reader)
    letter.network = sealing.digest(asker.network, purpose="letters asked from")
    # One after the other for a mailbox and for a network: the count must not be raced past.
    _hold([letter.mailbox, letter.network])
    _demand(Letter.objects.filter(mailbox=letter.mailbox), A_MAILBOX_MAX, at=at)
    of_network = Letter.objects.filter(network=letter.network)
    _demand(of_network, A_NETWORK_MAX, at=at)
    if letter.kind == LetterKind.JOIN:
        _demand(of_network.filter(kind=letter.kind), A_NETWORK_JOINS_MAX, at=at)
    letter.language = asker.language
    letter.asked_at, letter.ends_at = at, at + LIFE[LetterKind(letter.kind)]
    letter.save()


def _demand(letters: QuerySet[Letter], most: int, *, at: datetime) -> None:
    lately = letters.filter(asked_at__gt=at - HOUR).order_by("-asked_at")
    times = list(lately.values_list("asked_at", flat=True)[:most])
    if len(times) == most:
        seconds = (times[-1] + HOUR - at).total_seconds()
        minutes = max(1, -int(-seconds // 60))
        raise TooManyLetters(minutes=minutes, retry_after=minutes * 60)


def _hold(digests: Sequence[bytes]) -> None:
    for each in sorted(digests):
        run(_HOLD, [int.from_bytes(each[:8], "big", signed=True)])


def _mailbox(program: Program, email: str) -> str:
    return f"{program.pk}:{canonical_email(email)}"


def _digest_of_mailbox(reader: str) -> bytes:
    return sealing.digest(reader, purpose="letters to")
