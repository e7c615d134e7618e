"""Why a choice of this room is refused (gamification, 18)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class PeriodFinal(DomainError):
    """The period is over for good: neither scores nor who takes part change any more (final_board_scores_stand)."""

    code = "board_period_final"
    kind = Kind.CONFLICT
    title = _("Final")
    detail = _("The period {period} is final: what stands there stays.")


class PeriodOpen(DomainError):
    """Only the hours of grace after the end can be cut short, not the period itself."""

    code = "board_period_open"
    kind = Kind.CONFLICT
    title = _("Still going on")
    detail = _("The period {period} has not ended yet.")


class BoardReasonMissing(DomainError):
    """Whoever decides about an entry says why (board_ruling_has_a_reason)."""

    code = "board_reason_required"
    kind = Kind.REFUSED
    title = _("Reason missing")
    detail = _("Say why.")


class NoEntry(DomainError):
    """There is nothing of this member on the board to decide about."""

    code = "board_no_entry"
    kind = Kind.REFUSED
    title = _("No entry")
    detail = _("This member has no score in the period {period}.")


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
