"""Withdrawing: gifts are taken back as far as nobody used them: with their order (W-62), or because their giver says so (W-26)."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.afterwards.moving import move, offers_for
from loyalty.rewards.catalogue.offers import Offer
from loyalty.rewards.catalogue.stocking import put_back
from loyalty.rewards.kinds import Fulfilment, Origin, RedemptionState
from loyalty.rewards.models import Redemption, Voucher
from loyalty.rewards.redeeming.telling import cancelled
from loyalty.rewards.undoing.cancelling import Cancelled
from loyalty.rewards.undoing.cancelling import cancel as cancel_vouchers
from loyalty.rewards.voucher_kinds import VoucherState
from loyalty.rewards.vouchers.rows import VoucherRow

REASON: Final = "origin_returned"
CANCEL: Final = "cancel_if_unused"
_OUT: Final = frozenset({RedemptionState.ISSUED, RedemptionState.FULFILLED})


@inside_unit_of_work
def withdraw(
    *, program: Program, event_ids: Collection[Id], actor: Actor, at: datetime
) -> dict[Id, list[dict[str, Any]]]:
    """Cancel what these events brought as gifts and nobody used; what was used stays. What became of it, by event.

    Rewards that say `keep` stay whole. What was redeemed for points stays too: the points are owing (W-64).
    """
    found = Redemption.objects.filter(program=program, event_id__in=event_ids).order_by("pk")
    offers = offers_for(found)
    going = {row.pk: row for row in found if offers[row.pk].on_origin_refund == CANCEL}
    done = _take_back(program, going, offers, reason=REASON, actor=actor, at=at)
    told: dict[Id, list[dict[str, Any]]] = {}
    for outcome, vouchers in (("cancelled", done.cancelled), ("kept_used", done.kept_used)):
        for voucher in vouchers:
            assert voucher.redemption_id is not None, "looked up by it"
            event_id = going[voucher.redemption_id].event_id
            assert event_id is not None, "looked up by it"
            told.setdefault(event_id, []).append(_item(voucher, outcome))
    return told


@inside_unit_of_work
def take_gifts_back(
    *,
    program: Program,
    origin: Origin,
    origin_keys: Collection[str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> dict[str, int]:
    """Take back what is unused of the gifts under these keys; how many pieces of each are taken back by now (W-26).

    What was used, drawn from, handed over or has ended stays, and so does what was used at once; what a reward says
    about returned orders does not matter here. Told again, it answers the same; keys that gave nothing are absent. A
    key stays spent: whoever gives again does so under another one.
    """
    found = Redemption.objects.filter(program=program, origin=origin, origin_key__in=origin_keys)
    rows = {row.pk: row for row in found.order_by("pk")}
    offers = offers_for(rows.values())
    _take_back(program, rows, offers, reason=reason, actor=actor, at=at)
    gone = Voucher.objects.filter(redemption__in=rows, state=VoucherState.CANCELLED)
    pieces = Counter(gone.values_list("redemption_id", flat=True))
    by_hand = found.filter(state=RedemptionState.CANCELLED, vouchers__isnull=True)
    pieces.update(dict(by_hand.values_list("pk", "quantity")))
    return {row.origin_key: pieces[row.pk] for row in rows.values()}


def _take_back(
    program: Program,
    rows: Mapping[Id, Redemption],
    offers: Mapping[Id, Offer],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Cancelled:
    """Cancel the unused vouchers of these redemptions, and those of which nothing is left in use, with their stock."""
    going = {
        pk: row
        for pk, row in rows.items()
        if row.state in _OUT and offers[pk].fulfilment != Fulfilment.NONE
    }
    if not going:
        return Cancelled()
    done = cancel_vouchers(
        program=program, redemption_ids=going, reason=reason, actor=actor, at=at, only_whole=False
    )
    in_use = {row.redemption_id for row in done.kept_used}
    whole = [
        pk for pk, row in going.items() if pk not in in_use and row.state == RedemptionState.ISSUED
    ]
    moved = move(
        redemption_ids=whole, to=RedemptionState.CANCELLED, actor=actor, at=at, reason=reason
    )
    put_back(pieces=_pieces(moved))
    announce([cancelled(row, offers[row.pk], at=at) for row in moved])
    return done


def _pieces(rows: Collection[Redemption]) -> dict[Id, int]:
    pieces: dict[Id, int] = {}
    for row in rows:
        if row.stock_taken:
            pieces[row.reward_id] = pieces.get(row.reward_id, 0) + row.stock_taken
    return pieces


def _item(voucher: VoucherRow, outcome: str) -> dict[str, Any]:
    return {"voucher": voucher.shown_id, "kind": voucher.kind, "outcome": outcome}
