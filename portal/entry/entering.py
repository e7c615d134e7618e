"""Entering: a ticket becomes a session, once; the storefront vouches for who holds it (S-15)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work
from loyalty.members.kinds import MemberStatus
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program
from portal.entry.models import EntryTicket, PortalSession, TicketKind

SECRET_BYTES: Final = 20  # 160 random bits
LIFE: Final = {
    TicketKind.STOREFRONT: timedelta(seconds=60),
    TicketKind.LINK: timedelta(minutes=15),
}
SESSION_LIFE: Final = timedelta(hours=12)
MAY_ENTER: Final = (MemberStatus.ACTIVE, MemberStatus.RESTRICTED, MemberStatus.SUSPENDED)


class TicketRefused(DomainError):
    """Unknown, used and over look alike from outside."""

    code = "ticket_not_usable"
    kind = Kind.REFUSED
    title = _("This link does not work any more")
    detail = _("It worked once, or its time is over. Open the page from your shop again.")


@unit_of_work
def make_ticket(*, program: Program, member: Member, kind: TicketKind, at: datetime) -> str:
    """A fresh secret for this member, told once and kept as its digest."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    EntryTicket.objects.create(
        program=program,
        member=member,
        kind=kind,
        digest=digest_of(secret),
        epoch=member.epoch,
        made_at=at,
        ends_at=at + LIFE[kind],
    )
    return secret


def kind_of(*, program: Program, secret: str, at: datetime) -> TicketKind:
    """How this ticket is spent. Raises TicketRefused for what cannot be spent."""
    row = _good(program, secret, at=at).first()
    if row is None:
        raise TicketRefused
    return TicketKind(row.kind)


@unit_of_work
def enter(*, program: Program, secret: str, at: datetime) -> tuple[PortalSession, str]:
    """Spend the ticket and open a session; answers it with its own secret. Raises TicketRefused.

    One conditional update decides: of two that come at once, one gets in.
    """
    spent = _good(program, secret, at=at).update(used_at=at)
    ticket = EntryTicket.objects.filter(digest=digest_of(secret)).select_related("member").first()
    if not spent or ticket is None or ticket.member.status not in MAY_ENTER:
        raise TicketRefused
    if ticket.epoch not in {None, ticket.member.epoch}:
        raise TicketRefused
    own = secrets.token_urlsafe(SECRET_BYTES)
    session = PortalSession.objects.create(
        program=program,
        member=ticket.member,
        digest=digest_of(own),
        epoch=ticket.member.epoch,
        entered_by=ticket.kind,
        entered_at=at,
        seen_at=at,
        ends_at=at + SESSION_LIFE,
    )
    return session, own


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It is random, so a plain hash tells nothing."""
    return hashlib.sha256(secret.encode()).digest()


def _good(program: Program, secret: str, *, at: datetime) -> QuerySet[EntryTicket]:
    return EntryTicket.objects.filter(
        program=program, digest=digest_of(secret), used_at__isnull=True, ends_at__gt=at
    )
