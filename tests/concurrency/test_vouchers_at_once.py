"""Vouchers and gift cards at many tills at once, each race with its control (W-75, W-76)."""

from functools import partial

import pytest

from loyalty.foundation.units import run
from loyalty.ledger.models import Account
from loyalty.rewards.guesses.guessing import PERSON, Guesser, begin
from loyalty.rewards.models import GuessGuard, Voucher, VoucherUse
from loyalty.rewards.undoing import cancelling
from loyalty.rewards.using import tilling
from loyalty.rewards.vouchers import moving
from tests.world.ledger import TILL, a_member
from tests.world.racing import at_once
from tests.world.vouchers import ISSUED_AT, a_cafe, a_card, issued, redeemed, reserved, state_of

pytestmark = pytest.mark.django_db(transaction=True)
TILLS = 32


def outcomes(done):
    return {outcome: done.count(outcome) for outcome in sorted(set(done))}


def redeem_at(cafe, voucher, till):
    redeemed(cafe, voucher, f"order-{till}")


class TestOneVoucher:
    def test_is_redeemed_at_one_of_32_tills(self):
        """W-76"""
        cafe = a_cafe()
        voucher = issued(cafe)

        done = at_once(*(partial(redeem_at, cafe, voucher, till) for till in range(TILLS)))

        assert outcomes(done) == {"done": 1, "voucher_not_redeemable": TILLS - 1}
        assert VoucherUse.objects.count() == 1

    def test_control_would_be_used_often_if_nobody_compared(self, monkeypatch):
        """Without the condition of the update many tills use it: the race is real."""
        cafe = a_cafe()
        voucher = issued(cafe)
        monkeypatch.setattr(tilling, "demand_good", lambda row, **_told: row)
        monkeypatch.setattr(moving, "redeem", lambda voucher_id, **_told: True)

        done = at_once(*(partial(redeem_at, cafe, voucher, till) for till in range(4)))

        assert outcomes(done) == {"done": 4}
        assert VoucherUse.objects.count() == 4

    def test_is_reserved_by_one_of_32_baskets(self):
        """W-76: one voucher, many baskets: one reservation."""
        cafe = a_cafe()
        voucher = issued(cafe)

        done = at_once(*(partial(reserved, cafe, voucher, f"k{n}") for n in range(TILLS)))

        assert outcomes(done) == {"done": 1, "voucher_not_redeemable": TILLS - 1}

    def test_reserve_against_redeem_leaves_one_of_them(self):
        """W-76"""
        cafe = a_cafe()
        voucher = issued(cafe)

        done = at_once(
            partial(reserved, cafe, voucher, "k1"), partial(redeemed, cafe, voucher, "order-1")
        )

        assert sorted(done) == ["done", "voucher_not_redeemable"]
        assert state_of(voucher) in {"reserved", "redeemed"}

    def test_cancel_against_redeem_leaves_one_of_them(self):
        """W-76: one wins; the use and the cancellation never both stand."""
        cafe = a_cafe()
        voucher = issued(cafe)

        def cancel():
            done = run(
                lambda: cancelling.cancel_vouchers(
                    program=cafe, voucher_ids=[voucher.id], reason="x", actor=TILL, at=ISSUED_AT
                )
            )
            assert done.cancelled or done.kept_used

        done = at_once(cancel, partial(redeemed, cafe, voucher, "order-1"))

        is_used = VoucherUse.objects.exists()
        assert state_of(voucher) == ("redeemed" if is_used else "cancelled")
        assert done == ["done", "done" if is_used else "voucher_not_redeemable"]

    def test_one_order_takes_one_of_two_that_do_not_go_together(self):
        """W-38: two vouchers for one order at once."""
        cafe = a_cafe()
        vouchers = [issued(cafe, "ten-percent"), issued(cafe, "five-off")]

        done = at_once(*(partial(redeemed, cafe, each, "order-1") for each in vouchers))

        assert sorted(done) == ["done", "order_not_eligible"]
        assert VoucherUse.objects.count() == 1


class TestOneCard:
    def test_pays_no_more_than_is_on_it(self):
        """W-76: exact balance; 50.00 at eight tills of 10.00."""
        cafe = a_cafe()
        card = a_card(cafe)

        done = at_once(*(partial(redeemed, cafe, card, f"o-{n}", amount=1000) for n in range(8)))

        assert outcomes(done) == {"done": 5, "value_exceeds_remaining": 3}
        account = Account.objects.get(voucher_id=card.id)
        assert (account.available, account.held) == (0, 0)

    def test_pays_for_an_order_once_however_often_it_is_told(self):
        """W-37"""
        cafe = a_cafe()
        card = a_card(cafe)

        done = at_once(*(partial(redeemed, cafe, card, "order-1", amount=1000) for _ in range(8)))

        assert outcomes(done) == {"done": 8}
        assert Account.objects.get(voucher_id=card.id).available == 4000

    def test_control_would_pay_twice_if_nobody_locked_the_order(self, monkeypatch):
        """Behind the locks the database refuses a second use of one order."""
        cafe = a_cafe()
        card = a_card(cafe)
        monkeypatch.setattr(tilling, "served_before", lambda **_told: [])
        redeemed(cafe, card, "order-1", amount=1000)

        done = at_once(partial(redeemed, cafe, card, "order-1", amount=1000))

        assert done == ["voucher_serves_an_order_once"]


class TestGuesses:
    def test_of_many_at_once_no_more_are_looked_at_than_the_limit(self):
        """S-33, S-37: counted before the code is looked at."""
        cafe = a_cafe()
        ada = a_member(cafe)
        guesser = Guesser(kind="member", id=ada.pk, limits=PERSON)

        done = at_once(*(partial(begin, [guesser], at=ISSUED_AT) for _ in range(TILLS)))

        assert outcomes(done) == {"done": PERSON.short, "too_many_attempts": TILLS - PERSON.short}
        assert len(GuessGuard.objects.get().under_way) == PERSON.short


def test_a_voucher_never_stands_in_two_baskets():
    """W-30: whatever the order of the tills, the row names one key."""
    cafe = a_cafe()
    vouchers = [issued(cafe) for _ in range(4)]

    at_once(
        *(
            partial(reserved, cafe, voucher, f"k{basket}")
            for voucher in vouchers
            for basket in range(4)
        )
    )

    rows = Voucher.objects.filter(pk__in=[each.id for each in vouchers])
    assert {row.state for row in rows} == {"reserved"}
