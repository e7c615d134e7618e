"""Words of badges that callers need beside the tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GAME: Final = "badge"
PREFIX: Final = "bdg"
TIERS_MAX: Final = 12
HIDDEN_UNDER: Final = 10  # holders below which rarity would name people (G-45)


class AwardState(models.TextChoices):
    """Where an award stands; none is ever deleted (G-41)."""

    ACTIVE = "active", pgettext_lazy("of a badge", "Held")
    SUSPENDED = "suspended", _("Suspended")
    EXPIRED = "expired", _("Ended")
    REVOKED = "revoked", _("Taken back")


class Origin(models.TextChoices):
    """Who decided."""

    RULE = "rule", _("By rule")
    HAND = "hand", _("By hand")
    PRIZE = "prize", _("As a prize")


class Revocation(models.TextChoices):
    """When an award is taken back (G-42)."""

    NEVER = "never", _("Never")
    IF_EVIDENCE_VOID = "if_evidence_void", _("When what earned it was returned")
    WHILE_TRUE = "while_true", _("As soon as it is no longer true")


class Repeat(models.TextChoices):
    """How often a badge can be had (G-38)."""

    ONCE = "once", _("Once")
    PER_PERIOD = "per_period", _("Once a period")
    EVERY = "every", _("Every time")


class Hand(models.TextChoices):
    """Who may award it by hand (G-44)."""

    EVERYONE = "everyone", _("Everyone on staff who may give")
    NOBODY = "nobody", _("Nobody")


# From which state to which: what the trigger allows.
MOVES: Final = frozenset(
    {
        ("active", "suspended"),
        ("active", "expired"),
        ("active", "revoked"),
        ("suspended", "active"),
        ("suspended", "revoked"),
        ("suspended", "expired"),
        ("expired", "active"),
        ("expired", "revoked"),
        ("revoked", "active"),
    }
)
