"""What whoever asks for letters, or shows what was in one, may hear."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class TooManyLetters(DomainError):
    """Counted before anybody is looked up: it says nothing about who is known."""

    code = "too_many_mails"
    kind = Kind.TOO_MANY
    title = _("Enough mails for now")
    detail = _(
        "Several mails were asked for already. Look for the newest, or try again in {minutes} minutes."
    )


class CodeNotUsable(DomainError):
    """Wrong, over, used, tried too often or asked for elsewhere: from outside they look alike."""

    code = "code_not_usable"
    kind = Kind.REFUSED
    title = _("This code does not fit")
    detail = _(
        "It has a slip in it, was used, or its time is over. Type the newest one, or ask for another."
    )
