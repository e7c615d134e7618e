"""Links: the address with which a storefront sends one of its customers into the portal (S-15)."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from loyalty.members.persons import Member
from loyalty.members.showing import tells_entrance
from portal.entry.entering import make_ticket
from portal.entry.models import TicketKind


@tells_entrance
def entrance_for(member: Member, to_send: bool) -> str:
    """A path that lets this member in once. Real time: a person is waiting for it."""
    return link_for(member, kind=TicketKind.LINK if to_send else TicketKind.STOREFRONT)


def link_for(member: Member, *, kind: TicketKind) -> str:
    """A path that lets this member in once."""
    secret = make_ticket(program=member.program, member=member, kind=kind, at=timezone.now())
    told = urlencode({"ticket": secret})
    return f"{reverse('portal:enter', kwargs={'program': member.program.slug})}?{told}"
