"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class AdvocateKind(models.TextChoices):
    """Who brings: a member, or somebody who is none (R-4)."""

    MEMBER = "member", _("Member")
    AFFILIATE = "affiliate", _("Affiliate")


class CodeKind(models.TextChoices):
    """Made by us with a check character, or chosen by the advocate (R-5, R-6)."""

    GENERATED = "generated", _("Generated")
    VANITY = "vanity", _("Chosen")


NAME_LENGTH_MAX: Final = 100
CODE_LENGTH_MAX: Final = 20
