"""What comes before its order waits for it (E-67), and what captured holds paid comes back (E-14, E-64)."""

from datetime import timedelta

import pytest
from time_machine import travel

from loyalty.events.kept.waiting import waiting_long, waiting_too_long
from loyalty.events.models import Event, Order
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.clock import now_of
from tests.loyalty.events.test_returns import a_return
from tests.world.access import a_shop
from tests.world.earning import NOON, ORDER_5990, a_cafe
from tests.world.events import an_event, an_order, codes_of, taken
from tests.world.ledger import movements_of
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)


class TestWaiting:
    def test_a_return_before_its_order_waits_and_is_applied_with_it(self):
        """E-67, E-G21: waiting, nothing; then entries of 60 and of 20 less in one unit."""
        cafe = a_cafe()
        ada = a_member(cafe)

        (early,) = taken(cafe, a_return("r", amount=2000))
        assert (early.answer["status"], movements_of(ada)) == ("waiting", [])
        assert AnnouncedFact.objects.filter(name="event.recorded").count() == 0
        (order,) = taken(cafe, an_order(total=6000))

        assert movements_of(ada) == [60, -20]
        assert order.answer["results"]["balances"]["stars"]["available"] == 60
        applied = Event.objects.get(type="order.returned")
        assert (applied.status, applied.order_id) == ("recorded", Order.objects.get().pk)
        assert AnnouncedFact.objects.filter(name="event.recorded").count() == 2

    def test_for_a_week_is_told_to_staff(self):
        """E-67: on the home page by the programme's clock, and to whoever watches the metrics."""
        cafe = a_cafe()
        a_member(cafe)
        taken(cafe, a_return("r", amount=2000), a_return("s", amount=2000, order_id="o2"), at=NOON)
        week = NOON + timedelta(days=7)
        taken(cafe, an_order("o2", total=6000), at=week)

        with travel(week, tick=False):
            told = waiting_long()

        assert list(told.values()) == [1]
        assert waiting_too_long(program=cafe, at=week) == 1
        assert waiting_too_long(program=cafe, at=week - timedelta(seconds=1)) == 0

    def test_in_one_batch_the_order_goes_first(self):
        """E-67: the claims depend on the set of events, not on their arrival."""
        cafe = a_cafe()
        ada = a_member(cafe)

        outcomes = taken(
            cafe, a_return("r", amount=2000, at=NOON.replace(hour=8)), an_order(total=6000)
        )

        assert codes_of(outcomes) == ["new", "new"]
        assert movements_of(ada) == [60, -20]

    def test_a_fulfilment_waits_too_and_then_earns(self):
        """E-67: rules for order.fulfilled look at it once its order is there."""
        rule = {
            "slug": "fulfilled",
            "name": {"en": "Delivered"},
            "triggers": ["order.fulfilled"],
            "currency": "stars",
            "effect": {"kind": "fixed", "points": 5},
        }
        cafe = a_cafe(rule)
        ada = a_member(cafe)
        told = an_event("order.fulfilled", source_id="f", data={"order_id": "order-1001"})

        taken(cafe, told)
        assert movements_of(ada) == []
        taken(cafe, an_order(total=6000))

        assert movements_of(ada) == [5]

    def test_what_asks_too_much_goes_on_waiting(self):
        """E-67: shown to staff instead of spoiling the order."""
        cafe = a_cafe()
        ada = a_member(cafe)
        taken(cafe, a_return("r", amount=20_000))

        (order,) = taken(cafe, an_order(total=6000))

        assert codes_of([order]) == ["new"]
        assert movements_of(ada) == [60]
        assert Event.objects.get(type="order.returned").status == "waiting"


class TestPaidWithPoints:
    def test_captured_points_count_and_come_back(self):
        """E-14, E-64, E-G2, E-G3: a hold paid 10.00 of 59.90; half of it comes back."""
        cafe = a_cafe()
        ada = a_member(cafe)
        shop, now = a_shop(cafe), now_of(cafe)
        first = an_order("first", total=100_000, at=now)
        assert shop.post("/v1/events", first, key="1").status_code == 201
        hold = shop.post("/v1/holds", {"member": "ext:ada", "points": 1000}, key="2").json()
        captured = shop.post(f"/v1/holds/{hold['id']}/capture", {"order_id": "order-1001"}, key="3")
        assert captured.status_code == 200
        data = {
            name: value for name, value in ORDER_5990.items() if name not in ("order_id", "total")
        }

        paid = shop.post("/v1/events", an_order(total=5990, at=now, **data), key="4").json()
        half = {"order_id": "order-1001", "lines": [{"sku": "ESP-1", "quantity": 1}]}
        back = shop.post(
            "/v1/events", an_event("order.returned", source_id="r", at=now, data=half), key="5"
        )

        assert [p["points"] for p in paid["results"]["points"]] == [37]
        allocation = back.json()["results"]["allocation"]
        assert back.status_code == 201
        assert allocation["money"]["amount"] == 2245
        assert allocation["given_back"] == {"available": 450, "already_expired": 0}
        assert allocation["taken_back"]["by_currency"]["stars"]["available"] == 19
        assert movements_of(ada) == [1000, -1000, 37, -19, 450]
        why = shop.get(f"/v1/events/{back.json()['id']}/explanation").json()
        assert why["allocation"] == allocation
