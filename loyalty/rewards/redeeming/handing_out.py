"""Handing out: points drawn, redemptions kept, codes and cards made, facts told: one statement each, however many."""

from collections.abc import Sequence
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement
from loyalty.ledger.posting import post
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.programs.expiry import ends_at as points_end_at
from loyalty.rewards.catalogue.stocking import drop_pieces, put_back
from loyalty.rewards.codes.pooling import Wanted, take_codes
from loyalty.rewards.kinds import Codes, Fulfilment, RedemptionState, RewardKind
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.accepting import Accepted
from loyalty.rewards.redeeming.scenes import Scene
from loyalty.rewards.redeeming.telling import handed_out, running_low
from loyalty.rewards.redeeming.vouching import (
    by_redemption,
    end_of,
    make_vouchers,
    open_their_cards,
)
from loyalty.rewards.redeeming.wishes import Handed
from loyalty.rewards.refusals import RewardOutOfStock

EXCHANGE: Final = "exchange"


@inside_unit_of_work
def hand_out(
    *, scene: Scene, accepted: Sequence[Accepted], accounts: Book, actor: Actor, partial: bool
) -> list[Handed]:
    """Hand out what was judged and whose stock was taken, in order.

    A pool may turn out short when codes ended since it was counted: that wish is refused, and with it the whole list
    unless `partial`.
    """
    _take_codes(scene, accepted, partial=partial)
    going = [each for each in accepted if each.refusal is None]
    _post(scene, going, accounts, actor=actor)
    rows = {each.redemption_id: _redemption(scene, each, actor=actor) for each in going}
    Redemption.objects.bulk_create(rows.values())
    ends = {each.redemption_id: end_of(scene, each) for each in going}
    told = [
        fact
        for each in going
        for fact in handed_out(
            rows[each.redemption_id], each.offer, ends_at=ends[each.redemption_id]
        )
    ]
    made, issued = make_vouchers(scene, going, ends)
    announce([*told, *issued, *running_low(scene, going)])
    made += open_their_cards(scene, going, ends, actor=actor)
    vouchers = by_redemption(made)
    return [
        Handed(wish=each.wish, refusal=each.refusal)
        if each.refusal
        else Handed(
            wish=each.wish,
            redemption=rows[each.redemption_id],
            vouchers=tuple(vouchers.get(each.redemption_id, ())),
            balance_after=each.paid.balance_after if each.paid else None,
        )
        for each in accepted
    ]


def _take_codes(scene: Scene, accepted: Sequence[Accepted], *, partial: bool) -> None:
    pools = [each for each in accepted if each.offer.codes == Codes.POOL]
    wanted = [
        Wanted(reward_id=each.offer.reward_id, redemption_id=each.redemption_id, number=number)
        for each in pools
        for number in each.numbers
    ]
    taken = iter(take_codes(program=scene.program, wanted=wanted, at=scene.at))
    short: dict[Id, int] = {}
    for each in pools:
        codes = [next(taken) for _number in each.numbers]
        each.codes = [code for code in codes if code is not None]
        if len(each.codes) == len(codes):
            continue
        if not partial or each.codes:
            raise RewardOutOfStock(pointer="/reward")
        each.refusal = RewardOutOfStock(pointer="/reward")
        short[each.offer.reward_id] = short.get(each.offer.reward_id, 0) + each.stock_taken
    # What ended in the pool counts neither as handed out nor as left.
    put_back(pieces=short)
    drop_pieces(pieces=short)


def _post(scene: Scene, going: Sequence[Accepted], accounts: Book, *, actor: Actor) -> None:
    """Draw the prices, earliest end first, and credit what is exchanged; in the order of the wishes."""
    movements: list[Movement] = []
    places: list[tuple[Accepted, str]] = []
    for each in going:
        if each.price is not None:
            movements.append(_payment(scene, each, each.price[0]))
            places.append((each, "paid"))
        if each.offer.kind == RewardKind.POINTS:
            movements.append(_exchanged(scene, each))
            places.append((each, "given"))
    posted = post(
        program=scene.program, movements=movements, actor=actor, at=scene.at, accounts=accounts
    )
    for (each, part), result in zip(places, posted, strict=True):
        setattr(each, part, result)


def _payment(scene: Scene, each: Accepted, currency_id: Id) -> Movement:
    return Movement(
        member_id=each.wish.member_id,
        currency_id=currency_id,
        kind=EntryKind.REDEEM,
        points=-each.points,
        source_key=each.key,
        occurred_at=scene.at,
        reason=each.offer.slug,
    )


def _exchanged(scene: Scene, each: Accepted) -> Movement:
    """Points of another currency; like gifts, they count for no tier (T-5)."""
    currency = scene.currency(each.offer.terms["currency"])
    assert currency is not None, "checked when the reward was drafted"
    policy = dict(currency.expiry)
    ends = points_end_at(policy, scene.at, scene.program.zone)
    return Movement(
        member_id=each.wish.member_id,
        currency_id=currency.id,
        kind=EntryKind.BONUS,
        points=each.offer.terms["points"] * each.wish.quantity,
        source_key=f"{each.key}/points",
        occurred_at=scene.at,
        reason=each.offer.slug,
        event_id=each.wish.event_id,
        terms=LotTerms(expires_at=ends, policy=policy, origin=EXCHANGE),
    )


def _redemption(scene: Scene, each: Accepted, *, actor: Actor) -> Redemption:
    wish, offer = each.wish, each.offer
    is_done = offer.fulfilment == Fulfilment.NONE
    until = None
    if not wish.is_gift:
        until = offer.cancel_within.after(scene.at, zone=scene.program.zone)
    return Redemption(
        id=each.redemption_id,
        program=scene.program,
        member_id=wish.member_id,
        reward_id=offer.reward_id,
        revision_id=offer.revision_id,
        quantity=wish.quantity,
        stock_taken=each.stock_taken,
        points=each.points,
        currency_id=each.price[0] if each.price else None,
        entry_id=each.paid.entry_id if each.paid else None,
        given_entry_id=each.given.entry_id if each.given else None,
        given_lot_id=each.given.lot_ids[0] if each.given else None,
        state=RedemptionState.FULFILLED if is_done else RedemptionState.ISSUED,
        is_waiting=offer.fulfilment == Fulfilment.BY_HAND,
        origin=wish.origin,
        origin_key=wish.origin_key or each.key,
        event_id=wish.event_id,
        day=scene.day,
        automatic_number=wish.automatic_number,
        worth=wish.worth,
        reason=wish.reason,
        note=wish.note,
        case=wish.case,
        actor_kind=actor.kind,
        actor_id=actor.id,
        redeemed_at=scene.at,
        member_may_cancel_until=until,
        state_at=scene.at,
        state_by=actor.shown[:120],
    )
