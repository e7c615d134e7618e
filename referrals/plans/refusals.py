"""What the room refuses, as values (section 13 of the page on referrals)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class PlanClosed(DomainError):
    """Nothing can be done with this plan in its state: only a live one brings friends, a retired one stays retired."""

    code = "referral_plan_closed"
    kind = Kind.CONFLICT
    title = _("Plan closed")
    detail = _("The referral plan {plan} is not open for this.")


class PreviewMissing(DomainError):
    """A version is looked at on history before it goes live (R-3)."""

    code = "referral_preview_missing"
    kind = Kind.CONFLICT
    title = _("Look at the preview first")
    detail = _("Version {number} has not been previewed on history yet.")


class ShareTextIncomplete(DomainError):
    """A share text carries the link or the code and fits into 280 characters (R-12)."""

    code = "share_text_incomplete"
    kind = Kind.REFUSED
    title = _("Share text incomplete")
    detail = _(
        "The text in {language} needs {{link}} or {{code}}, no other braces than the known ones, and at most 280 characters once filled."
    )


class RewardUnknown(DomainError):
    """A plan's reward names something that the programme does not have, or that its audience cannot get (R-4, R-30)."""

    code = "referral_reward_not_possible"
    kind = Kind.REFUSED
    title = _("Reward not possible")
    detail = _("The {side} of this plan cannot be rewarded with {what}.")
