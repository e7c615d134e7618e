"""Why a choice of this room is refused (gamification, 18)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class NicknameTaken(DomainError):
    """Another member has this nickname, or one that looks like it (G-84)."""

    code = "nickname_taken"
    kind = Kind.REFUSED
    title = _("Nickname taken")
    detail = _("Somebody else has this nickname, or one that looks like it.")


class NicknameRefused(DomainError):
    """A nickname that says who somebody is, poses as the house, or offends (G-84)."""

    code = "nickname_refused"
    kind = Kind.REFUSED
    title = _("Not this nickname")
    detail = _("This nickname cannot be used: {why}.")
