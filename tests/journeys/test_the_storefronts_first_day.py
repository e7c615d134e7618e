"""The storefront's first day: a member, an order, a question, and the same order told again."""

import json

import pytest

from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_cafe
from tests.world.events import an_event, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_storefronts_first_day():
    """E-3, V-4: told twice it counts once, whatever the Idempotency-Key."""
    cafe = a_cafe()
    shop = a_shop(cafe, "members:read", "members:write", "events:read", "events:write")
    now = now_of(cafe)

    # The first customer joins.
    joined = shop.post("/v1/members", {"external_id": "ada", "email": "ada@example.org"})
    assert joined.status_code == 201
    ada = joined.json()
    assert ada["external_id"] == "ada"

    # She buys something for 45.00, and the storefront hears the outcome at once.
    order = an_order(total=4500, at=now)
    answer = shop.post("/v1/events", order, key="try-1")
    assert answer.status_code == 201
    body = answer.json()
    assert body["member"] == ada["id"]
    assert [(p["currency"], p["points"]) for p in body["results"]["points"]] == [("stars", 45)]
    assert body["results"]["balances"]["stars"]["available"] == 45

    # A retry under the same key is the same answer, and says that it is one.
    again = shop.post("/v1/events", order, key="try-1")
    assert (again.status_code, again.content) == (201, answer.content)
    assert again.headers["Idempotent-Replayed"] == "true"

    # Under another key it is a replay by its source id.
    replay = shop.post("/v1/events", order, key="try-2")
    assert (replay.status_code, replay.json()) == (200, body)

    _the_rest_of_the_day(shop, order, body, now=now)


def _the_rest_of_the_day(shop, order, body, *, now):
    # She can be found by what she told, and her events read.
    found = shop.get("/v1/members?email=ADA@example.org").json()["data"]
    assert [member["id"] for member in found] == [body["member"]]
    events = shop.get("/v1/events?member=ext:ada").json()["data"]
    assert [event["type"] for event in events] == ["order.paid"]
    assert shop.get(f"/v1/events/{body['id']}").json()["results"] == body["results"]

    # Why so many? The explanation says it in words.
    why = shop.get(f"/v1/events/{body['id']}/explanation").json()
    assert why["points"] == 45
    assert why["rules"][0]["steps"][0]["sentence"]
    assert body["results"]["points"][0]["explanation"] == why["rules"][0]

    # What would an order bring? Nothing is kept.
    dry = shop.post("/v1/events?dry_run=true", an_order("order-2", total=900, at=now))
    assert dry.status_code == 200
    assert json.loads(dry.content)["simulated"] is True
    assert dry.json()["results"]["points"][0]["points"] == 9
    assert len(shop.get("/v1/events").json()["data"]) == 1


def test_a_batch_item_by_item():
    """E-3: a bad item spoils no good one, and a batch told again is the same batch."""
    cafe = a_cafe()
    shop = a_shop(cafe, "members:write", "events:read", "events:write")
    now = now_of(cafe)
    shop.post("/v1/members", {"external_id": "ada"})
    order = an_order(total=4500, at=now)
    body = shop.post("/v1/events", order, key="try-1").json()

    # A batch: one known, one new, one wrong.
    told = {"events": [order, an_event("visit.made", at=now, source_id="visit-1"), {"type": "x"}]}
    batch = shop.post("/v1/events", told, key="batch-1")
    assert batch.status_code == 207
    assert [item["status"] for item in batch.json()["data"]] == [200, 201, 400]
    assert batch.json()["data"][0]["event"] == body
    assert batch.json()["data"][2]["problem"]["code"] == "malformed"
    told_again = shop.post("/v1/events", told, key="batch-1")
    assert told_again.json() == batch.json()
    assert told_again.headers["Idempotent-Replayed"] == "true"

    # The visit stands beside the order; the wrong one left nothing.
    events = shop.get("/v1/events").json()["data"]
    assert [event["type"] for event in events] == ["visit.made", "order.paid"]
