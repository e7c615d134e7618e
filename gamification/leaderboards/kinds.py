"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class PeriodState(models.TextChoices):
    """Where a period of a board stands (G-79). It only ever moves on."""

    SCHEDULED = "scheduled", _("Scheduled")
    OPEN = "open", _("Open")
    CLOSING = "closing", _("Closing")
    FINAL = "final", _("Final")
    ARCHIVED = "archived", _("Archived")


class Ranking(models.TextChoices):
    """Which number stands beside a name (G-78)."""

    COMPETITION = "competition", _("1, 2, 2, 4")
    DENSE = "dense", _("1, 2, 2, 3")
    ORDINAL = "ordinal", _("1, 2, 3, 4")


class Ties(models.TextChoices):
    """Who wins among equals (G-81)."""

    FIRST_TO_REACH = "first_to_reach", _("Whoever was there first")
    SHARED = "shared", _("All of them")


class Choice(models.TextChoices):
    """How a member wants to be seen (G-84)."""

    HIDDEN = "hidden", _("Not at all")
    PSEUDONYM = "pseudonym", _("Under a nickname")
    NAMED = "named", _("By name")


class Ruling(models.TextChoices):
    """What people decide about an entry."""

    SUSPENDED = "suspended", _("Suspended")
    REINSTATED = "reinstated", _("Reinstated")


FROZEN: Final = (PeriodState.FINAL, PeriodState.ARCHIVED)
PERIOD_MOVES: Final = frozenset(
    {
        (PeriodState.SCHEDULED, PeriodState.OPEN),
        (PeriodState.OPEN, PeriodState.CLOSING),
        (PeriodState.CLOSING, PeriodState.FINAL),
        (PeriodState.FINAL, PeriodState.ARCHIVED),
    }
)

GAME: Final = "leaderboard"
EVER: Final = "ever"  # the key of the period that has no end
BITS_DEFAULT: Final = 10
BITS_MIN: Final = 6
BITS_MAX: Final = 31  # half of what a score can be
NICKNAME_LENGTH_MAX: Final = 30
REASON_LENGTH_MAX: Final = 200
ACTOR_LENGTH_MAX: Final = 120
