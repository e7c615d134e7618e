"""Words of the journal that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

KIND_LENGTH_MAX: Final = 60
ORDER_PAID: Final = "order.paid"
ORDER_LINE: Final = "order.line"
POINTS_EARNED: Final = "points.earned"
REFERRAL_APPROVED: Final = "referral.approved"
# What names a grant of a game as the source of an entry: points paid for playing (G-20).
PRIZE_KEY: Final = "grt_"


class DeedSource(models.TextChoices):
    """Where a deed comes from."""

    EVENT = "event", _("Event")
    ENTRY = "entry", _("Points entry")
    REFERRAL = "referral", _("Referral")
