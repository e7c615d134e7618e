"""At the till: validate, reserve, redeem, release (W-30, W-31, W-35 to W-38)."""

from datetime import datetime, timedelta

import pytest

from loyalty.rewards.models import Voucher, VoucherUse
from loyalty.rewards.vouchers.refusals import OrderNotEligible, VoucherNotRedeemable
from tests.world.ledger import a_member
from tests.world.vouchers import (
    AMOUNT,
    ISSUED_AT,
    PERCENT,
    a_basket,
    a_cafe,
    issued,
    minutes,
    redeemed,
    released,
    reserved,
    state_of,
    validated,
)

pytestmark = pytest.mark.django_db
NOON = ISSUED_AT + timedelta(hours=2)  # 12:00 in Kyiv
QUARTER = NOON + minutes(15)


def refused(call, *told, **how):
    """Why a bad code was refused, told to somebody who may hear it."""
    with pytest.raises(VoucherNotRedeemable) as refusal:
        call(*told, inspects=True, **how)
    return refusal.value.values["reason"]


class TestReserving:
    def test_keeps_a_voucher_for_a_quarter_of_an_hour(self):
        """W-37"""
        cafe = a_cafe()
        voucher = issued(cafe)

        told = reserved(cafe, voucher, "k1", at=NOON)

        assert (told["status"], told["reserved_until"]) == ("reserved", QUARTER)
        assert refused(redeemed, cafe, voucher, at=NOON) == "reserved"

    def test_is_over_at_its_end_by_the_clock(self):
        """W-G11, W-31: k2 at 12:14:59 and at 12:15:00; k1's redeem then fails."""
        cafe = a_cafe()
        voucher = issued(cafe)
        reserved(cafe, voucher, "k1", at=NOON)

        assert refused(reserved, cafe, voucher, "k2", at=QUARTER - minutes(1) / 60) == "reserved"
        assert reserved(cafe, voucher, "k2", at=QUARTER)["status"] == "reserved"
        assert refused(redeemed, cafe, voucher, key="k1", at=QUARTER) == "reserved"

    def test_the_same_key_moves_the_end(self):
        """W-30"""
        cafe = a_cafe()
        voucher = issued(cafe)
        reserved(cafe, voucher, "k1", at=NOON)

        told = reserved(cafe, voucher, "k1", at=NOON + minutes(5), lasts=timedelta(hours=30))

        assert told["reserved_until"] == NOON + minutes(5) + timedelta(hours=24)

    def test_release_gives_it_back_and_again_is_no_error(self):
        """W-37"""
        cafe = a_cafe()
        voucher = issued(cafe)
        reserved(cafe, voucher, "k1", at=NOON)

        assert released(cafe, voucher, "k2", at=NOON)["status"] == "reserved"
        assert released(cafe, voucher, "k1", at=NOON)["status"] == "issued"
        assert released(cafe, voucher, "k1", at=NOON)["status"] == "issued"

    def test_a_reservation_outlives_the_vouchers_end(self):
        """W-30: redeem while alive, or reserved before its end."""
        cafe = a_cafe()
        end = NOON + minutes(5)
        voucher = issued(cafe, ends_at=end)
        reserved(cafe, voucher, "k1", at=NOON)

        assert refused(redeemed, cafe, voucher, key="", at=end) == "reserved"
        assert redeemed(cafe, voucher, key="k1", at=end + minutes(9))["status"] == "redeemed"


class TestRedeeming:
    def test_uses_a_voucher_once(self):
        """W-30, W-37: the same order again is the same answer; another order is refused."""
        cafe = a_cafe()
        voucher = issued(cafe)
        first = redeemed(cafe, voucher, "order-1", at=NOON, **a_basket(1000))

        assert first["status"] == "redeemed"
        assert first["discount"]["amount"] == 100
        assert redeemed(cafe, voucher, "order-1", at=NOON + minutes(9)) == first
        assert refused(redeemed, cafe, voucher, "order-2", at=NOON) == "used"
        assert VoucherUse.objects.count() == 1

    def test_what_was_told_when_it_was_reserved_holds(self):
        """W-37: validate, reserve and redeem give the same sums."""
        cafe = a_cafe()
        voucher = issued(cafe)
        basket = a_basket(2500, 1500)

        told = [
            validated(cafe, voucher, at=NOON, **basket)["discount"],
            reserved(cafe, voucher, "k1", at=NOON, **basket)["discount"],
            redeemed(cafe, voucher, key="k1", at=NOON)["discount"],
        ]

        assert (
            told
            == [
                {
                    "amount": 400,
                    "currency": "EUR",
                    "lines": [{"line_id": "1", "amount": 250}, {"line_id": "2", "amount": 150}],
                    "shipping": 0,
                }
            ]
            * 3
        )

    def test_a_bound_voucher_needs_its_member(self):
        """W-35"""
        cafe = a_cafe()
        ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
        voucher = issued(cafe, to=ada)

        assert refused(validated, cafe, voucher, at=NOON) == "other_member"
        assert refused(validated, cafe, voucher, by=grace, at=NOON) == "other_member"
        assert validated(cafe, voucher, by=ada, at=NOON)["status"] == "issued"

    def test_ends_at_midnight_after_its_last_good_day(self):
        """W-G10, W-40: issued 2026-11-21T10:00+02:00 for P90D."""
        cafe = a_cafe()
        voucher = issued(cafe)
        end = datetime.fromisoformat("2027-02-20T00:00+02:00")

        assert voucher.ends_at == end
        assert validated(cafe, voucher, at=end - minutes(1))["status"] == "issued"
        assert refused(validated, cafe, voucher, at=end) == "expired"

    def test_an_order_that_does_not_fit_is_told_why(self):
        """W-36"""
        cafe = a_cafe(PERCENT | {"terms": {"percent": "10", "from": 2000}})
        voucher = issued(cafe)

        with pytest.raises(OrderNotEligible) as refusal:
            redeemed(cafe, voucher, at=NOON, **a_basket(1999))

        assert refusal.value.values == {"reasons": ["below_from"]}
        assert state_of(voucher) == "issued"

    def test_two_vouchers_go_together_if_both_may(self):
        """W-38"""
        cafe = a_cafe(
            PERCENT | {"combinable": True},
            AMOUNT | {"combinable": True},
            AMOUNT | {"slug": "alone"},
        )
        vouchers = [issued(cafe, slug) for slug in ("ten-percent", "five-off", "alone")]
        for voucher in vouchers[:2]:
            redeemed(cafe, voucher, "order-1", at=NOON)

        with pytest.raises(OrderNotEligible) as refusal:
            redeemed(cafe, vouchers[2], "order-1", at=NOON)

        assert refusal.value.values == {"reasons": ["not_combinable"]}
        assert [state_of(each) for each in vouchers] == ["redeemed", "redeemed", "issued"]

    def test_one_basket_reserves_only_what_goes_together(self):
        """W-38"""
        cafe = a_cafe(PERCENT, AMOUNT)
        one, other = issued(cafe, "ten-percent"), issued(cafe, "five-off")
        reserved(cafe, one, "k1", at=NOON)

        with pytest.raises(OrderNotEligible):
            reserved(cafe, other, "k1", at=NOON)

        assert reserved(cafe, other, "k2", at=NOON)["status"] == "reserved"

    def test_a_code_of_another_programme_is_unknown(self):
        """W-36, S-2"""
        voucher = issued(a_cafe())
        other = a_cafe(slug="other-cafe")

        assert refused(validated, other, voucher, at=NOON) == "unknown"

    def test_says_what_is_wrong_only_to_those_who_may_hear_it(self):
        """W-36"""
        with pytest.raises(VoucherNotRedeemable) as refusal:
            validated(a_cafe(), "7K3M-9QX2-WB4FK", at=NOON)

        assert refusal.value.values == {}

    def test_a_survivor_uses_what_the_other_was_given(self):
        """W-35, L-52"""
        cafe = a_cafe()
        ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
        voucher = issued(cafe, to=ada)
        type(ada).objects.filter(pk=ada.pk).update(status="merged", merged_into=grace)

        assert validated(cafe, voucher, by=grace, at=NOON)["member"] == grace.shown_id


def test_a_code_rests_as_digest_and_sealed_copy():
    """W-34"""
    voucher = issued(a_cafe())
    row = Voucher.objects.get()

    assert voucher.code.replace("-", "").encode() not in bytes(row.digest) + bytes(row.sealed)
    assert (len(row.digest), row.last_four) == (32, voucher.code.replace("-", "")[-4:])
