"""A purchase lifts a member: from the wire to the tier, in one answer; the rest waits for the worker."""

import pytest

from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_rule
from tests.world.events import an_order
from tests.world.ledger import movements_of
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)

LADDER = {
    "metric": "points",
    "currency": "stars",
    "cycle": {"kind": "rolling", "period": "P12M"},
    "tiers": [
        {"slug": "bronze", "name": {"en": "Bronze"}, "reach": 0, "benefits": {}},
        {
            "slug": "silver",
            "name": {"en": "Silver"},
            "reach": 40,
            "benefits": {"multiplier": "2"},
        },
    ],
}


def test_a_purchase_lifts_a_member():
    """T-10, T-12: lifted in the same transaction; the next order is rewarded by the tier it brought."""
    rule = a_rule(counts_for_tier=True)
    cafe = a_program(parts={"rules": [rule], "tiers": LADDER})
    ada, shop, now = a_member(cafe), a_shop(cafe), now_of(cafe)

    # The storefront reports an order, 45.00 of it goods, and hears the outcome at once.
    order = an_order(total=5990, tax=990, shipping=500, at=now)
    answer = shop.post("/v1/events", order, key="try-1")
    assert answer.status_code == 201
    assert answer.json()["results"]["tier"] == {"before": "bronze", "after": "silver"}
    assert movements_of(ada) == [45]

    # It was announced in the same transaction, in the order in which it happened.
    facts = AnnouncedFact.objects.filter(member_id=ada.pk).order_by("id")
    told = list(facts.values_list("name", flat=True))
    assert told == ["member.enrolled", "points.earned", "tier.upgraded", "event.recorded"]

    # The storefront sends the order again, under another key: same answer, nothing moves.
    again = shop.post("/v1/events", order, key="try-2")
    assert (again.status_code, again.json()) == (200, answer.json())
    assert movements_of(ada) == [45]

    # The next order counts double.
    shop.post("/v1/events", an_order("order-1002", total=1000, at=now), key="try-3")
    assert movements_of(ada) == [45, 20]
