"""Telling: the facts of a redemption, as rows and offers make them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from loyalty.outbox.facts import Fact
from loyalty.rewards.catalogue.offers import Offer
from loyalty.rewards.facts import RewardCancelled, RewardFulfilled, RewardGiven, RewardRedeemed
from loyalty.rewards.kinds import RedemptionState
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.accepting import Accepted
from loyalty.rewards.redeeming.scenes import Scene
from loyalty.rewards.vouchers.facts import PoolLow


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


def running_low(scene: Scene, going: Sequence[Accepted]) -> Iterable[Fact]:
    """Of rewards whose stock this brings down to where it wants to be refilled; once, as it gets there (W-46)."""
    for reward_id, left in scene.left.items():
        mine = [each for each in going if each.offer.reward_id == reward_id]
        before = left + sum(each.wish.quantity for each in mine)
        low_at = mine[0].offer.low_at if mine else 0
        if low_at and left <= low_at < before:
            program_id = scene.program.pk
            yield PoolLow(program_id=program_id, at=scene.at, reward_id=reward_id, left=left)


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
