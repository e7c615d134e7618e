"""What the room refuses, as values (section 18 of the page on gamification)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class PauseOverlaps(DomainError):
    """Two pauses of one streak do not overlap (pauses_do_not_overlap)."""

    code = "streak_pause_overlap"
    kind = Kind.CONFLICT
    title = _("Paused already")
    detail = _("Some of these days are paused already.")


class PauseTooLate(DomainError):
    """A pause is declared before it begins (G-61)."""

    code = "streak_pause_too_late"
    kind = Kind.REFUSED
    title = _("Too late for this pause")
    detail = _("A pause begins tomorrow at the earliest: on {earliest}.")


class PauseLimit(DomainError):
    """At most so many days of a year are paused (G-61)."""

    code = "streak_pause_limit"
    kind = Kind.REFUSED
    title = _("Too many days paused")
    detail = _("At most {days_max} days of a year can be paused; {days_left} are left in {year}.")


class RepairTooLate(DomainError):
    """A loss is repaired within so many periods (G-63)."""

    code = "streak_repair_too_late"
    kind = Kind.REFUSED
    title = _("Too late to repair")
    detail = _("The streak was lost more than {periods_max} periods ago, in {lost}.")


class NotLost(DomainError):
    """There is nothing to repair."""

    code = "streak_not_lost"
    kind = Kind.REFUSED
    title = _("Nothing to repair")
    detail = _("This streak has not been lost.")


class ReasonMissing(DomainError):
    """Whoever repairs or gives says why (G-63)."""

    code = "streak_reason_required"
    kind = Kind.REFUSED
    title = _("Reason missing")
    detail = _("Say why.")
