"""Discounting: whole sums over the lines that they pick (W-38, W-39)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.foundation.ids import new_id
from loyalty.rewards.kinds import RewardKind
from loyalty.rewards.vouchers.baskets import Basket, BasketLine, Coupon, Misfit
from loyalty.rewards.vouchers.discounting import discount


def a_coupon(kind, *, combinable=False, **terms):
    terms = {("from" if name == "least" else name): told for name, told in terms.items()}
    return Coupon(id=new_id(), kind=RewardKind(kind), terms=terms, is_combinable=combinable)


def lines(*told):
    made = [each if isinstance(each, BasketLine) else BasketLine(amount=each) for each in told]
    return Basket(currency="EUR", lines=tuple(made))


def of(basket, *coupons, currency="EUR"):
    came = discount(basket, coupons, currency=currency)
    return [(each.amount, *each.lines) for each in came.discounts]


EUR5 = {"amount": 500, "currency": "EUR"}


class TestGoldens:
    def test_a_percentage_is_rounded_down_once_and_spread_by_largest_remainder(self):
        """W-G5: 15 % of 9.99 and 10.00 is 2.99: 1.49 and 1.50."""
        assert of(lines(999, 1000), a_coupon("percent_off", percent="15")) == [(299, 149, 150)]

    def test_an_amount_follows_a_percentage(self):
        """W-G6: 10 % and 5.00 off of 25.00 and 15.00."""
        coupons = [
            a_coupon("amount_off", combinable=True, money=EUR5),
            a_coupon("percent_off", combinable=True, percent="10"),
        ]

        assert of(lines(2500, 1500), *coupons) == [(400, 250, 150), (500, 313, 187)]

    def test_an_amount_never_takes_more_than_there_is(self):
        """W-G7: 5.00 off goods of 3.00 and 1.00."""
        assert of(lines(300, 100), a_coupon("amount_off", money=EUR5)) == [(400, 300, 100)]


class TestTerms:
    def test_free_products_are_the_dearest_ones_and_only_so_many(self):
        """W-38"""
        basket = lines(
            BasketLine(sku="COF-1", quantity=2, amount=700),
            BasketLine(sku="COF-1", quantity=1, amount=400),
            BasketLine(sku="MUG-1", quantity=1, amount=900),
        )

        assert of(basket, a_coupon("free_product", skus=["COF-1"], quantity=2)) == [
            (750, 350, 400, 0)
        ]
        assert of(basket, a_coupon("free_product", skus=["COF-1"], quantity=2, max_value=500)) == [
            (500, 233, 267, 0)
        ]

    def test_a_percentage_has_a_limit(self):
        """W-2"""
        assert of(lines(9000), a_coupon("percent_off", percent="50", max_discount=1000)) == [
            (1000, 1000)
        ]

    def test_only_lines_that_are_picked_count(self):
        """W-39: what is excluded is out whatever includes it; gift cards bought are never discounted."""
        basket = lines(
            BasketLine(sku="COF-1", amount=1000, categories=frozenset({"coffee"})),
            BasketLine(sku="COF-2", amount=1000, categories=frozenset({"coffee"})),
            BasketLine(sku="TEA-1", amount=1000, categories=frozenset({"tea"})),
            BasketLine(
                sku="CARD", amount=5000, is_gift_card=True, categories=frozenset({"coffee"})
            ),
        )
        told = {"include": {"categories": ["coffee"]}, "exclude": {"skus": ["COF-2"]}}

        assert of(basket, a_coupon("percent_off", percent="10", lines=told)) == [
            (100, 100, 0, 0, 0)
        ]

    def test_shipping_is_free_up_to_a_value(self):
        """W-38"""
        basket = Basket(currency="EUR", lines=(BasketLine(amount=1000),), shipping=700)
        came = discount(basket, [a_coupon("free_shipping", max_value=500)], currency="EUR")

        assert [(each.shipping, each.lines) for each in came.discounts] == [(500, (0,))]
        assert (came.shipping, came.lines) == (200, [1000])

    def test_the_orders_own_discount_goes_first(self):
        """W-38: each on what is left."""
        basket = Basket(currency="EUR", lines=(BasketLine(amount=1000),), discount=200)

        assert of(basket, a_coupon("percent_off", percent="10")) == [(80, 80)]

    @pytest.mark.parametrize(
        ("coupon", "why"),
        [
            (a_coupon("percent_off", percent="10", least=1001), Misfit.BELOW_FROM),
            (a_coupon("amount_off", money={"amount": 500, "currency": "USD"}), Misfit.CURRENCY),
            (a_coupon("free_product", skus=["MUG-1"]), Misfit.NO_LINES_MATCH),
            (a_coupon("free_shipping"), Misfit.NO_LINES_MATCH),
        ],
    )
    def test_says_why_a_voucher_does_not_fit(self, coupon, why):
        """W-36"""
        came = discount(lines(1000), [coupon], currency="EUR")

        assert came.misfits == {coupon.id: why}
        assert (came.discounts, came.lines) == ([], [1000])

    def test_a_bare_number_holds_in_the_programmes_currency_only(self):
        """W-38: nothing is converted."""
        coupon = a_coupon("percent_off", percent="10", least=1000)

        assert discount(lines(1000), [coupon], currency="UAH").misfits == {
            coupon.id: Misfit.CURRENCY
        }

    def test_has_a_sum_for_each_currency(self):
        """W-2"""
        coupon = a_coupon("amount_off", money=[EUR5, {"amount": 600, "currency": "USD"}])
        basket = Basket(currency="USD", lines=(BasketLine(amount=1000),))

        assert discount(basket, [coupon], currency="EUR").lines == [400]


class TestTogether:
    def test_one_voucher_unless_all_may_be_combined(self):
        """W-38"""
        one, other = a_coupon("percent_off", percent="10"), a_coupon("amount_off", money=EUR5)
        came = discount(lines(4000), [one, other], currency="EUR")

        assert [each.coupon.id for each in came.discounts] == [one.id]
        assert came.misfits == {other.id: Misfit.NOT_COMBINABLE}

    def test_five_at_most(self):
        """W-38"""
        six = [a_coupon("percent_off", combinable=True, percent="10") for _ in range(6)]
        came = discount(lines(10_000), six, currency="EUR")

        assert len(came.discounts) == 5
        assert came.misfits == {six[5].id: Misfit.NOT_COMBINABLE}


amounts = st.lists(st.integers(0, 100_000), min_size=1, max_size=8)
percents = st.integers(1, 1000).map(lambda tenths: f"{tenths // 10}.{tenths % 10}")


@given(amounts=amounts, percent=percents, off=st.integers(1, 200_000))
def test_every_discount_re_adds_over_its_lines_and_none_falls_below_nothing(amounts, percent, off):
    """W-39"""
    coupons = [
        a_coupon("percent_off", combinable=True, percent=percent),
        a_coupon("amount_off", combinable=True, money={"amount": off, "currency": "EUR"}),
    ]
    came = discount(lines(*amounts), coupons, currency="EUR")

    assert all(left >= 0 for left in came.lines)
    assert sum(amounts) - sum(each.amount for each in came.discounts) == sum(came.lines)
    for place, amount in enumerate(amounts):
        assert amount - sum(each.lines[place] for each in came.discounts) == came.lines[place]
