"""The ledger's words that callers need: kinds of entries, the terms of a lot, a movement and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError

# An owner (member or gift card) and the currency; a gift card's account has no currency of points.
Purse = tuple[Id, Id | None]

POINTS_PER_MOVEMENT_MAX: Final = 10**12
POINTS_PER_PART_MAX: Final = 10**15
MOVEMENTS_PER_POST_MAX: Final = 10_000


class EntryKind(models.TextChoices):
    """Why points moved. Each kind has one sign (`SIGNS`) and one counterpart (`COUNTERPARTS`), L-5."""

    EARN = "earn", _("Earned")
    BONUS = "bonus", _("Bonus")
    OPENING = "opening", _("Opening balance")
    SPEND = "spend", _("Spent")
    REDEEM = "redeem", _("Redeemed")
    EXPIRE = "expire", _("Expired")
    FORFEIT = "forfeit", _("Forfeited")
    RETURN_EARNED = "return_earned", _("Taken back after a return")
    RETURN_SPENT = "return_spent", _("Given back after a return")
    ADJUST_CREDIT = "adjust_credit", _("Added by hand")
    ADJUST_DEBIT = "adjust_debit", _("Taken by hand")
    TRANSFER_OUT = "transfer_out", _("Sent")
    TRANSFER_IN = "transfer_in", _("Received")
    MERGE_OUT = "merge_out", _("Moved to another membership")
    MERGE_IN = "merge_in", _("Moved from another membership")
    REINSTATE = "reinstate", _("Brought back")


CREDITS: Final = frozenset(
    {
        EntryKind.EARN,
        EntryKind.BONUS,
        EntryKind.OPENING,
        EntryKind.RETURN_SPENT,
        EntryKind.ADJUST_CREDIT,
        EntryKind.TRANSFER_IN,
        EntryKind.MERGE_IN,
        EntryKind.REINSTATE,
    }
)
DEBITS: Final = frozenset(EntryKind) - CREDITS
# Spending, setting aside and sending are for spendable currencies only (L-8).
NEEDS_SPENDABLE: Final = frozenset({EntryKind.SPEND, EntryKind.REDEEM, EntryKind.TRANSFER_OUT})
MAY_OWE: Final = frozenset({EntryKind.RETURN_EARNED, EntryKind.ADJUST_DEBIT, EntryKind.MERGE_OUT})

COUNTERPARTS: Final = {
    EntryKind.EARN: "issued",
    EntryKind.BONUS: "issued",
    EntryKind.OPENING: "issued",
    EntryKind.SPEND: "spent",
    EntryKind.REDEEM: "spent",
    EntryKind.RETURN_SPENT: "given_back",
    EntryKind.RETURN_EARNED: "reversed",
    EntryKind.EXPIRE: "expired",
    EntryKind.FORFEIT: "expired",
    EntryKind.REINSTATE: "reinstated",
    EntryKind.ADJUST_CREDIT: "adjusted",
    EntryKind.ADJUST_DEBIT: "adjusted",
    EntryKind.TRANSFER_IN: "moved",
    EntryKind.TRANSFER_OUT: "moved",
    EntryKind.MERGE_IN: "moved",
    EntryKind.MERGE_OUT: "moved",
}


class HoldState(models.TextChoices):
    """Where a hold stands; only a held one may move on, once (L-30, L-31)."""

    HELD = "held", _("Held")
    CAPTURED = "captured", _("Captured")
    RELEASED = "released", _("Released")
    EXPIRED = "expired", _("Ended")


@dataclass(frozen=True, kw_only=True, slots=True)
class LotTerms:
    """What is stamped on a new lot (L-15). All of it absent: opens at once, never ends.

    `waits` says that the lot opens by an event, at the latest at `lapses_at`, else it is forfeited (L-21); then
    `expires_at` is worked out from `policy` when it opens. Otherwise `expires_at` is given here.
    """

    opens_at: datetime | None = None
    waits: bool = False
    lapses_at: datetime | None = None
    expires_at: datetime | None = None
    policy: dict[str, object] | None = None
    origin: str = ""
    worth: int | None = None


AT_ONCE: Final = LotTerms()
# Why staff take back what was earned, and give back what paid for it, where nothing else is told (S-24).
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """Points that shall move on one account: signed, with a key that counts once for ever (L-4).

    The owner is a member with a currency, or a gift card (`voucher_id`) in its own money. `lot_ids` names lots to
    take from before any other, in that order; `only_these` forbids all others. `may_owe` lets a debit leave a debt.
    """

    member_id: Id | None = None
    currency_id: Id | None = None
    voucher_id: Id | None = None
    kind: EntryKind
    points: int
    source_key: str
    occurred_at: datetime
    reason: str = ""
    event_id: Id | None = None
    rule_id: Id | None = None
    rule_version: int | None = None
    reverses_id: Id | None = None
    group_id: Id | None = None
    counts_for_tier: bool = False
    is_imported: bool = False
    terms: LotTerms | None = None
    lots: tuple[tuple[int, LotTerms], ...] = ()
    lot_ids: tuple[Id, ...] = ()
    only_these: bool = False
    may_owe: bool = False
    note: str = ""

    @property
    def purse(self) -> Purse:
        """The account that is meant."""
        owner = self.voucher_id or self.member_id
        assert owner is not None, "a movement has an owner"
        return owner, self.currency_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What one lot gave (points > 0) or got back (points < 0)."""

    lot_id: Id
    points: int
    expires_at: datetime | None
    was_pending: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """What became of a movement. `repeated`: it stood there before. `refusal`: only with `partial=True`."""

    movement: Movement
    entry_id: Id | None = None
    account_id: Id | None = None
    number: int = 0
    points: int = 0
    balance_after: int = 0
    owed: int = 0
    lot_ids: tuple[Id, ...] = ()
    taken: tuple[Taken, ...] = field(default=())
    repeated: bool = False
    refusal: DomainError | None = None
