"""What the room refuses, as values (section 13 of the page on referrals)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class MoveNotAllowed(DomainError):
    """A referral moves as its table says, and no other way (referrals_move_as_allowed, R-22)."""

    code = "referral_move_not_allowed"
    kind = Kind.CONFLICT
    title = _("Not from here")
    detail = _("This referral is {state} and cannot become {wanted}.")


class ReferralExists(DomainError):
    """The friend was brought already; who brought them is settled (friend_is_brought_once, R-18, R-19)."""

    code = "referral_exists"
    kind = Kind.CONFLICT
    title = _("Already brought")
    detail = _("The friend was brought already: {referral}.")


class WindowOver(DomainError):
    """Too much time lay between the touch and joining (R-15)."""

    code = "referral_window_over"
    kind = Kind.REFUSED
    title = _("Too late")
    detail = _("Too much time has passed between the invitation and joining.")


class ReasonRequired(DomainError):
    """What people decide about referrals says why."""

    code = "referral_reason_required"
    kind = Kind.REFUSED
    title = _("Reason missing")
    detail = _("Say why.")


class ClaimTooLate(DomainError):
    """A lost referral is claimed within the claim window after joining, and only if nothing was bought before (R-20)."""

    code = "referral_claim_too_late"
    kind = Kind.REFUSED
    title = _("Too late to claim")
    detail = _("A referral can be claimed for {days} days after joining.")
