"""Telling: the facts of a redemption, as rows and offers make them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from loyalty.outbox.facts import Fact
from loyalty.rewards.catalogue.offers import Offer
from loyalty.rewards.facts import RewardCancelled, RewardFulfilled, RewardGiven, RewardRedeemed
from loyalty.rewards.kinds import RedemptionState
from loyalty.rewards.models import Redemption


def handed_out(row: Redemption, offer: Offer, *, ends_at: datetime | None) -> Iterable[Fact]:
    """That it was redeemed or given, and, where the use is at once, that it is fulfilled."""
    told = _about(row, offer)
    if row.currency_id is None:
        yield RewardGiven(**told, ends_at=ends_at)
    else:
        yield RewardRedeemed(
            **told, points=row.points, currency_id=row.currency_id, ends_at=ends_at
        )
    if row.state == RedemptionState.FULFILLED:
        yield RewardFulfilled(**told)


def fulfilled(row: Redemption, offer: Offer, *, at: datetime) -> Fact:
    """That it was used, or handed over."""
    return RewardFulfilled(**(_about(row, offer) | {"at": at}))


def cancelled(row: Redemption, offer: Offer, *, at: datetime) -> Fact:
    """That it was cancelled, and what came back."""
    points = row.points_usable + row.points_expired
    told = _about(row, offer) | {"at": at}
    return RewardCancelled(**told, points=points, usable=row.points_usable)


def _about(row: Redemption, offer: Offer) -> dict[str, Any]:
    return {
        "program_id": row.program_id,
        "member_id": row.member_id,
        "at": row.redeemed_at,
        "redemption_id": row.pk,
        "reward_id": row.reward_id,
        "reward": offer.slug,
        "kind": offer.kind.value,
        "quantity": row.quantity,
        "origin": row.origin,
    }
