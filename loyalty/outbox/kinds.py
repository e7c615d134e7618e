"""Words of the outbox that other rooms and tests need."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

LANES: Final = 32  # enough for every core of one machine, few enough to look at all of them at once


class DeliveryState(models.TextChoices):
    """How far a delivery is."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    PARKED = "parked", _("Parked")
    SKIPPED = "skipped", _("Skipped")
