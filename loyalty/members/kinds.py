"""Words of the room that callers need beside its tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberStatus(models.TextChoices):
    """Where a member stands. Merged and erased are for ever; the others come and go."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    RESTRICTED = "restricted", _("Restricted")
    MERGED = "merged", _("Merged")
    ERASED = "erased", _("Erased")


FROZEN = frozenset({MemberStatus.SUSPENDED, MemberStatus.RESTRICTED})
GONE = frozenset({MemberStatus.MERGED, MemberStatus.ERASED})
