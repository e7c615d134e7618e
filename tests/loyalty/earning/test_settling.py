"""Returns: what is left, what it is worth, and what goes back. The golden examples by number."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from loyalty.earning.basis import read_order
from loyalty.earning.settling.allocating import Payment, allocation_between
from loyalty.earning.settling.returning import (
    LineAmbiguous,
    LineUnknown,
    Return,
    ReturnExceedsOrder,
    gross_lines,
    left_after,
)
from loyalty.foundation.spreading import spread
from tests.world.earning import (
    GOLD,
    NOON,
    ORDER_5990,
    a_rule,
    an_order,
    facts_of,
)
from tests.world.returns import CANCELLED, Purchase, money, piece

A = a_rule()


class TestGoldens:
    def test_g3_half_of_what_points_helped_to_pay(self):
        """E-G3, E-64: 450 points and 22.45 back; 37 → 18, claim 19."""
        purchase = Purchase(ORDER_5990, paid=1000)

        assert purchase.granted == 37
        assert purchase.returned(piece("ESP-1")) == (19, 450, 2245)

    def test_g7_what_a_limit_trimmed_goes_to_nobody(self):
        """E-G7, E-62: 67 trimmed to 40; recomputed 33.75 → 33, claim 7."""
        purchase = Purchase(ORDER_5990, A | {"limits": {"points_per_event": 40}}, tier=GOLD)

        assert purchase.granted == 40
        assert purchase.returned(piece("ESP-1"))[0] == 7

    @pytest.mark.parametrize("back", [(0, 1, 2), (2, 1, 0)])
    def test_g8_line_by_line_in_either_order(self, back):
        """E-G8: claims 19, 30, 50; reversed 50, 30, 19."""
        lines = [("A", 1999), ("B", 2999), ("C", 5001)]
        purchase = Purchase(an_order(9999, lines=lines))

        claims = [purchase.returned(piece("ABC"[place]))[0] for place in back]

        assert purchase.granted == 99
        assert claims == ([19, 30, 50] if back[0] == 0 else [50, 30, 19])

    def test_g9_full_steps(self):
        """E-G9: 1 per full 10.00; 20.00; refunds of 5.00, 5.00, 10.00 claim 1, 0, 1."""
        rule = a_rule(effect={"kind": "per_amount", "points": 1, "per": 1000, "whole_steps": True})
        purchase = Purchase(an_order(2000), rule)

        assert [purchase.returned({"amount": amount})[0] for amount in (500, 500, 1000)] == [
            1,
            0,
            1,
        ]

    def test_g10_a_condition_about_the_order_no_longer_holds(self):
        """E-G10, E-61: twice from 100.00; 120.00, then 30.00 back: 240 → 90."""
        double = a_rule(
            "double",
            effect={"kind": "multiplier", "by": "2"},
            conditions={"all": [{"order": {"at_least": 10_000}}]},
        )
        purchase = Purchase(an_order(12_000), A, double)

        assert purchase.granted == 240
        assert purchase.returned({"amount": 3000})[0] == 150

    def test_g11_two_lines_one_after_the_other(self):
        """E-G11: 666 + 33.34 and claim 34; then 334 + 16.66 and claim 16."""
        purchase = Purchase(an_order(6000, lines=[("A", 4000), ("B", 2000)]), paid=1000)

        assert purchase.granted == 50
        assert purchase.returned(piece("A")) == (34, 666, 3334)
        assert purchase.returned(piece("B")) == (16, 334, 1666)

    @pytest.mark.parametrize("order_of_returns", list(permutations(range(4))), ids=str)
    def test_g12_any_order_of_four_returns(self, order_of_returns):
        """E-G12: in each of 24 orders 79 → 38, claim 41; 1,033 points and 41.33 back."""
        lines = [("A", 4000, 4), ("B", 2000), ("C", 3999, 3)]
        purchase = Purchase(an_order(9999, lines=lines), paid=2000)
        told = [piece("A"), money("B", 500), {"amount": 1000}, piece("C", 2)]

        steps = [purchase.returned(told[place]) for place in order_of_returns]

        assert purchase.granted == 79
        assert [sum(parts) for parts in zip(*steps, strict=True)] == [41, 1033, 4133]


class TestWhatIsLeft:
    def test_a_whole_return_takes_back_exactly_what_was_given(self):
        """E-62, E-64: by pieces, by money, or by cancelling."""
        for told in (piece("ESP-1", 2), {"amount": 5391}, CANCELLED):
            purchase = Purchase(ORDER_5990, tier=GOLD)

            claimed, _points, _money = purchase.returned(told)

            assert claimed == purchase.granted == 67

    def test_a_cancellation_gives_the_shipping_back_as_well(self):
        """E-64: C = T."""
        purchase = Purchase(ORDER_5990, paid=1000)

        assert purchase.returned(CANCELLED) == (37, 1000, 4990)

    def test_refunded_shipping_is_money_and_costs_no_points(self):
        purchase = Purchase(ORDER_5990)

        assert purchase.returned({"amount": 0, "shipping": 500}) == (0, 0, 500)

    def test_conditions_about_the_member_stay_as_they_were(self):
        """E-61: the stamped tier judges, also where an expression mixes it with the order."""
        rule = a_rule(
            "big",
            effect={"kind": "fixed", "points": 25},
            expression="order.basis >= 2000 && member.tier_rank >= 1",
        )
        purchase = Purchase(ORDER_5990, rule, tier=GOLD)

        assert purchase.returned(piece("ESP-1"))[0] == 0
        assert purchase.returned({"amount": 2000})[0] == 25

    @pytest.mark.parametrize(
        "mixed",
        [
            "order.basis >= 2000 && member.days_since_joined == 30",
            "order.basis >= 2000 && member.is_birthday",
            "order.basis >= 2000 && 'vip' in member.segments && 'visit.made' in member.done",
            "order.basis >= 2000 && event.channel == 'till'",
        ],
    )
    def test_what_was_known_when_judging_is_stamped(self, mixed):
        """E-61: what events hands down with a return knows no member any more."""
        member = facts_of(
            birthday=(11, 20), segments=frozenset({"vip"}), done=frozenset({"visit.made"})
        )
        member = replace(member, joined_at=NOON - timedelta(days=30))
        rule = a_rule("mixed", effect={"kind": "fixed", "points": 25}, expression=mixed)
        purchase = Purchase(ORDER_5990, rule, of=member, channel="till")
        purchase.told = replace(purchase.told, member=facts_of(), channel="")

        assert purchase.granted == 25
        assert purchase.returned(piece("ESP-1"))[0] == 0
        assert purchase.returned({"amount": 2000})[0] == 25

    def test_fixed_points_stay_while_something_is_left(self):
        """E-61."""
        purchase = Purchase(ORDER_5990, a_rule(effect={"kind": "fixed", "points": 50}))

        assert purchase.returned(piece("ESP-1"))[0] == 0
        assert purchase.returned(piece("ESP-1"))[0] == 50

    def test_the_answer_says_what_each_line_got(self):
        """E-65: largest remainder, ties to the earlier line."""
        order = read_order(
            an_order(6000, lines=[("A", 4000), ("B", 2000)]), prices_include_tax=False
        )
        gross = gross_lines(order, prices_include_tax=False)
        before = left_after(order, gross, [])
        after = left_after(order, gross, [Return(amount=1000)])

        back = allocation_between(
            before, after, gross=gross, payment=Payment(1000, 1000), money_before=0
        )

        assert [(line.position, line.value, line.money, line.points) for line in back.lines] == [
            (0, 667, 556, 111),
            (1, 333, 278, 55),
        ]
        assert (back.points, back.money) == (166, 834)

    def test_gross_lines_are_whole_and_add_up(self):
        """E-60: tax spread by largest remainder."""
        data = an_order(3100, tax=100, shipping=0, lines=[("A", 1000), ("B", 1000), ("C", 1000)])

        told = gross_lines(read_order(data, prices_include_tax=False), prices_include_tax=False)

        assert told == (1034, 1033, 1033)

    @pytest.mark.parametrize(
        ("whole", "weights", "parts"),
        [(10, [1, 1, 1], [4, 3, 3]), (0, [1, 2], [0, 0]), (7, [0, 0], [0, 0]), (5, [3, 7], [2, 3])],
    )
    def test_spreads_by_largest_remainder(self, whole, weights, parts):
        assert spread(whole, weights) == parts


class TestRefusals:
    """E-66."""

    @pytest.mark.parametrize(
        "told",
        [
            piece("ESP-1", 3),
            money("ESP-1", 5392),
            {"amount": 5392},
            {"amount": 1, "shipping": 600},
            {"lines": [{"sku": "ESP-1", "quantity": 2}], "amount": 1},
        ],
    )
    def test_more_than_there_is(self, told):
        purchase = Purchase(ORDER_5990)

        with pytest.raises(ReturnExceedsOrder):
            purchase.returned(told)

        assert purchase.returns == []

    def test_more_than_the_first_return_left(self):
        purchase = Purchase(ORDER_5990)
        purchase.returned(piece("ESP-1"))

        with pytest.raises(ReturnExceedsOrder) as refusal:
            purchase.returned(piece("ESP-1", 2))

        assert refusal.value.values == {"line": "1", "asked": 2, "left": 1}

    def test_an_unknown_line_and_an_ambiguous_one(self):
        purchase = Purchase(an_order(3000, lines=[("A", 1000), ("A", 2000)]))

        with pytest.raises(LineUnknown):
            purchase.returned(piece("B"))
        with pytest.raises(LineAmbiguous):
            purchase.returned(piece("A"))

        assert purchase.returned({"lines": [{"line_id": "2", "quantity": 1}]})[0] == 20
