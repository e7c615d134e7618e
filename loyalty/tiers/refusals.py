"""Refusals of this room."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class TierUnknown(DomainError):
    """The live ladder has no tier of this name."""

    code = "tier_unknown"
    kind = Kind.MISSING
    title = _("Unknown tier")
    detail = _("The ladder has no tier {tier}.")


class LadderNotDraft(DomainError):
    """A revision that was published is frozen; draft a new one (T-3)."""

    code = "ladder_not_draft"
    kind = Kind.CONFLICT
    title = _("Not a draft")
    detail = _("Revision {number} of the ladder is {state}, not a draft.")


class LadderNotRising(DomainError):
    """A higher tier has to take more than a lower one; the lowest takes nothing (T-1, T-2)."""

    code = "ladder_not_rising"
    kind = Kind.REFUSED
    title = _("The ladder does not rise")
    detail = _(
        "Tier {tier} is reached with {reach}, which is not more than the {below} of the tier below."
    )


class KeepAboveReach(DomainError):
    """Keeping a tier may not take more than reaching it (T-2)."""

    code = "keep_above_reach"
    kind = Kind.REFUSED
    title = _("Keeping takes more than reaching")
    detail = _("Tier {tier} is reached with {reach}, but kept only with {keep}.")


class TierMappingMissing(DomainError):
    """Members of a removed tier need another one to go to (T-41)."""

    code = "tier_mapping_missing"
    kind = Kind.REFUSED
    title = _("A removed tier leads nowhere")
    detail = _("Tier {tier} is gone; say which tier takes over.")


class TierGrantEnded(DomainError):
    """This grant has ended already; a new one can be given."""

    code = "tier_grant_ended"
    kind = Kind.CONFLICT
    title = _("Grant ended")
    detail = _("This grant has ended already.")


class TierGrantEndMissing(DomainError):
    """Only an owner gives a tier without an end (T-20)."""

    code = "tier_grant_end_missing"
    kind = Kind.REFUSED
    title = _("End missing")
    detail = _("Say until when the tier is given.")


class TierGrantTooLong(DomainError):
    """A grant ends within 24 months; a longer one is a new one (T-20, T-21)."""

    code = "tier_grant_too_long"
    kind = Kind.REFUSED
    title = _("Given for too long")
    detail = _("A tier can be given until {until_max} at the latest.")


class TierGrantInPast(DomainError):
    """A grant cannot have ended before it is given."""

    code = "tier_grant_in_past"
    kind = Kind.REFUSED
    title = _("In the past")
    detail = _("The end lies before the beginning, or in the past.")


class TierNotGrantable(DomainError):
    """The lowest tier belongs to everybody and needs no grant (T-1)."""

    code = "tier_not_grantable"
    kind = Kind.REFUSED
    title = _("Nothing to give")
    detail = _("Everybody has the tier {tier}.")


class TierGrantReferenceReused(DomainError):
    """A reference names one grant of its source for ever; this one gave something else (T-22)."""

    code = "tier_grant_reference_reused"
    kind = Kind.CONFLICT
    title = _("Reference used")
    detail = _("The reference has given another tier before.")


class ReasonMissing(DomainError):
    """What is done by hand says why (T-20)."""

    code = "reason_missing"
    kind = Kind.REFUSED
    title = _("Reason missing")
    detail = _("Say why: a reason from the programme's list, and a note if you are staff.")
