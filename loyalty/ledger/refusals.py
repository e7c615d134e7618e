"""What the ledger refuses, as values (L-6, L-8, L-14, L-30 to L-32, L-50 to L-52)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class InsufficientPoints(DomainError):
    """Nobody spends into debt; only a return, a reversal or an approved adjustment may leave one."""

    code = "insufficient_points"
    kind = Kind.REFUSED
    title = _("Not enough points")
    detail = _("{wanted} points wanted, {available} available.")


class EntryConflict(DomainError):
    """The key has already moved another number of points; the first entry stands (L-4)."""

    code = "entry_conflict"
    kind = Kind.CONFLICT
    title = _("Already moved")
    detail = _("This source has already moved {points} points.")


class AmountOutOfRange(DomainError):
    """A movement has 1 to 10^12 points, a part of an account at most 10^15 (L-6)."""

    code = "amount_out_of_range"
    kind = Kind.REFUSED
    title = _("Amount out of range")
    detail = _("{points} is more than can be moved or kept at once.")


class CurrencyNotSpendable(DomainError):
    """Points of this currency are only counted: they take no holds, spending or transfers (L-8)."""

    code = "currency_not_spendable"
    kind = Kind.REFUSED
    title = _("Currency not spendable")
    detail = _("Points of this kind cannot be spent.")


class AccountClosed(DomainError):
    """The account's owner was erased, or the gift card has ended; nothing moves on it any more."""

    code = "account_closed"
    kind = Kind.CONFLICT
    title = _("Account closed")
    detail = _("Nothing can be moved on this account any more.")


class HoldNotHeld(DomainError):
    """The hold was released, or captured for another order (L-30, L-31)."""

    code = "hold_not_held"
    kind = Kind.CONFLICT
    title = _("Hold no longer open")
    detail = _("This hold is {state}.")


class HoldExpired(DomainError):
    """At or after its end a hold cannot be captured, whether or not a job has ended it (L-31)."""

    code = "hold_expired"
    kind = Kind.CONFLICT
    title = _("Hold ended")
    detail = _("This hold has ended by time.")


class TooManyHolds(DomainError):
    """A member has at most 20 open holds (L-32)."""

    code = "too_many_holds"
    kind = Kind.REFUSED
    title = _("Too many holds")
    detail = _("At most {limit} holds may be open at once.")


class HoldsOpen(DomainError):
    """Memberships with open holds are not merged or erased: capture or release them first (L-52)."""

    code = "holds_open"
    kind = Kind.CONFLICT
    title = _("Holds are open")
    detail = _("{holds} holds are still open.")


class TransferNotAllowed(DomainError):
    """Transfers are off, the day's limit is used up, or the two members cannot send to each other (L-51)."""

    code = "transfer_not_allowed"
    kind = Kind.REFUSED
    title = _("Transfer not allowed")
    detail = _("These points cannot be sent: {why}.")


class CurrencyUnknown(DomainError):
    """The programme has no point currency of this slug."""

    code = "currency_unknown"
    kind = Kind.REFUSED
    title = _("Currency unknown")
    detail = _("This programme has no point currency called {currency}.")


class ReasonUnknown(DomainError):
    """The reason is not on the programme's list (L-50)."""

    code = "reason_unknown"
    kind = Kind.REFUSED
    title = _("Reason unknown")
    detail = _("{reason} is not a reason of this programme.")
