"""Redemptions as doors tell them; codes only to those who hold them."""

from collections.abc import Sequence
from typing import Any

from loyalty.foundation.ids import Id, shown
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.programs.texts import in_words
from loyalty.rewards.afterwards.moving import offers_for
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.wishes import Handed
from loyalty.rewards.vouchers.issuing import IssuedVoucher
from loyalty.rewards.vouchers.showing import opened


def show_redemptions(
    rows: Sequence[Redemption], *, program: Program, show_codes: bool
) -> list[dict[str, Any]]:
    """These redemptions with their vouchers; three statements for any number."""
    vouchers = opened(
        program=program, redemption_ids=[row.pk for row in rows], show_codes=show_codes
    )
    return _shown(rows, vouchers)


def show_handed(handed: Sequence[Handed], *, program: Program) -> list[dict[str, Any]]:
    """What was just handed out, with the codes, and with those of an answer that is told again."""
    rows = [each.redemption for each in handed if each.redemption]
    vouchers = {each.redemption.pk: list(each.vouchers) for each in handed if each.redemption}
    again = [each.redemption.pk for each in handed if each.redemption and each.repeated]
    if again:
        vouchers |= opened(program=program, redemption_ids=again, show_codes=True)
    return _shown(rows, vouchers)


def show_voucher(voucher: IssuedVoucher) -> dict[str, Any]:
    """A voucher as its holder sees it; `code` null once it is forgotten, or where it is not shown."""
    return {
        "id": voucher.shown_id,
        "number": voucher.number,
        "code": voucher.code or None,
        "last_four": voucher.last_four,
        "pin": voucher.pin,
        "ends_at": voucher.ends_at,
    }


def _shown(
    rows: Sequence[Redemption], vouchers: dict[Id, list[IssuedVoucher]]
) -> list[dict[str, Any]]:
    offers = offers_for(rows)
    views = []
    for row in rows:
        offer, mine = offers[row.pk], [show_voucher(each) for each in vouchers.get(row.pk, ())]
        views.append(
            {
                "id": row.shown_id,
                "status": row.state,
                "member": shown(Member.prefix, row.member_id),
                "reward": {
                    "id": shown("rwd", row.reward_id),
                    "slug": offer.slug,
                    "name": in_words(offer.name),
                    "kind": offer.kind.value,
                    "version": offer.number,
                },
                "quantity": row.quantity,
                "points": row.points,
                "currency": offer.currency_called(row.currency_id) if row.currency_id else None,
                "origin": row.origin,
                "redeemed_at": row.redeemed_at,
                "waits_to_be_handed_over": row.is_waiting,
                "member_may_cancel_until": row.member_may_cancel_until,
                "voucher": mine[0] if mine else None,
                "vouchers": mine,
                "cancelled_at": row.cancelled_at,
                "given_back": {
                    "available": row.points_usable,
                    "already_expired": row.points_expired,
                }
                if row.cancelled_at
                else None,
            }
        )
    return views
