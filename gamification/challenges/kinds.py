"""Words of challenges that callers need beside the tables."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

GAME: Final = "challenge"
PRIZE_ITEM: Final = "prize"
GRACE: Final = timedelta(hours=48)  # how long what happened in the window may be told (G-51)
STEPS_MAX: Final = 12
SHARDS: Final = 16  # rows of a shared total, so that members do not wait for each other (G-54)
TEAM_MIN, TEAM_MAX = 2, 10
CODE_LENGTH: Final = 8
PAGE: Final = 1_000  # attempts of one unit


class Activation(models.TextChoices):
    """Who takes part: everybody, or whoever joins (G-47)."""

    SCHEDULE = "schedule", _("Everybody")
    JOIN = "join", _("Whoever joins")


class Recurrence(models.TextChoices):
    """Whether there is a next time, and when it begins."""

    NONE = "none", _("Once")
    ON_EXPIRATION = "on_expiration", _("Again when the time is over")
    ON_COMPLETION = "on_completion", _("Again as soon as it is done")


class AttemptState(models.TextChoices):
    """Where one member's go stands (G-50)."""

    ACTIVE = "active", _("Running")
    COMPLETED = "completed", _("Done")
    EXPIRED = "expired", _("Over")
    ABANDONED = "abandoned", _("Left")
