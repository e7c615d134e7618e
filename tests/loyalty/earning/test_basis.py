"""What counts of an order."""

from fractions import Fraction

import pytest

from loyalty.earning.basis import (
    LineTaxesIncomplete,
    OrderDoesNotAddUp,
    Switches,
    basis_of,
    check_sum,
    read_order,
)
from tests.world.earning import ORDER_5990, an_order


def counted(data, **switches):
    """What counts per line, in the order's currency."""
    told = Switches(**switches)
    order = read_order(data, prices_include_tax=told.prices_include_tax)
    return [line.counts for line in basis_of(order, switches=told).lines]


class TestBasis:
    def test_takes_the_order_discount_from_every_line_pro_rata(self):
        """E-12 (1): 10.00 off 25.00 and 15.00."""
        data = an_order(3000, lines=[("A", 2500), ("B", 1500)], discount=1000)

        assert counted(data) == [1875, 1125]

    def test_spreads_the_tax_over_goods_and_shipping(self):
        """E-12 (2): 20.00 of tax in 100.00 of goods and 20.00 of shipping; 100 ÷ 120 of it is the goods'."""
        data = an_order(12_000, shipping=2000, tax=2000, lines=[("A", 10_000)])

        assert counted(data, prices_include_tax=True) == [Fraction(25_000, 3)]

    def test_takes_a_lines_own_tax_before_the_orders(self):
        """E-12 (2): the line's own tax is the one that counts."""
        data = an_order(3000, tax=500)
        data["lines"] = [
            {"sku": "A", "quantity": 1, "amount": 2000, "tax": 400},
            {"sku": "B", "quantity": 1, "amount": 1000, "tax": 100},
        ]

        assert counted(data, prices_include_tax=True) == [1600, 900]

    def test_adds_the_tax_where_prices_have_none_and_tax_counts(self):
        """E-13: `count_tax` with prices without tax: 990 times 4500 ÷ 5000 belong to the goods."""
        assert counted(ORDER_5990, count_tax=True) == [5391]

    def test_counts_shipping_as_a_line_of_its_own(self):
        """E-13: `count_shipping`."""
        assert counted(ORDER_5990, count_shipping=True) == [4500, 500]

    def test_leaves_gift_cards_out_until_they_are_spent(self):
        """E-12 (3), E-13: money on a gift card earns once."""
        data = an_order(7000, lines=[("A", 2000), ("CARD", 5000)])
        data["lines"][1]["gift_card"] = True

        assert counted(data) == [2000, 0]
        assert counted(data, count_gift_card_lines=True) == [2000, 5000]

    def test_leaves_out_what_the_programme_leaves_out(self):
        """E-12 (3): categories and SKUs."""
        data = an_order(3000, lines=[("A", 1000), ("B", 1000, 1, "tobacco"), ("C", 1000)])

        told = counted(
            data,
            left_out_categories=frozenset({"tobacco"}),
            left_out_skus=frozenset({"C"}),
        )

        assert told == [1000, 0, 0]

    def test_counts_what_points_paid_if_the_programme_says_so(self):
        """E-12 (4), E-13."""
        data = an_order(4000, paid_with_points=1000)

        assert counted(data) == [3000]
        assert counted(data, count_paid_with_points=True) == [4000]

    def test_is_the_goods_where_no_lines_are_told(self):
        """E-11: one line without SKU is worth the goods."""
        data = an_order(5990, tax=990, shipping=500, discount=300)

        (line,) = read_order(data, prices_include_tax=False).lines

        assert (line.amount, line.sku, line.quantity) == (4800, "", 1)
        assert counted(data) == [4500]

    def test_is_nothing_for_an_order_that_costs_nothing(self):
        data = an_order(0, lines=[("A", 0)])

        assert counted(data) == [0]


class TestAddingUp:
    """E-11: within one minor unit per line plus one."""

    def test_accepts_what_adds_up(self):
        check_sum(read_order(ORDER_5990, prices_include_tax=False), prices_include_tax=False)

    @pytest.mark.parametrize("off", [-2, 2])
    def test_tolerates_rounding_by_the_shop(self, off):
        data = ORDER_5990 | {"total": 5990 + off}

        check_sum(read_order(data, prices_include_tax=False), prices_include_tax=False)

    @pytest.mark.parametrize("off", [-3, 3])
    def test_refuses_more_and_tells_both_sums(self, off):
        order = read_order(ORDER_5990 | {"total": 5990 + off}, prices_include_tax=False)

        with pytest.raises(OrderDoesNotAddUp) as refusal:
            check_sum(order, prices_include_tax=False)

        assert refusal.value.values == {"total": 5990 + off, "parts": 5990}

    def test_refuses_parts_that_are_more_than_the_whole(self):
        """Without lines the goods would be below zero."""
        order = read_order(an_order(100, shipping=500), prices_include_tax=False)

        with pytest.raises(OrderDoesNotAddUp):
            check_sum(order, prices_include_tax=False)

    def test_refuses_line_taxes_on_some_lines_only(self):
        data = an_order(2000, lines=[("A", 1000), ("B", 1000)])
        data["lines"][0]["tax"] = 100
        order = read_order(data, prices_include_tax=True)

        with pytest.raises(LineTaxesIncomplete):
            check_sum(order, prices_include_tax=True)
