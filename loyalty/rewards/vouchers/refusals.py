"""Refusals of vouchers and gift cards."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, Problem
from loyalty.rewards.vouchers.baskets import Misfit


class VoucherNotRedeemable(DomainError):
    """The one answer to every bad code, whatever is wrong with it; only `vouchers:inspect` is told why (W-36, S-32).

    `card_id` is the gift card whose PIN was wrong, for whoever counts.
    """

    code = "voucher_not_redeemable"
    kind = Kind.REFUSED
    title = _("Not redeemable")
    detail = _("This code cannot be used.")

    card_id: Id | None = None

    @classmethod
    def because(
        cls, reason: str, *, is_told: bool, card_id: Id | None = None
    ) -> "VoucherNotRedeemable":
        """The refusal, with its reason for those who may hear it."""
        refusal = cls(reason=reason) if is_told else cls()
        refusal.card_id = card_id
        return refusal


class OrderNotEligible(DomainError):
    """The voucher is good, but not for this order; `reasons` say why (W-36)."""

    code = "order_not_eligible"
    kind = Kind.REFUSED
    title = _("Not for this order")
    detail = _("The voucher cannot be used for this order.")

    @classmethod
    def because(cls, reasons: list[Misfit]) -> "OrderNotEligible":
        """One problem for each reason."""
        problems = [
            Problem(pointer="/order", code=each.value, message=_MISFITS[each]) for each in reasons
        ]
        return cls(problems=problems, reasons=[each.value for each in reasons])


_MISFITS = {
    Misfit.BELOW_FROM: _("The order is worth less than the voucher asks for."),
    Misfit.CURRENCY: _("The voucher holds in another currency."),
    Misfit.NO_LINES_MATCH: _("Nothing in the order is what the voucher is for."),
    Misfit.NOT_COMBINABLE: _("The voucher cannot be used together with the others."),
}


class ValueExceedsRemaining(DomainError):
    """More is asked of a gift card than is left on it; its holder has shown the code, so what is left is told (W-52)."""

    code = "value_exceeds_remaining"
    kind = Kind.REFUSED
    title = _("Not enough on the card")
    detail = _("{asked} {currency} asked, {remaining} left, in the smallest unit of the currency.")


class VoucherNotReinstatable(DomainError):
    """Only what was used for this order comes back, and not if its reward says never (W-60)."""

    code = "voucher_not_reinstatable"
    kind = Kind.CONFLICT
    title = _("Cannot come back")
    detail = _("This voucher was not used for this order, or never comes back.")


class VoucherNotExtendable(DomainError):
    """Only a voucher that is good or has ended unused gets a later end (voucher_moves_as_told)."""

    code = "voucher_not_extendable"
    kind = Kind.CONFLICT
    title = _("Cannot be extended")
    detail = _(
        "A {state} voucher cannot be extended, and a new end lies after the old one and in the future."
    )


class VoucherNotCancellable(DomainError):
    """What was used, is being used, or is cancelled already stays as it is (voucher_moves_as_told)."""

    code = "voucher_not_cancellable"
    kind = Kind.CONFLICT
    title = _("Cannot be cancelled")
    detail = _("This voucher was used, is reserved, or has ended.")


class ReferenceReused(DomainError):
    """A reference names one sale of a gift card for ever; this one sold another (gift_card_is_sold_once_per_reference)."""

    code = "gift_card_reference_reused"
    kind = Kind.CONFLICT
    title = _("Reference used")
    detail = _("This reference has sold another gift card before.")
