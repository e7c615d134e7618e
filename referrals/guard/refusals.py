"""What the guard refuses, as values (section 13 of the page on referrals)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class NotCounted(DomainError):
    """A referral does not count; whoever may not inspect referrals hears no more than that (R-45)."""

    code = "referral_not_counted"
    kind = Kind.REFUSED
    title = _("Not counted")
    detail = _("This invitation could not be counted.")


class SelfReferral(DomainError):
    """Nobody brings themselves: one member, or one mailbox under two names (nobody_brings_themselves, R-37)."""

    code = "referral_self"
    kind = Kind.REFUSED
    title = _("Brought by themselves")
    detail = _("Advocate and friend are one person.")


class FriendNotNew(DomainError):
    """The friend was here before: a known mailbox, a tombstone, an earlier order or account (R-23)."""

    code = "referral_friend_not_new"
    kind = Kind.REFUSED
    title = _("Not a new customer")
    detail = _("The friend has been here before.")


class ReferralBlocked(DomainError):
    """The guard stopped this referral by its score (R-39)."""

    code = "referral_blocked"
    kind = Kind.REFUSED
    title = _("Stopped by the guard")
    detail = _("Too many signals speak against this referral.")


class AppealUsed(DomainError):
    """A rejected side appeals once."""

    code = "referral_appeal_used"
    kind = Kind.REFUSED
    title = _("Appealed already")
    detail = _("There was an appeal already.")


class AppealTooLate(DomainError):
    """An appeal comes within 30 days."""

    code = "referral_appeal_too_late"
    kind = Kind.REFUSED
    title = _("Too late to appeal")
    detail = _("An appeal is possible for {days} days.")


class SameReviewer(DomainError):
    """Whoever rejected does not decide the appeal (appeal_is_decided_by_another)."""

    code = "referral_same_reviewer"
    kind = Kind.REFUSED
    title = _("Somebody else decides")
    detail = _("Whoever rejected this referral cannot decide the appeal.")


class UnderReview(DomainError):
    """People look at this referral: a decision takes a reason and goes through the review (R-43)."""

    code = "referral_under_review"
    kind = Kind.CONFLICT
    title = _("In review")
    detail = _("This referral is in review.")
