"""Presenting: the good ones among several codes that a basket shows, for quotes (E-75); bad ones are counted (S-33)."""

from collections.abc import Sequence
from datetime import datetime

from loyalty.foundation.units import unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.guesses.guessing import Guesser, begin, note_bad, note_good
from loyalty.rewards.using.finding import Shown, demand_good, find_shown
from loyalty.rewards.using.fitting import coupon_of
from loyalty.rewards.vouchers.baskets import Coupon
from loyalty.rewards.vouchers.refusals import VoucherNotRedeemable


@unit_of_work
def coupons_behind(
    *, program: Program, shown: Sequence[Shown], at: datetime
) -> list[Coupon | VoucherNotRedeemable]:
    """For each code, in order, the voucher as discounting sees it, or the refusal of a bad one.

    Nothing is counted here: `count_codes` does.
    """
    told: list[Coupon | VoucherNotRedeemable] = []
    for each in shown:
        try:
            row = find_shown(program=program, shown=each, at=at)
            told.append(coupon_of(demand_good(row, shown=each, at=at)))
        except VoucherNotRedeemable as refusal:
            told.append(refusal)
    return told


def count_codes(
    guessers: Sequence[Guesser], *, program: Program, shown: Sequence[Shown], at: datetime
) -> list[Coupon | VoucherNotRedeemable]:
    """`coupons_behind`, each code counted as a till's attempt would be. Raises TooManyAttempts."""
    told: list[Coupon | VoucherNotRedeemable] = []
    for each in shown:
        mark = begin(guessers, at=at)
        (came,) = coupons_behind(program=program, shown=[each], at=at)
        if isinstance(came, VoucherNotRedeemable):
            note_bad(guessers, program=program, mark=mark, card_id=came.card_id, at=at)
        else:
            note_good(guessers, mark=mark)
        told.append(came)
    return told
