"""What counts of an order, when it is judged and when something of it has come back: the same in any split."""

import pytest

from tests.world.earning import ORDER_5990, a_cafe, a_rule, an_order, facts_of, rewarded, telling
from tests.world.members import a_member
from tests.world.returns import Purchase, money, piece

A = a_rule()


def test_what_is_not_known_any_more_takes_nothing():
    """E-61: attributes are not stamped; what asks for them stays as it was, also where it asks whether they are."""
    vip = "order.basis >= 2000 && has(member.attributes.vip)"
    rule = a_rule("vip", effect={"kind": "fixed", "points": 25}, expression=vip)
    purchase = Purchase(ORDER_5990, rule, of=facts_of(attributes={"vip": True}))

    assert purchase.granted == 25
    assert purchase.returned({"amount": 1})[0] == 0
    assert purchase.returned(piece("ESP-1"))[0] == 0
    assert purchase.returned({"amount": 2000})[0] == 25


def test_multipliers_of_other_points_leave_these_alone():
    """E-32, E-61: 100 stars and 200 XP; half of the order is worth 50 and 100."""
    double = a_rule("double", effect={"kind": "multiplier", "by": "2"}, currency="xp")
    purchase = Purchase(an_order(10_000), A, a_rule("xp", currency="xp"), double)

    assert purchase.granted == 300
    assert purchase.returned({"amount": 5000})[0] == 150


@pytest.mark.parametrize("refunds", [[500], [250, 250], [100, 200, 200]])
def test_full_steps_of_multiplied_lines_end_alike_however_refunds_are_split(refunds):
    """E-62: what is over a full step is left out where it is multiplied least; twice 2 and 1, then twice 2."""
    steps = a_rule(effect={"kind": "per_amount", "points": 1, "per": 500, "whole_steps": True})
    double = a_rule(
        "double",
        effect={"kind": "multiplier", "by": "2"},
        lines={"include": {"categories": ["coffee"]}},
    )
    lines = [("M", 500), ("C", 1000, 1, "coffee")]
    purchase = Purchase(an_order(1500, lines=lines), steps, double)

    claims = [purchase.returned(money("M", refund))[0] for refund in refunds]

    assert purchase.granted == 5
    assert min(claims) >= 0
    assert sum(claims) == 1


def test_what_was_free_is_left_until_it_comes_back():
    """E-60: a line without a price, alone or beside what comes back, is no whole return; piece by piece it is."""
    free = Purchase(an_order(0, lines=[("GIFT", 0, 2)]))
    beside = Purchase(an_order(1000, lines=[("C", 1000), ("GIFT", 0)]))

    halves = [free.returned(piece("GIFT")) and free.left, free.returned(piece("GIFT")) and free.left]  # fmt: skip
    beside.returned(piece("C"))

    assert [(left.quantities, left.is_nothing) for left in halves] == [((1,), False), ((0,), True)]  # fmt: skip
    assert (beside.left.quantities, beside.left.is_nothing, beside.granted) == ((0, 1), False, beside.claimed)  # fmt: skip


def test_what_was_paid_for_shipping_includes_its_tax():
    """E-64, E-66: 5.00 and 0.99 of tax; all lines and the shipping back are the whole order."""
    purchase = Purchase(ORDER_5990, paid=1000)

    assert purchase.returned({"lines": [{"sku": "ESP-1"}], "shipping": 599}) == (37, 1000, 4990)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("order", "points"),
    [
        (an_order(1000, paid_with_points=1000), []),
        (an_order(0, lines=[("GIFT", 0, 2)]), []),
        (an_order(1000, lines=[("SMOKE", 1000, 2, "tobacco")]), []),
        (an_order(2000, lines=[("SMOKE", 1000, 2, "tobacco"), ("ESP-1", 1000), ("GIFT", 0)]), [10, 5, 50]),
    ],
)  # fmt: skip
def test_of_what_does_not_count_nothing_is_given(order, points):
    """E-12, E-14, E-61: paid with points, free or left out: no piece and no order of it earns, as if it had come back."""
    rules = [
        a_rule(),
        a_rule("pieces", effect={"kind": "per_item", "points": 5}),
        a_rule("first", effect={"kind": "fixed", "points": 50}),
    ]
    cafe = a_cafe(*rules, basis={"left_out_categories": ["tobacco"]})

    (seen,) = rewarded(cafe, telling(order, of=a_member(cafe)))

    assert [each["points"] for each in seen.points] == points
    assert seen.why_nothing == (None if points else "nothing_counts")
