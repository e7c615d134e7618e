"""What the room refuses, as values (section 13 of the page on referrals)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class RewardCappedOut(DomainError):
    """The advocate has had as many rewards as the plan gives in a period (cap_is_never_exceeded)."""

    code = "referral_capped"
    kind = Kind.REFUSED
    title = _("Cap reached")
    detail = _("The advocate has had all rewards of this period ({period}).")


class BudgetSpent(DomainError):
    """The plan has spent what it may cost (plan_budget_is_kept)."""

    code = "referral_budget_spent"
    kind = Kind.REFUSED
    title = _("Budget spent")
    detail = _("The plan has spent its budget.")
