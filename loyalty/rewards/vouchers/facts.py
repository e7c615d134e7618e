"""What happened to vouchers and gift cards. Ids, kind, origin and ends; never a code, a key or an order's number."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class VoucherFact(Fact):
    """What all facts about a voucher say: which, of what kind, why it was handed out, and until when it is good."""

    voucher_id: Id
    kind: str
    origin: str
    redemption_id: Id | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class VoucherIssued(VoucherFact):
    """A voucher or gift card was handed out; those of a batch are told by `batch.made` alone."""

    name: ClassVar[str] = "voucher.issued"


@dataclass(frozen=True, kw_only=True)
class VoucherRedeemed(VoucherFact):
    """A voucher was used for an order."""

    name: ClassVar[str] = "voucher.redeemed"


@dataclass(frozen=True, kw_only=True)
class VoucherReinstated(VoucherFact):
    """A used voucher can be used again, since nothing of its order is left."""

    name: ClassVar[str] = "voucher.reinstated"


@dataclass(frozen=True, kw_only=True)
class VoucherCancelled(VoucherFact):
    """A voucher or gift card was cancelled, for good."""

    name: ClassVar[str] = "voucher.cancelled"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class VoucherExpiring(VoucherFact):
    """A voucher that is not used yet is about to end."""

    name: ClassVar[str] = "voucher.expiring"


@dataclass(frozen=True, kw_only=True)
class VoucherExpired(VoucherFact):
    """A voucher ended unused."""

    name: ClassVar[str] = "voucher.expired"


@dataclass(frozen=True, kw_only=True)
class VoucherExtended(VoucherFact):
    """Staff gave a voucher a later end; one that had ended is good again."""

    name: ClassVar[str] = "voucher.extended"
    was_expired: bool


@dataclass(frozen=True, kw_only=True)
class GiftCardDrawn(VoucherFact):
    """Money of a gift card paid for an order; `is_first` once in its life."""

    name: ClassVar[str] = "gift_card.drawn"
    amount: int
    currency: str
    left: int
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class GiftCardRefunded(VoucherFact):
    """Money came back on a gift card, since what it paid for was returned."""

    name: ClassVar[str] = "gift_card.refunded"
    amount: int
    currency: str
    left: int


@dataclass(frozen=True, kw_only=True)
class PoolLow(Fact):
    """A pool of codes has fallen to where its reward wants to be refilled."""

    name: ClassVar[str] = "pool.low"
    reward_id: Id
    left: int


@dataclass(frozen=True, kw_only=True)
class BatchMade(Fact):
    """All vouchers of a batch are there; whoever asked for them may fetch the codes once."""

    name: ClassVar[str] = "batch.made"
    batch_id: Id
    count: int


@dataclass(frozen=True, kw_only=True)
class GuessingSuspected(Fact):
    """Ten times as many bad codes were shown in this hour as in a usual one; told once an hour."""

    name: ClassVar[str] = "voucher.guessing_suspected"
    bad: int
    usual: int
