"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

GAME: Final = "streak"
PERIOD_KEY_LENGTH_MAX: Final = 10
OCCASION_LENGTH_MAX: Final = 64
REASON_LENGTH_MAX: Final = 300
ACTOR_LENGTH_MAX: Final = 120
FREEZES_GIVEN_MAX: Final = 10  # in one gift: a cap is seldom more than three


class Verdict(models.TextChoices):
    """What a period came to (G-58). Only `done` lengthens a streak, only `missed` ends it."""

    DONE = "done", _("Done")
    OPEN = "open", _("Open")
    REPAIRED = "repaired", _("Repaired")
    REST = "rest", _("Rest day")
    SHORT = "short", _("Lost in travel")
    PAUSED = "paused", _("Paused")
    FROZEN = "frozen", _("Frozen")
    MISSED = "missed", _("Missed")


class FreezeKind(models.TextChoices):
    """What became of freezes (G-60)."""

    GRANTED = "granted", _("Given")
    EARNED = "earned", _("Earned")
    USED = "used", _("Used")
    RETURNED = "returned", _("Given back")
    EXPIRED = "expired", _("Lapsed")
