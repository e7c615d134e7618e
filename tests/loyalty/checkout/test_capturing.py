"""Capturing: points pay for an order, before it is told or after; either way it ends alike (E-14, E-64, E-78)."""

from datetime import timedelta

import pytest

from loyalty.earning.models import Earning
from loyalty.events.purchases.capturing import (
    For,
    OrderPaysItself,
    capture_for_order,
    show_captured,
)
from loyalty.ledger.refusals import HoldExpired, HoldNotHeld
from loyalty.outbox.models import AnnouncedFact
from loyalty.tiers.models import TierDay
from tests.world.checkout import TILL
from tests.world.earning import NOON, ORDER_5990, a_cafe, a_rule
from tests.world.events import an_event, taken
from tests.world.ledger import a_hold, a_member, movements_of, parts_of
from tests.world.programs import STARS, XP, a_program, applied
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db
SIXTY = {
    "order_id": "order-1001",
    "currency": "EUR",
    "total": 6000,
    "lines": [
        {"sku": "A", "quantity": 1, "amount": 4000},
        {"sku": "B", "quantity": 1, "amount": 2000},
    ],
}


def told(cafe, kind, data, source_id):
    (outcome,) = taken(cafe, an_event(kind, source_id=source_id, data=data))
    assert outcome.refusal is None, outcome.refusal
    return outcome.answer["results"]


def returned(cafe, sku, source_id):
    data = {"order_id": "order-1001", "lines": [{"sku": sku, "quantity": 1}]}
    return told(cafe, "order.returned", data, source_id)["allocation"]


def pays(row, order_id="order-1001", *, points=None, at=NOON):
    captured = capture_for_order(
        program=row.program,
        hold_id=row.pk,
        what_for=For(order_id=order_id, points=points),
        actor=TILL,
        at=at,
    )
    return show_captured(captured, program=row.program)


def left_of_earnings():
    return [each.points - each.claimed for each in Earning.objects.order_by("id")]


class TestCapture:
    def test_before_the_order_decides_what_points_paid(self):
        """E-G2, E-14"""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        answer = pays(a_hold(ada, 1000, at=NOON))

        results = told(cafe, "order.paid", ORDER_5990, "1")

        assert (answer["status"], answer["settled"]) == ("captured", [])
        assert [each["points"] for each in results["points"]] == [37]

    def test_after_the_order_settles_it(self):
        """E-14, E-G2: 45 were given, 37 are due."""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")

        (settled,) = pays(a_hold(ada, 1000, at=NOON))["settled"]

        assert settled["taken_back"]["available"] == 8
        assert settled["given_back"] == {"available": 0, "already_expired": 0}
        assert movements_of(ada) == [1000, 45, -1000, -8]
        assert left_of_earnings() == [37]
        assert AnnouncedFact.objects.filter(member_id=ada.pk, name="order.settled").count() == 1

    @pytest.mark.parametrize("comes_late", [False, True])
    def test_a_return_ends_alike_whenever_points_paid(self, comes_late):
        """E-G3"""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        row = a_hold(ada, 1000, at=NOON)
        steps = [lambda: pays(row), lambda: told(cafe, "order.paid", ORDER_5990, "1")]
        for step in reversed(steps) if comes_late else steps:
            step()

        allocation = returned(cafe, "ESP-1", "2")

        assert allocation["given_back"] == {"available": 450, "already_expired": 0}
        assert allocation["money"] == {"amount": 2245, "currency": "EUR"}
        assert allocation["taken_back"]["available"] == 19
        assert left_of_earnings() == [18]
        assert parts_of(ada)[0] == 450 + 18

    def test_after_a_return_gives_the_points_part_of_it_back_at_once(self):
        """E-G11, E-64: 40.00 of 60.00 were refunded in money; then 1,000 points pay 10.00."""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        row = a_hold(ada, 1000, at=NOON)
        told(cafe, "order.paid", SIXTY, "1")
        first = returned(cafe, "A", "2")

        (settled,) = pays(row)["settled"]
        second = returned(cafe, "B", "3")

        assert (first["money"]["amount"], first["taken_back"]["available"]) == (4000, 40)
        assert settled["given_back"]["available"] == 666
        assert settled["taken_back"]["available"] == 4
        assert (second["money"]["amount"], second["given_back"]["available"]) == (1000, 334)
        assert left_of_earnings() == [0]
        assert parts_of(ada) == (1000, 0, 0, 0)

    def test_two_captures_add_up(self):
        """E-14"""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")

        pays(a_hold(ada, 400, at=NOON))
        pays(a_hold(ada, 600, at=NOON))

        assert left_of_earnings() == [37]

    def test_of_fewer_points_counts_those(self):
        """E-14, L-30: 500 of 1,000 points pay 5.00: 45 times 5490 of 5990."""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")

        pays(a_hold(ada, 1000, at=NOON), points=500)

        assert left_of_earnings() == [41]
        assert parts_of(ada)[0] == 500 + 41

    def test_keeps_the_price_at_which_the_points_were_set_aside(self):
        """E-64, E-77: a block pays half as much now; what was paid stays what it was."""
        from tests.world.checkout import a_basket, held_by, quoted

        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        row = held_by(quoted(ada, a_basket(6000, lines=[("A", 6000)])), 1000)
        half = STARS | {"pay": STARS["pay"] | {"money_per_block": 50}}
        applied({"program": {"slug": cafe.slug}, "currencies": [half, XP]}, at=NOON)
        told(cafe, "order.paid", a_basket(6000, lines=[("A", 6000)], order_id="order-1001"), "1")

        pays(row)
        allocation = returned(cafe, "A", "2")

        assert allocation["money"]["amount"] == 5000
        assert allocation["given_back"]["available"] == 1000

    def test_counts_nothing_less_where_points_count_as_money(self):
        """E-13: `count_paid_with_points`"""
        cafe = a_cafe(basis={"count_paid_with_points": True})
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")

        (settled,) = pays(a_hold(ada, 1000, at=NOON))["settled"]

        assert settled["taken_back"]["available"] == 0
        assert left_of_earnings() == [45]

    def test_lowers_the_tier_s_count_of_the_day(self):
        """T-7, T-8"""
        ladder = a_ladder(metric="spend")
        cafe = a_program(parts={"rules": [a_rule()], "tiers": ladder})
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")

        pays(a_hold(ada, 1000, at=NOON))

        day = TierDay.objects.get(member=ada)
        assert (day.spend, day.orders) == (3748, 1)

    def test_returns_space_to_limits(self):
        """E-46: what points paid uses up no limit."""
        limits = {"points_per_member": {"points": 60, "period": "month"}}
        cafe = a_cafe(a_rule(limits=limits))
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")
        pays(a_hold(ada, 1000, at=NOON))

        results = told(cafe, "order.paid", {**SIXTY, "order_id": "order-1002"}, "2")

        assert [each["points"] for each in results["points"]] == [60 - 37]


class TestAgain:
    def test_for_the_same_order_answers_the_same_and_moves_nothing(self):
        """E-78, L-30"""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")
        row = a_hold(ada, 1000, at=NOON)
        first = pays(row)

        again = pays(row)

        assert again == first | {"settled": []}
        assert movements_of(ada) == [1000, 45, -1000, -8]

    def test_for_another_order_is_refused(self):
        """E-78"""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        row = a_hold(ada, 1000, at=NOON)
        pays(row)

        with pytest.raises(HoldNotHeld):
            pays(row, "order-1002")

        assert movements_of(ada) == [1000, -1000]

    def test_at_its_end_is_refused_and_settles_nothing(self):
        """E-78"""
        cafe = a_cafe()
        ada = a_member(cafe, points=1000)
        told(cafe, "order.paid", ORDER_5990, "1")
        row = a_hold(ada, 1000, at=NOON)

        with pytest.raises(HoldExpired):
            pays(row, at=NOON + timedelta(minutes=15))

        assert left_of_earnings() == [45]


def test_points_of_an_order_never_pay_for_it():
    """E-77: Ada has 1,000 points; 45 of the 1,045 that she holds now come from the order itself."""
    cafe = a_cafe()
    ada = a_member(cafe, points=1000)
    told(cafe, "order.paid", ORDER_5990, "1")

    with pytest.raises(OrderPaysItself):
        pays(a_hold(ada, 1045, at=NOON))

    assert parts_of(ada) == (0, 0, 1045, 0)
    assert pays(a_hold(a_member(cafe, "grace", points=45), 45, at=NOON))["settled"] == []
