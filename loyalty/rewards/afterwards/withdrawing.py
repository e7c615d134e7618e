"""Withdrawing: gifts that were handed out because of an order go when nothing of it is left, if unused (W-62)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.afterwards.moving import move, offers_for
from loyalty.rewards.catalogue.stocking import put_back
from loyalty.rewards.kinds import Fulfilment, RedemptionState
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.telling import cancelled
from loyalty.rewards.undoing.cancelling import cancel as cancel_vouchers
from loyalty.rewards.vouchers.rows import VoucherRow

REASON: Final = "origin_returned"
CANCEL: Final = "cancel_if_unused"


@inside_unit_of_work
def withdraw(
    *, program: Program, event_ids: Collection[Id], actor: Actor, at: datetime
) -> dict[Id, list[dict[str, Any]]]:
    """Cancel what these events brought as gifts and nobody used; what was used stays. What became of it, by event.

    Rewards that say `keep` stay whole. What was redeemed for points stays too: the points are owing (W-64).
    """
    found = Redemption.objects.filter(program=program, event_id__in=event_ids).order_by("pk")
    rows = [
        row for row in found if row.state in {RedemptionState.ISSUED, RedemptionState.FULFILLED}
    ]
    offers = offers_for(rows)
    going = {
        row.pk: row
        for row in rows
        if offers[row.pk].on_origin_refund == CANCEL
        and offers[row.pk].fulfilment != Fulfilment.NONE
    }
    if not going:
        return {}
    done = cancel_vouchers(
        program=program, redemption_ids=going, reason=REASON, actor=actor, at=at, only_whole=False
    )
    in_use = {row.redemption_id for row in done.kept_used}
    whole = [
        pk for pk, row in going.items() if pk not in in_use and row.state == RedemptionState.ISSUED
    ]
    moved = move(
        redemption_ids=whole, to=RedemptionState.CANCELLED, actor=actor, at=at, reason=REASON
    )
    put_back(pieces=_pieces(moved))
    announce([cancelled(row, offers[row.pk], at=at) for row in moved])
    told: dict[Id, list[dict[str, Any]]] = {}
    for outcome, vouchers in (("cancelled", done.cancelled), ("kept_used", done.kept_used)):
        for voucher in vouchers:
            assert voucher.redemption_id is not None, "looked up by it"
            event_id = going[voucher.redemption_id].event_id
            assert event_id is not None, "looked up by it"
            told.setdefault(event_id, []).append(_item(voucher, outcome))
    return told


def _pieces(rows: Collection[Redemption]) -> dict[Id, int]:
    pieces: dict[Id, int] = {}
    for row in rows:
        if row.stock_taken:
            pieces[row.reward_id] = pieces.get(row.reward_id, 0) + row.stock_taken
    return pieces


def _item(voucher: VoucherRow, outcome: str) -> dict[str, Any]:
    return {"voucher": voucher.shown_id, "kind": voucher.kind, "outcome": outcome}
