"""Following: redemptions follow their vouchers: used, reinstated, ended, extended (W-23)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.rewards.afterwards.moving import move, offers_for
from loyalty.rewards.kinds import RedemptionState
from loyalty.rewards.redeeming.telling import fulfilled

FOLLOWER: Final[Actor] = job("rewards.follow")
# A gift card is used from its first drawing on, whatever came back on it later.
_STILL_USED: Final = """
    SELECT DISTINCT v.redemption_id FROM loyalty_voucher v
    WHERE v.redemption_id = ANY(%s::uuid[])
      AND (v.state = 'redeemed' OR v.kind = 'gift_card' AND EXISTS (
          SELECT 1 FROM loyalty_voucheruse u WHERE u.voucher_id = v.id))
"""
_STILL_GOOD: Final = """
    SELECT DISTINCT redemption_id FROM loyalty_voucher
    WHERE redemption_id = ANY(%s::uuid[]) AND state IN ('issued', 'reserved')
"""


@inside_unit_of_work
def follow_use(*, redemption_ids: Collection[Id], at: datetime) -> None:
    """With the first use of any of its vouchers a redemption is fulfilled."""
    moved = move(redemption_ids=redemption_ids, to=RedemptionState.FULFILLED, actor=FOLLOWER, at=at)
    offers = offers_for(moved)
    announce([fulfilled(row, offers[row.pk], at=at) for row in moved])


@inside_unit_of_work
def follow_reinstating(*, redemption_ids: Collection[Id], at: datetime) -> None:
    """Once none of its vouchers is used any more, a redemption is as it was issued."""
    move(
        redemption_ids=set(redemption_ids) - _those(_STILL_USED, redemption_ids),
        to=RedemptionState.ISSUED,
        actor=FOLLOWER,
        at=at,
        reason="reinstated",
    )


@inside_unit_of_work
def follow_end(*, redemption_ids: Collection[Id], at: datetime) -> None:
    """Once all its vouchers have ended unused, a redemption has lapsed; nothing comes back."""
    move(
        redemption_ids=set(redemption_ids) - _those(_STILL_GOOD, redemption_ids),
        to=RedemptionState.LAPSED,
        actor=FOLLOWER,
        at=at,
        reason="ended",
    )


@inside_unit_of_work
def follow_extending(*, redemption_ids: Collection[Id], at: datetime) -> None:
    """A voucher that had ended is good again, and so is its redemption."""
    move(
        redemption_ids=set(redemption_ids) - _those(_STILL_USED, redemption_ids),
        to=RedemptionState.ISSUED,
        actor=FOLLOWER,
        at=at,
        reason="extended",
    )


def _those(sql: str, redemption_ids: Collection[Id]) -> set[Id]:
    return {row[0] for row in run(sql, [sorted(redemption_ids)])}
