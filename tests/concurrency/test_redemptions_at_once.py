"""Races between what undoes a redemption and what uses it, and the last piece for two hundred, each with its control (W-75, W-76)."""

from functools import partial
from threading import Barrier

import pytest

from loyalty.foundation.refusals import DomainError
from loyalty.rewards.models import Redemption, VoucherUse
from loyalty.rewards.undoing import cancelling
from loyalty.rewards.using import tilling
from loyalty.rewards.vouchers import moving
from loyalty.rewards.vouchers.rows import vouchers_of
from tests.world import vouchers
from tests.world.ledger import parts_of, some_members
from tests.world.racing import at_once
from tests.world.rewards import (
    NOON,
    a_cafe,
    a_guest,
    a_reward,
    cancelled,
    got,
    left_of,
    redemptions_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


class TestCancelAgainstUse:
    """One of both wins, whole: the use stands, or points and stock are back (W-76)."""

    def a_redemption(self):
        cafe = a_cafe(a_reward(stock=5))
        ada = a_guest(cafe, 100)
        return cafe, ada, got(ada)

    @pytest.mark.parametrize("verb", ["redeemed", "reserved"])
    def test_leaves_one_of_them(self, verb):
        cafe, ada, handed = self.a_redemption()
        (voucher,) = handed.vouchers
        use = partial(getattr(vouchers, verb), cafe, voucher, "k1", by=ada, at=NOON)

        outcomes = at_once(partial(cancelled, handed.redemption), use)

        is_used = vouchers.state_of(voucher) == verb
        assert outcomes == (
            ["redemption_not_cancellable", "done"]
            if is_used
            else ["done", "voucher_not_redeemable"]
        )
        assert (parts_of(ada)[0], left_of(cafe)) == ((0, 4) if is_used else (100, 5))

    def test_control_both_go_on_if_nobody_looks_again(self, monkeypatch):
        """Without the voucher's lock and the condition of its update, only the redemption's trigger is left in between."""
        cafe, ada, handed = self.a_redemption()
        (voucher,) = handed.vouchers
        gate, find = Barrier(2), tilling.find_shown

        def finding(**told):
            row = find(**told)
            gate.wait(timeout=30)
            return row

        def looking(**told):
            rows = vouchers_of(**told)
            gate.wait(timeout=30)
            return rows

        monkeypatch.setattr(tilling, "find_shown", finding)
        monkeypatch.setattr(cancelling, "lock_vouchers", looking)
        monkeypatch.setattr(moving, "redeem", lambda voucher_id, **_told: True)

        cancel, use = at_once(
            partial(cancelled, handed.redemption),
            partial(vouchers.redeemed, cafe, voucher, "o1", by=ada, at=NOON),
        )

        assert (use, VoucherUse.objects.count()) == ("done", 1)
        assert cancel in {"done", "redemption_moves_by_the_table"}

    def test_two_cancels_give_back_once(self):
        """W-24: again: the same answer, no effect."""
        cafe, ada, handed = self.a_redemption()

        outcomes = at_once(*[partial(cancelled, handed.redemption)] * 4)

        assert outcomes == ["done"] * 4
        assert (parts_of(ada)[0], left_of(cafe)) == (100, 5)
        assert redemptions_of(ada) == ["cancelled"]


def test_the_last_piece_goes_to_one_of_two_hundred():
    """W-76: eight tills at once, twenty-five members at each; the others keep their points."""
    cafe = a_cafe(a_reward(stock=1))
    guests = some_members(cafe, 200, points=100, at=NOON)
    told = []

    def a_till(customers):
        for guest in customers:
            try:
                got(guest)
            except DomainError as refusal:
                told.append(refusal.code)
            else:
                told.append("done")

    at_once(*[partial(a_till, customers) for customers in (guests[at::8] for at in range(8))])

    assert sorted(told) == ["done"] + ["reward_out_of_stock"] * 199
    assert left_of(cafe) == 0
    assert sorted(parts_of(guest)[0] for guest in guests) == [0] + [100] * 199
    assert Redemption.objects.count() == 1
