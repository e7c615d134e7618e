"""Filling: thresholds of a curve by a rule of thumb; what stands in a definition is always written out (G-76)."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from gamification.levels.kinds import EXPERIENCE_MAX


class Way(models.TextChoices):
    """How thresholds grow."""

    LINEAR = "linear", _("each level costs the same")
    QUADRATIC = "quadratic", _("each level costs one step more")
    EXPONENTIAL = "exponential", _("each level costs twice as much")


_UNITS: Final = {
    Way.LINEAR: lambda level: level - 1,
    Way.QUADRATIC: lambda level: level * (level - 1) // 2,
    Way.EXPONENTIAL: lambda level: 2 ** (level - 1) - 1,
}


def filled(*, way: Way, step: int, levels: int) -> list[int]:
    """So many thresholds from 0 on, the second at `step`; fewer where experience cannot grow further."""
    found = [step * _UNITS[way](level) for level in range(1, levels + 1)]
    return [each for each in found if each <= EXPERIENCE_MAX]
