"""What the room refuses, as values (section 18 of the page on gamification)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class TokenNotUsable(DomainError):
    """Unknown, used and expired tokens answer alike; only `stamps:inspect` is told why (G-70)."""

    code = "stamp_token_not_usable"
    kind = Kind.REFUSED
    title = _("Code not usable")
    detail = _("This code cannot be used.")


class VisitLimit(DomainError):
    """More stamps at once than the card allows (G-71)."""

    code = "stamp_limit_visit"
    kind = Kind.REFUSED
    title = _("Too many stamps at once")
    detail = _("At most {stamps_max} stamps are given at a time.")


class DayLimit(DomainError):
    """More stamps in a local day than the card allows (G-71)."""

    code = "stamp_limit_day"
    kind = Kind.REFUSED
    title = _("Too many stamps today")
    detail = _("At most {stamps_max} stamps are given in a day; {stamps_left} are left today.")


class HoursLimit(DomainError):
    """More stamps in the last hours than the card allows (G-71)."""

    code = "stamp_limit_hours"
    kind = Kind.REFUSED
    title = _("Too many stamps for now")
    detail = _("At most {stamps_max} stamps are given within {hours} hours.")


class StaffLimit(DomainError):
    """One hand has given more in the last hour than the card allows (G-71)."""

    code = "stamp_limit_staff"
    kind = Kind.REFUSED
    title = _("Too many stamps from one hand")
    detail = _("One person gives at most {stamps_max} stamps in an hour.")


class MinimumSpend(DomainError):
    """The purchase is smaller than the card asks for (G-71)."""

    code = "stamp_minimum_spend"
    kind = Kind.REFUSED
    title = _("Purchase too small")
    detail = _("A stamp needs a purchase of at least {amount_min}.")


class UndoTooLate(DomainError):
    """The same hand undoes within a quarter of an hour, later a manager (G-72)."""

    code = "stamp_undo_too_late"
    kind = Kind.REFUSED
    title = _("Too late to undo")
    detail = _("After {minutes_max} minutes only a manager can undo this stamp.")


class NothingToUndo(DomainError):
    """Nothing of this stamp is left to undo (stamp_net_not_below_zero)."""

    code = "stamp_already_undone"
    kind = Kind.CONFLICT
    title = _("Undone already")
    detail = _("Nothing of this stamp is left.")


class ReasonMissing(DomainError):
    """Whoever undoes says why (G-72)."""

    code = "stamp_reason_required"
    kind = Kind.REFUSED
    title = _("Reason missing")
    detail = _("Say why.")
