"""Words of the room that callers need beside its table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Corner(models.TextChoices):
    """How round things are."""

    SQUARE = "square", _("Square")
    SOFT = "soft", _("Soft")
    ROUND = "round", _("Round")


class Scheme(models.TextChoices):
    """Which of the two palettes pages wear."""

    BOTH = "both", _("As the reader's device wants")
    LIGHT = "light", _("Always light")
    DARK = "dark", _("Always dark")


class Ground(models.TextChoices):
    """What a logo stands on."""

    LIGHT = "light", _("On light pages")
    DARK = "dark", _("On dark pages")
