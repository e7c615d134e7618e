"""Why a badge is refused."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class BadgeAlreadyHeld(DomainError):
    """The member has this tier of the badge."""

    code = "badge_already_held"
    kind = Kind.CONFLICT
    title = _("Badge already held")
    detail = _("The member already holds {badge}.")


class BadgeExhausted(DomainError):
    """A limited edition has no number left (G-43)."""

    code = "badge_exhausted"
    kind = Kind.REFUSED
    title = _("Edition exhausted")
    detail = _("All numbers of {badge} are given.")


class BadgeReasonRequired(DomainError):
    """What people decide about awards has a reason (G-44)."""

    code = "badge_reason_required"
    kind = Kind.REFUSED
    title = _("Reason required")
    detail = _("Say why.")


class BadgeNotYours(DomainError):
    """The badge is not given by hand (G-44)."""

    code = "badge_not_yours_to_give"
    kind = Kind.FORBIDDEN
    title = _("Not yours to give")
    detail = _("This badge is given by its rules alone.")


class SuspensionIsOver(DomainError):
    """An award is held back until an instant to come (G-41)."""

    code = "badge_suspension_over"
    kind = Kind.REFUSED
    title = _("That day has passed")
    detail = _("Hold the award back until a day to come; {until} has passed.")
