"""Refusals of this room: what a clock does not do."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class NotATestProgram(DomainError):
    """A live programme's clock is the world's (program_live_has_no_clock_of_its_own)."""

    code = "not_a_test_program"
    kind = Kind.REFUSED
    title = _("Not a test programme")
    detail = _("Only a test programme has a clock of its own.")


class ClockOnlyForward(DomainError):
    """A test clock moves forward only: what has happened cannot be taken back."""

    code = "clock_only_forward"
    kind = Kind.REFUSED
    title = _("The clock moves forward only")
    detail = _("It is {now} already; {to} has passed.")


class ClockTooFar(DomainError):
    """A journey of more than ten years is a slip of the pen."""

    code = "clock_too_far"
    kind = Kind.REFUSED
    title = _("Too far")
    detail = _("At most {days} days at once.")


class ClockIsMoving(DomainError):
    """One journey at a time."""

    code = "clock_is_moving"
    kind = Kind.CONFLICT
    title = _("The clock is moving")
    detail = _("Somebody else is moving this clock. Try again when it has arrived.")


class ClockHeldUp(DomainError):
    """A job failed on the way. The clock stands at that instant and goes on from there when it is moved again."""

    code = "clock_held_up"
    kind = Kind.CONFLICT
    title = _("The clock is held up")
    detail = _("The job {job} does not get through at {now}.")
