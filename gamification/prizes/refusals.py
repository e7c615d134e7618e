"""Why a prize is refused."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class PrizeNotPossible(DomainError):
    """A definition promises something that the programme does not have: points, a reward, a budget."""

    code = "prize_not_possible"
    kind = Kind.REFUSED
    title = _("Prize not possible")
    detail = _("The programme has no {kind} called {name} to give.")


class PlayBudgetSpent(DomainError):
    """The budget does not reach for this prize any more (G-34)."""

    code = "budget_spent"
    kind = Kind.REFUSED
    title = _("Budget spent")
    detail = _("The budget does not reach for this prize any more.")


class GrantNotCapped(DomainError):
    """Only a prize that was held back can be given later by hand."""

    code = "grant_not_capped"
    kind = Kind.CONFLICT
    title = _("Not held back")
    detail = _("This prize was not held back, so it cannot be given now.")
