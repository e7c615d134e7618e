"""Refusals of the catalogue, of redeeming and of giving (section 12 of the page on rewards)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind, Text


class RewardUnknown(DomainError):
    """The programme has no reward of this slug or id."""

    code = "reward_unknown"
    kind = Kind.MISSING
    title = _("Unknown reward")
    detail = _("The programme has no such reward.")


class RedemptionUnknown(DomainError):
    """The programme has no redemption of this id."""

    code = "redemption_unknown"
    kind = Kind.MISSING
    title = _("Unknown redemption")
    detail = _("There is no such redemption.")


class RewardNotDraft(DomainError):
    """Only a revision that was never live can be published or thrown away (live_rewards_are_frozen)."""

    code = "reward_not_draft"
    kind = Kind.CONFLICT
    title = _("Not a draft")
    detail = _("Revision {number} has been live and can no longer be changed. Make a new one.")


class RewardEnded(DomainError):
    """An ended reward stays ended; a copy under another slug can go on."""

    code = "reward_ended"
    kind = Kind.CONFLICT
    title = _("The reward has ended")
    detail = _("This reward has ended for good. Copy it to go on.")


class RewardNotInState(DomainError):
    """Only a live reward can be paused, only a paused one resumed."""

    code = "reward_not_in_state"
    kind = Kind.CONFLICT
    title = _("Not possible in this state")
    detail = _("The reward is {state}.")


class RewardKindChanged(DomainError):
    """A reward stays of its kind, since what is out was handed out as such; another kind is another reward."""

    code = "reward_kind_changed"
    kind = Kind.REFUSED
    title = _("Another kind")
    detail = _("This reward is of the kind {reward_kind}; another kind needs another reward.")


class RewardNotLive(DomainError):
    """Only a live reward is handed out; vouchers that are out stay good (W-13)."""

    code = "reward_not_live"
    kind = Kind.REFUSED
    title = _("Not on offer")
    detail = _("This reward is not on offer now.")


class OutsideWindow(DomainError):
    """The reward is on offer on other days or at other hours (W-13)."""

    code = "outside_window"
    kind = Kind.REFUSED
    title = _("Not at this time")
    detail = _("This reward is on offer at other times.")


class NotInAudience(DomainError):
    """The reward is for other members (W-13)."""

    code = "not_in_audience"
    kind = Kind.REFUSED
    title = _("Not for this member")
    detail = _("This reward is for other members.")


class NoPrice(DomainError):
    """The reward is not sold for these points; it may still be given (W-10)."""

    code = "no_price"
    kind = Kind.REFUSED
    title = _("No price")
    detail = _("This reward cannot be had for these points.")


class LimitReached(DomainError):
    """The member has had as many as one may in this period (W-12)."""

    code = "limit_reached"
    kind = Kind.REFUSED
    title = _("Limit reached")
    detail = _("{used} of {limit} are used; more from {resets_at}.")
    detail_for_ever: Text = _("{used} of {limit} are used, and no more can be had.")

    def sentence(self) -> str:
        """The detail; a limit for ever names no day on which it begins anew."""
        if self.values["resets_at"] is None:
            return str(self.detail_for_ever).format(**self.values)
        return super().sentence()


class RewardOutOfStock(DomainError):
    """Nothing is left of the reward (stock_left_is_within_total, W-11)."""

    code = "reward_out_of_stock"
    kind = Kind.REFUSED
    title = _("Out of stock")
    detail = _("Nothing is left of this reward.")


class MemberSuspended(DomainError):
    """Nothing is handed out to a member who is suspended or restricted."""

    code = "member_suspended"
    kind = Kind.REFUSED
    title = _("Member suspended")
    detail = _("This membership is suspended.")


class StepUpNeeded(DomainError):
    """A member's own call above the programme's limits needs to prove once more who it is (S-19)."""

    code = "step_up_needed"
    kind = Kind.FORBIDDEN
    title = _("Confirm that it is you")
    detail = _("Above {limit} points this needs to be confirmed first.")
    detail_for_worth: Text = _("It is worth so much that it needs to be confirmed first.")

    def sentence(self) -> str:
        """The detail; without a number of points it is what it is worth in money that asks."""
        if self.values["limit"] is None:
            return str(self.detail_for_worth)
        return super().sentence()


class PriceChanged(DomainError):
    """The caller showed another price; nothing was taken (W-22)."""

    code = "price_changed"
    kind = Kind.CONFLICT
    title = _("The price has changed")
    detail = _("The price is now {points}.")


class RedemptionNotCancellable(DomainError):
    """Used, reserved for a basket, lapsed, exchanged points spent, or too late for a member (W-24)."""

    code = "redemption_not_cancellable"
    kind = Kind.CONFLICT
    title = _("Cannot be cancelled")
    detail = _("This redemption can no longer be cancelled.")


class RedemptionNotWaiting(DomainError):
    """Only what waits to be handed over by hand can be handed over, once (W-25)."""

    code = "redemption_not_waiting"
    kind = Kind.CONFLICT
    title = _("Nothing waits here")
    detail = _("This redemption does not wait to be handed over.")


class GiftConflict(DomainError):
    """The same origin has given another gift before (redemption_origin_counts_once, W-26)."""

    code = "gift_conflict"
    kind = Kind.CONFLICT
    title = _("Already given")
    detail = _("This origin has given something else before.")


class OwnMember(DomainError):
    """Nobody gives to the member that they are themselves (S-28)."""

    code = "own_member"
    kind = Kind.REFUSED
    title = _("Your own membership")
    detail = _("You cannot give anything to your own membership.")
