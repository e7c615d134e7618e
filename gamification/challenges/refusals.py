"""Why a challenge is not joined or left."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class ChallengeAlreadyJoined(DomainError):
    """The member is in this run of the challenge already."""

    code = "challenge_already_joined"
    kind = Kind.CONFLICT
    title = _("Joined already")
    detail = _("This challenge has been joined already.")


class ChallengeNotOpen(DomainError):
    """The challenge is paused, over, not begun, or nothing to join."""

    code = "challenge_not_open"
    kind = Kind.CONFLICT
    title = _("Not open")
    detail = _("{slug} cannot be joined or left now.")


class ChallengeNotEligible(DomainError):
    """The challenge is for others: another tier or segment, another challenge first, a team that is full or unknown."""

    code = "challenge_not_eligible"
    kind = Kind.REFUSED
    title = _("Not for this member")
    detail = _("This challenge is not open to this member.")
