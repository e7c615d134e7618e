"""Through the front door: a batch of orders gives what the orders give one by one, tier by tier (T-G19, E-2)."""

import pytest

from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.ledger import a_member, movements_of
from tests.world.programs import a_program
from tests.world.tiers import days_of, moves_of

pytestmark = pytest.mark.django_db

RULES = [
    {
        "slug": "order",
        "name": {"en": "Purchases"},
        "triggers": ["order.paid"],
        "currency": "stars",
        "effect": {"kind": "per_amount", "points": 1, "per": 100},
        "counts_for_tier": True,
        "unlock": {"after": "P0D", "from": "event"},
    }
]
LADDER = {
    "metric": "points",
    "currency": "stars",
    "tiers": [
        {"slug": "green", "name": {"en": "Green"}, "reach": 0},
        {
            "slug": "gold",
            "name": {"en": "Gold"},
            "reach": 300,
            "benefits": {"multiplier": "1.5"},
        },
    ],
}


def an_order(number, total, *, at, kind="order.paid", **data):
    return {
        "type": kind,
        "member": "ext:ada",
        "source": "shop",
        "source_id": f"{kind}-{number}",
        "occurred_at": at.isoformat(),
        "data": {"order_id": f"order-{number}", "currency": "EUR", **data}
        | ({"total": total} if kind == "order.paid" else {"amount": total}),
    }


@pytest.mark.parametrize("together", [True, False])
def test_the_next_order_earns_by_the_new_tier(together):
    """T-12: 20, then Gold by 280, then 150 for 100.00; then a return takes the tier back at once (T-25)."""
    cafe = a_program(parts={"rules": RULES, "tiers": LADDER})
    ada, shop, at = a_member(cafe), a_shop(cafe), now_of(cafe)
    orders = [an_order(n, total, at=at) for n, total in enumerate((2000, 28000, 10000))]

    if together:
        answer = shop.post("/v1/events", {"events": orders}, key="all")
        told = [item["event"]["results"] for item in answer.json()["data"]]
    else:
        told = [
            shop.post("/v1/events", order, key=str(n)).json()["results"]
            for n, order in enumerate(orders)
        ]

    assert [each["points"][0]["points"] for each in told] == [20, 280, 150]
    assert [each["tier"] for each in told] == [
        {"before": "green", "after": "green"},
        {"before": "green", "after": "gold"},
        {"before": "gold", "after": "gold"},
    ]
    assert moves_of(ada) == [("green", "gold", "reached")]

    back = an_order(1, 28000, at=at, kind="order.returned")
    assert shop.post("/v1/events", back, key="back").status_code == 201
    assert movements_of(ada) == [20, 280, 150, -280]
    assert next(iter(days_of(ada).values())) == (170, 12000, 2)
    assert moves_of(ada)[1:] == [("gold", "green", "return")]


@pytest.mark.parametrize("together", [True, False])
def test_orders_and_returns_of_one_batch_take_turns(together):
    """E-2, T-12, T-25: up, down again, and the order after that by the lower tier."""
    cafe = a_program(parts={"rules": RULES, "tiers": LADDER})
    ada, shop, at = a_member(cafe), a_shop(cafe), now_of(cafe)
    events = [
        an_order(1, 28000, at=at),
        an_order(2, 2000, at=at),
        an_order(1, 28000, at=at, kind="order.returned"),
        an_order(3, 29000, at=at),
    ]

    if together:
        shop.post("/v1/events", {"events": events}, key="all")
    else:
        for n, event in enumerate(events):
            shop.post("/v1/events", event, key=str(n))

    assert sorted(movements_of(ada)) == [-280, 20, 280, 290]
    assert moves_of(ada) == [
        ("green", "gold", "reached"),
        ("gold", "green", "return"),
        ("green", "gold", "reached"),
    ]
