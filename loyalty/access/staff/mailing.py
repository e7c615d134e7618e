"""Mailing: what owners hear about at once: keys, and the superuser's hand (S-9, S-23)."""

from typing import Final

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.utils.translation import gettext as _

from loyalty.access.kinds import Role
from loyalty.access.models import Membership
from loyalty.foundation.refusals import Text
from loyalty.programs.models import Program

OWNERS_MAX: Final = 50
SECONDS_MAX: Final = 5  # a mail server that is away must not hold up a revocation


def tell_owners(*, program: Program, subject: Text, names: str) -> int:
    """Write to every owner of the programme; answers how many mails left. A dead mail server is no refusal.

    To be called by doors, after the deed has committed.
    """
    owners = Membership.objects.filter(program=program, role=Role.OWNER, user__is_active=True)
    addresses = owners.exclude(user__email="").values_list("user__email", flat=True)[:OWNERS_MAX]
    text = _("%(subject)s in %(program)s: %(names)s. If this surprises you, look at the audit log.")
    filled = text % {"subject": subject, "program": program.slug, "names": names}
    mails = [
        EmailMessage(str(subject), filled, settings.DEFAULT_FROM_EMAIL, [address])
        for address in addresses
    ]
    if not mails:
        return 0
    return get_connection(fail_silently=True, timeout=SECONDS_MAX).send_messages(mails) or 0
