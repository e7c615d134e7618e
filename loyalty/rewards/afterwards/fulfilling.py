"""Fulfilling: what waits is handed over by a person, once (W-25)."""

from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.afterwards.moving import move, offers_for
from loyalty.rewards.kinds import RedemptionState
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.telling import fulfilled
from loyalty.rewards.refusals import RedemptionNotWaiting, RedemptionUnknown


@unit_of_work
def fulfil(*, program: Program, redemption_id: Id, actor: Actor, at: datetime) -> Redemption:
    """Note that this was handed over. Raises RedemptionUnknown, RedemptionNotWaiting: once, and only what waits."""
    mine = Redemption.objects.select_for_update(of=("self",), no_key=True).filter(program=program)
    row = mine.filter(pk=redemption_id).first()
    if row is None:
        raise RedemptionUnknown
    if not row.is_waiting:
        raise RedemptionNotWaiting
    (moved,) = move(
        redemption_ids=[row.pk], to=RedemptionState.FULFILLED, actor=actor, at=at, reason="by_hand"
    )
    announce([fulfilled(moved, offers_for([moved])[moved.pk], at=at)])
    return moved
