"""Vouching: the vouchers and gift cards of redemptions."""

from collections.abc import Sequence
from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.rewards.catalogue.offers import ends_at
from loyalty.rewards.gift_cards.opening import NewCard, open_cards
from loyalty.rewards.kinds import Fulfilment, RewardKind
from loyalty.rewards.redeeming.accepting import Accepted
from loyalty.rewards.redeeming.scenes import Scene
from loyalty.rewards.voucher_kinds import PaidWith
from loyalty.rewards.vouchers.issuing import IssuedVoucher, NewVoucher, issue


def issue_vouchers(
    scene: Scene, going: Sequence[Accepted], ends: dict[Id, datetime | None], *, actor: Actor
) -> dict[Id, list[IssuedVoucher]]:
    """Make the vouchers and gift cards of these redemptions; by redemption, in the order of their numbers."""
    coming = [each for each in going if each.offer.fulfilment == Fulfilment.VOUCHER]
    cards = [each for each in coming if each.offer.kind == RewardKind.GIFT_CARD]
    plain = [each for each in coming if each.offer.kind != RewardKind.GIFT_CARD]
    made = issue(
        program=scene.program,
        vouchers=[_voucher(each, n, ends) for each in plain for n in each.numbers],
        at=scene.at,
    )
    made += open_cards(
        program=scene.program,
        cards=[_card(each, n, ends) for each in cards for n in each.numbers],
        actor=actor,
        at=scene.at,
    )
    by_redemption: dict[Id, list[IssuedVoucher]] = {}
    for voucher in made:
        assert voucher.redemption_id is not None, "these belong to redemptions"
        by_redemption.setdefault(voucher.redemption_id, []).append(voucher)
    return by_redemption


def _voucher(each: Accepted, number: int, ends: dict[Id, datetime | None]) -> NewVoucher:
    return NewVoucher(
        offer=each.offer,
        origin=each.wish.origin,
        ends_at=ends[each.redemption_id],
        redemption_id=each.redemption_id,
        member_id=each.wish.member_id,
        origin_event_id=each.wish.event_id,
        number=number,
        pool_code=each.codes[number - 1] if each.codes else None,
    )


def _card(each: Accepted, number: int, ends: dict[Id, datetime | None]) -> NewCard:
    money = each.offer.terms["money"]
    return NewCard(
        amount=money["amount"],
        currency=money["currency"],
        paid_with=PaidWith.FREE if each.wish.is_gift else PaidWith.POINTS,
        origin=each.wish.origin,
        offer=each.offer,
        redemption_id=each.redemption_id,
        member_id=each.wish.member_id,
        origin_event_id=each.wish.event_id,
        ends_at=ends[each.redemption_id],
        number=number,
    )


def end_of(scene: Scene, each: Accepted) -> datetime | None:
    """When what is handed out ends (W-40); only vouchers do."""
    if each.offer.fulfilment != Fulfilment.VOUCHER:
        return None
    return ends_at(each.offer, at=scene.at, zone=scene.program.zone)
