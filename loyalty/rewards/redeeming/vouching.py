"""Vouching: the vouchers and gift cards of redemptions."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.rewards.catalogue.offers import ends_at
from loyalty.rewards.gift_cards.opening import NewCard, open_cards
from loyalty.rewards.kinds import Fulfilment, RewardKind
from loyalty.rewards.redeeming.accepting import Accepted
from loyalty.rewards.redeeming.scenes import Scene
from loyalty.rewards.voucher_kinds import PaidWith
from loyalty.rewards.vouchers.facts import VoucherIssued
from loyalty.rewards.vouchers.issuing import IssuedVoucher, NewVoucher, make


def make_vouchers(
    scene: Scene, going: Sequence[Accepted], ends: dict[Id, datetime | None]
) -> tuple[list[IssuedVoucher], list[VoucherIssued]]:
    """Make the vouchers of these redemptions, piece by piece, and what is to be announced of them."""
    coming = [each for each in _by_voucher(going) if each.offer.kind != RewardKind.GIFT_CARD]
    wanted = [_voucher(each, number, ends) for each in coming for number in each.numbers]
    return make(program=scene.program, vouchers=wanted, at=scene.at)


def open_their_cards(
    scene: Scene, going: Sequence[Accepted], ends: dict[Id, datetime | None], *, actor: Actor
) -> list[IssuedVoucher]:
    """Open the gift cards of these redemptions, piece by piece."""
    coming = [each for each in _by_voucher(going) if each.offer.kind == RewardKind.GIFT_CARD]
    wanted = [_card(each, number, ends) for each in coming for number in each.numbers]
    return open_cards(program=scene.program, cards=wanted, actor=actor, at=scene.at)


def by_redemption(made: Iterable[IssuedVoucher]) -> dict[Id, list[IssuedVoucher]]:
    """These vouchers and cards by what they belong to, in the order of their numbers."""
    found: dict[Id, list[IssuedVoucher]] = {}
    for voucher in made:
        assert voucher.redemption_id is not None, "these belong to redemptions"
        found.setdefault(voucher.redemption_id, []).append(voucher)
    return found


def _by_voucher(going: Sequence[Accepted]) -> list[Accepted]:
    return [each for each in going if each.offer.fulfilment == Fulfilment.VOUCHER]


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
