"""Links: the address with which a storefront sends one of its customers into the portal (S-15)."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.persons import Member
from loyalty.members.showing import tells_entrance
from loyalty.programs.tenants import Program
from portal.entry.entering import make_ticket
from portal.entry.models import TicketKind


@tells_entrance
def entrance_for(member: Member, to_send: bool) -> str:
    """A path that lets this member in once. Real time: a person is waiting for it."""
    return link_for(member, kind=TicketKind.LINK if to_send else TicketKind.STOREFRONT)


def link_for(member: Member, *, kind: TicketKind) -> str:
    """A path that lets this member in once."""
    secret = make_ticket(program=member.program, member=member, kind=kind, at=timezone.now())
    return path_with(secret, program=member.program)


@inside_unit_of_work
def ticket_to_send(*, member: Member, at: datetime) -> str:
    """A ticket for a mail: it lives for a quarter of an hour, and only a button spends it."""
    told: str = make_ticket.step(program=member.program, member=member, kind=TicketKind.LINK, at=at)
    return told


def path_with(secret: str, *, program: Program) -> str:
    """The path at which this ticket is spent."""
    told = urlencode({"ticket": secret})
    return f"{reverse('portal:enter', kwargs={'program': program.slug})}?{told}"
