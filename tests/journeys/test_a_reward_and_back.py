"""A reward from the first order to the last return: earned, redeemed, used at the till, returned (W-20 to W-64)."""

import json

import pytest
from django.db import connection

from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_rule
from tests.world.events import an_event, an_order
from tests.world.outbox import delivered_at as run_the_outbox
from tests.world.programs import a_program
from tests.world.rewards import a_percentage, a_reward
from tests.world.tiers import TIERS, a_ladder

pytestmark = pytest.mark.django_db(transaction=True)

LADDER = a_ladder(
    tiers=[*TIERS[:1], TIERS[1] | {"reach": 100, "benefits": {"entry_gift": {"reward": "mug"}}}]
)


def available(shop):
    return shop.get("/v1/members/ext:ada").json()["balances"]["stars"]["available"]


def told(shop, event, key):
    answer = shop.post("/v1/events", event, key=key)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def a_cafe():
    rewards = [a_percentage("10", price=100), a_reward("mug", price=None, stock=3)]
    rules = [a_rule(counts_for_tier=True)]
    return a_program(parts={"rules": rules, "rewards": rewards, "tiers": LADDER})


def test_a_reward_and_back():
    """W-20, W-23, W-60, W-64, W-G17: each number as the page says."""
    cafe = a_cafe()
    shop, now = a_shop(cafe), now_of(cafe)
    shop.post("/v1/members", {"external_id": "ada"}, key="join")

    # She buys for 150.00 and redeems 10 % off for 100 of her 150 stars.
    told(shop, an_order("order-1", total=15_000, at=now), "e-1")
    redeemed = shop.post("/v1/redemptions", {"member": "ext:ada", "reward": "percent"}, key="r-1").json()  # fmt: skip
    code = redeemed["voucher"]["code"]
    assert (redeemed["status"], redeemed["points"], available(shop)) == ("issued", 100, 50)

    # The till takes the code off an order of 60.00; she pays 54.00 and earns 54.
    lines = [{"sku": "A", "quantity": 1, "amount": 2000}, {"sku": "B", "quantity": 2, "amount": 4000}]  # fmt: skip
    basket = {"currency": "EUR", "lines": lines}
    used = shop.post(
        "/v1/vouchers/redeem",
        {"code": code, "order_id": "order-2", "member": "ext:ada", "order": basket},
        key="v-1",
    )
    assert (used.status_code, used.json()["status"]) == (200, "redeemed"), used.json()
    bought = an_order("order-2", total=5400, at=now, discount=600, lines=lines)
    told(shop, bought, "e-2")
    assert available(shop) == 104
    assert status_of(shop, redeemed) == "fulfilled"

    # Used, it cannot be cancelled any more.
    refused = shop.post(f"/v1/redemptions/{redeemed['id']}/cancel", {}, key="c-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "redemption_not_cancellable")

    # A part comes back: the voucher stays used. Then the rest: it is good again (W-G17).
    part = returned("order-2", now, lines=[{"sku": "A", "quantity": 1}])
    (item,) = told(shop, part, "e-3")["results"]["allocation"]["vouchers"]
    assert item["outcome"] == "kept_used"
    assert status_of(shop, redeemed) == "fulfilled"
    rest = returned("order-2", now, lines=[{"sku": "B", "quantity": 2}], return_id="2")
    (item,) = told(shop, rest, "e-4")["results"]["allocation"]["vouchers"]
    assert item["outcome"] == "reinstated"
    assert (status_of(shop, redeemed), available(shop)) == ("issued", 50)

    _the_first_order_goes_back(cafe, shop, redeemed, now)
    assert code.replace("-", "") not in everything_kept()


def _the_first_order_goes_back(cafe, shop, redeemed, now):
    # The first order goes back as well: the reward stays, the points are owing (W-64).
    told(shop, an_event("order.cancelled", at=now, source_id="x-1", data={"order_id": "order-1"}), "e-5")  # fmt: skip
    balances = shop.get("/v1/members/ext:ada").json()["balances"]["stars"]
    assert (balances["available"], balances["negative"]) == (0, 100)
    assert status_of(shop, redeemed) == "issued"

    # Cancelled, its points fill what is owed; everything foots.
    done = shop.post(f"/v1/redemptions/{redeemed['id']}/cancel", {}, key="c-2")
    assert done.json()["status"] == "cancelled"
    balances = shop.get("/v1/members/ext:ada").json()["balances"]["stars"]
    assert (balances["available"], balances["negative"]) == (0, 0)
    assert list(prove(Scope(program_id=cafe.pk))) == []


def test_a_gift_goes_back_with_its_order():
    """W-62: the entry gift of a tier, unused, when nothing of the order that lifted her is left."""
    cafe = a_cafe()
    shop, now = a_shop(cafe), now_of(cafe)
    shop.post("/v1/members", {"external_id": "ada"}, key="join")
    told(shop, an_order("order-1", total=15_000, at=now), "e-1")
    run_the_outbox()
    (gift,) = shop.get("/v1/redemptions?member=ext:ada").json()["data"]
    assert (gift["reward"]["slug"], gift["origin"], gift["status"]) == ("mug", "tier", "issued")

    over = told(shop, an_event("order.cancelled", at=now, source_id="x-1", data={"order_id": "order-1"}), "e-2")  # fmt: skip

    (item,) = over["results"]["allocation"]["vouchers"]
    assert (item["outcome"], item["voucher"]) == ("cancelled", gift["voucher"]["id"])
    assert status_of(shop, gift) == "cancelled"
    assert shop.get("/v1/rewards/mug").json()["stock"] == {"total": 3, "left": 3}


def returned(order_id, now, *, lines, return_id="1"):
    data = {"order_id": order_id, "lines": lines, "return_id": return_id}
    return an_event("order.returned", at=now, source_id=f"return-{return_id}", data=data)  # fmt: skip


def status_of(shop, redemption):
    return shop.get(f"/v1/redemptions/{redemption['id']}").json()["status"]


def everything_kept():
    """All facts, and every text column of the tables that vouchers touch."""
    kept = json.dumps(list(AnnouncedFact.objects.values_list("body", flat=True)), default=str)
    with connection.cursor() as cursor:
        for table in ("loyalty_redemption", "loyalty_voucher", "loyalty_idempotencyrecord"):
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            kept += "".join(row[0] for row in cursor.fetchall())
    return kept.replace("-", "")
