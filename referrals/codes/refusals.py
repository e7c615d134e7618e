"""What the room refuses, as values (section 13 of the page on referrals)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class CodeUnknown(DomainError):
    """Nobody has this code; codes of suspended advocates and retired plans answer alike (R-7)."""

    code = "referral_code_unknown"
    kind = Kind.REFUSED
    title = _("Code unknown")
    detail = _("This code is not known. Look at it again, letter by letter.")


class CodeTaken(DomainError):
    """Another advocate has this code, or one that looks like it (code_looks_like_no_other)."""

    code = "code_taken"
    kind = Kind.REFUSED
    title = _("Code taken")
    detail = _("This code is taken, or looks too much like another one.")


class CodeRefused(DomainError):
    """A chosen code has 4 to 20 of A to Z, 0 to 9 and hyphens, no refused word, and changes once a year (R-6)."""

    code = "code_refused"
    kind = Kind.REFUSED
    title = _("Code not possible")
    detail = _("This code cannot be chosen: {why}.")


class RateLimited(DomainError):
    """Codes were typed too fast, by this caller from this network (R-8)."""

    code = "referral_rate_limited"
    kind = Kind.TOO_MANY
    title = _("Too many codes")
    detail = _("Too many codes were tried. Try again in {retry_after} s.")
