"""Mailing: a worker looks who lives at the address: a stranger gets a link to join by, a member one to come in by (S-16)."""

import secrets
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.finding import members_by
from portal.entry.entering import LIFE, MAY_ENTER, SECRET_BYTES, digest_of
from portal.entry.links import path_with, ticket_to_send
from portal.entry.models import TicketKind
from portal.joining.applicants import Applicant
from portal.joining.models import Application
from portal.letters.drawing import Drawn, draws
from portal.letters.kinds import LetterKind
from portal.letters.models import Letter
from portal.letters.wording import Saying


@draws(LetterKind.JOIN)
@inside_unit_of_work
def draw_joining(letter: Letter, at: datetime) -> Drawn | None:
    """A link for whoever applied. None where the application is over."""
    row = Application.objects.filter(letter=letter, ends_at__gt=at).first()
    if row is None:
        return None
    applicant = Applicant.unsealed(bytes(row.sealed), about=row.pk)
    known = (
        members_by(program=letter.program, email=applicant.email)
        .filter(status__in=MAY_ENTER)
        .select_related("program")
        .order_by("-pk")
        .first()
    )
    if known is not None:
        path = path_with(ticket_to_send(member=known, at=at), program=letter.program)
        return Drawn(letter=letter, email=applicant.email, saying=Saying.KNOWN, path=path)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    ends_at = at + LIFE[TicketKind.LINK]
    Application.objects.filter(pk=row.pk).update(digest=digest_of(secret), ends_at=ends_at)
    address = reverse("portal:join-link", kwargs={"program": letter.program.slug})
    path = f"{address}?{urlencode({'ticket': secret})}"
    return Drawn(letter=letter, email=applicant.email, saying=Saying.JOIN, path=path)
