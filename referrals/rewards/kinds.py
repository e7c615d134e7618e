"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """Whose grant it is."""

    ADVOCATE = "advocate", _("Advocate")
    FRIEND = "friend", _("Friend")
    WELCOME = "welcome", _("Welcome")


class GrantState(models.TextChoices):
    """Where a grant stands (R-29)."""

    PROMISED = "promised", _("Promised")
    GRANTED = "granted", _("Granted")
    CAPPED = "capped", _("Capped")
    CANCELLED = "cancelled", _("Cancelled")
    REVERSED = "reversed", _("Reversed")


GRANT_MOVES: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("promised", "granted"),
        ("promised", "capped"),
        ("promised", "cancelled"),
        ("granted", "reversed"),
        ("capped", "granted"),
        ("cancelled", "promised"),
    }
)
BUDGET: Final = "referral_budget_spent"  # in place of a cap's name
WARN_AT_PERCENT: Final = 80
