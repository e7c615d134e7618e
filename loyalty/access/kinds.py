"""Kinds: the words of this room that callers and tables share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeyKind(models.TextChoices):
    """Who holds a key: a server that keeps it secret, or a page that everybody can read."""

    SECRET = "secret", _("Secret")
    PUBLISHABLE = "publishable", _("Publishable")


class Role(models.TextChoices):
    """What a member of staff is here for. What a role may do is code: see `roles` (S-21)."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    MARKETER = "marketer", _("Marketer")
    SUPPORT = "support", _("Support")
    TILL = "till", _("Till")
    ANALYST = "analyst", _("Analyst")
    DEVELOPER = "developer", _("Developer")
    AUDITOR = "auditor", _("Auditor")
