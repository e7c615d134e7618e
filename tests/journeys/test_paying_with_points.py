"""Paying with points: asked, set aside, captured, earned, returned; points and money come back (E-75 to E-78, E-64)."""

import pytest

from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_cafe
from tests.world.events import an_event
from tests.world.programs import REASONS

pytestmark = pytest.mark.django_db(transaction=True)
BASKET = {
    "currency": "EUR",
    "total": 5990,
    "tax": 990,
    "shipping": 500,
    "lines": [{"sku": "ESP-1", "quantity": 2, "amount": 4500, "categories": ["coffee"]}],
}


def test_an_order_is_paid_with_points_and_partly_returned():
    """E-G2, E-G3 from the wire."""
    cafe = a_cafe()
    shop, now = a_shop(cafe), now_of(cafe)
    shop.post("/v1/members", {"external_id": "ada"})
    given = {"points": 3250, "reason": REASONS[0]["slug"], "note": "A cup went cold."}
    shop.post("/v1/members/ext:ada/adjustments", given, key="given")

    # At the checkout Ada wants to pay 10.00 with points. What would that come to?
    question = {"member": "ext:ada", "order": BASKET, "use_points": 1000}
    answer = shop.post("/v1/quotes", question)
    assert answer.status_code == 201
    quote = answer.json()
    assert quote["pay_with_points"]["value"] == {"amount": 1000, "currency": "EUR"}
    assert quote["to_pay"] == {"amount": 4990, "currency": "EUR"}
    assert [each["points"] for each in quote["earns"]["points"]] == [37]
    assert shop.get(f"/v1/quotes/{quote['id']}").json() == quote

    # She agrees: the points are set aside, and captured when the card has paid the rest.
    told = {"member": "ext:ada", "points": 1000, "quote": quote["id"]}
    hold = shop.post("/v1/holds", told, key="hold").json()
    assert (hold["status"], hold["quote"]) == ("held", quote["id"])
    captured = shop.post(f"/v1/holds/{hold['id']}/capture", {"order_id": "1001"}, key="capture")
    assert (captured.status_code, captured.json()["captured"]) == (200, 1000)

    # The order is told with its quote, and brings what was promised.
    data = {"order_id": "1001", **BASKET, "quote": quote["id"]}
    paid = shop.post("/v1/events", an_event("order.paid", at=now, data=data), key="paid").json()
    assert paid["results"]["quote"]["used"] is True
    assert [each["points"] for each in paid["results"]["points"]] == [37]
    assert paid["results"]["balances"]["stars"]["available"] == 3250 - 1000 + 37
    _return_one_of_two(shop, paid, quote, now=now)


def _return_one_of_two(shop, paid, quote, *, now):
    why = shop.get(f"/v1/events/{paid['id']}/explanation").json()
    assert (why["quote"], why["points"]) == (quote["id"], 37)

    # One of the two packets comes back: half the points that paid, and the money's half.
    data = {"order_id": "1001", "lines": [{"sku": "ESP-1", "quantity": 1}]}
    event = an_event("order.returned", source_id="r-1", at=now, data=data)
    returned = shop.post("/v1/events", event, key="returned").json()
    allocation = returned["results"]["allocation"]
    assert allocation["money"] == {"amount": 2245, "currency": "EUR"}
    assert allocation["given_back"] == {"available": 450, "already_expired": 0}
    assert allocation["taken_back"]["available"] == 19
    assert returned["results"]["balances"]["stars"]["available"] == 2287 + 450 - 19

    # The quote remembers which order relied on it.
    orders = shop.get(f"/v1/quotes/{quote['id']}").json()["orders"]
    assert orders == [{"event": paid["id"], "used": True, "why_not": None}]
