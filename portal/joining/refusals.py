"""What whoever wants to join may hear. None says anything about who is a member."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class JoiningClosed(DomainError):
    """The programme takes nobody in on these pages now."""

    code = "joining_closed"
    kind = Kind.REFUSED
    title = _("Joining is closed here")
    detail = _("Ask in the shop or at the till how to join.")


class TermsNotAgreed(DomainError):
    """Nobody agrees by silence, nor to other words than those that hold."""

    code = "terms_not_agreed"
    kind = Kind.REFUSED
    title = _("The terms are missing")
    detail = _("Read the terms and tick that you agree. You are not a member yet.")


class ApplicationNotUsable(DomainError):
    """Unknown, used and over look alike from outside."""

    code = "application_not_usable"
    kind = Kind.REFUSED
    title = _("This link does not work any more")
    detail = _(
        "It worked once, or its time is over. Fill in the form again and take the newest mail."
    )
