"""Reactions of this room: redemptions follow their vouchers at once; gifts of tiers later."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from loyalty.foundation.ids import Id
from loyalty.outbox.receiving import reacts_now
from loyalty.rewards.afterwards.following import (
    follow_end,
    follow_extending,
    follow_reinstating,
    follow_use,
)
from loyalty.rewards.vouchers.facts import (
    GiftCardDrawn,
    VoucherExpired,
    VoucherExtended,
    VoucherFact,
    VoucherRedeemed,
    VoucherReinstated,
)


@reacts_now((VoucherRedeemed, GiftCardDrawn), name="rewards.use")
def follow_use_at_once(facts: Sequence[VoucherFact]) -> None:
    """What was handed out is used: the redemption is fulfilled in the same transaction."""
    first = [fact for fact in facts if not isinstance(fact, GiftCardDrawn) or fact.is_first]
    for at, told in groupby(first, key=lambda fact: fact.at):
        follow_use(redemption_ids=_redemptions(told), at=at)


@reacts_now(VoucherReinstated, name="rewards.reinstating")
def follow_reinstating_at_once(facts: Sequence[VoucherReinstated]) -> None:
    """A used voucher can be used again, and so can its redemption be cancelled again."""
    for at, told in groupby(facts, key=lambda fact: fact.at):
        follow_reinstating(redemption_ids=_redemptions(told), at=at)


@reacts_now(VoucherExpired, name="rewards.ending")
def follow_end_at_once(facts: Sequence[VoucherExpired]) -> None:
    """The last voucher of a redemption has ended unused."""
    for at, told in groupby(facts, key=lambda fact: fact.at):
        follow_end(redemption_ids=_redemptions(told), at=at)


@reacts_now(VoucherExtended, name="rewards.extending")
def follow_extending_at_once(facts: Sequence[VoucherExtended]) -> None:
    """A voucher that had ended is good again."""
    for at, told in groupby((fact for fact in facts if fact.was_expired), key=lambda fact: fact.at):
        follow_extending(redemption_ids=_redemptions(told), at=at)


def _redemptions(facts: Iterable[VoucherFact]) -> set[Id]:
    return {fact.redemption_id for fact in facts if fact.redemption_id}
