"""Words for what a reader may choose beside the language."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Digits(models.TextChoices):
    """Which digits; without a choice, those of the language."""

    LATIN = "latin", _("1 2 3")
    NATIVE = "native", _("Those of the language")


class Calendar(models.TextChoices):
    """Which calendar; without a choice that of the language, which is Jalali for Persian."""

    GREGORIAN = "gregorian", _("Gregorian")
