"""What an order lacks, as values (section 13 of the page on referrals). Told by the explanation, never raised at a storefront."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class MinimumNotMet(DomainError):
    """No order in the window has reached the minimum by what of it counts (R-24)."""

    code = "referral_minimum_not_met"
    kind = Kind.REFUSED
    title = _("Minimum not reached")
    detail = _("An order of {minimum} counts; the best so far lacks {lacking}.")


class OrderExcluded(DomainError):
    """The friend has ordered only what the plan leaves out (R-24)."""

    code = "referral_order_excluded"
    kind = Kind.REFUSED
    title = _("Order left out")
    detail = _("Nothing in the order counts for this plan.")
