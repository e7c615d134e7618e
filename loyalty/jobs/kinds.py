"""Words of the jobs room that other rooms and tests need."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """How far a schedule run is."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    PARKED = "parked", _("Parked")
    SKIPPED = "skipped", _("Skipped")
