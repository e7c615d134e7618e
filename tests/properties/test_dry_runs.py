"""A dry run answers what the real call then answers, and leaves no row (E-8)."""

from random import Random

import pytest
from django.apps import apps
from django.db import connection

from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_cafe, a_rule
from tests.world.events import an_event, an_order
from tests.world.ledger import a_member
from tests.world.programs import applied
from tests.world.tiers import a_ladder

RULES = [
    a_rule(counts_for_tier=True, limits={"points_per_member": {"points": 90, "period": "month"}}),
    a_rule("first", effect={"kind": "fixed", "points": 7}, conditions={"all": [{"order_number": "first"}]}),
    a_rule("review", triggers=["review.written"], effect={"kind": "fixed", "points": 5},
           limits={"once_per": ["data.sku"], "budget": {"points": 12, "period": "month"}}),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_first_dry_then_real_is_the_same_and_dry_leaves_nothing(seed):
    """E-8, E-2: orders, reviews and returns by chance, from a seed, one by one and in batches."""
    chance, cafe = Random(seed), a_cafe(*RULES)
    applied({"program": {"slug": cafe.slug}, "tiers": a_ladder()})
    a_member(cafe, "ada")
    shop = a_shop(cafe)
    for number in range(8):
        told = _told(chance, number, at=now_of(cafe))
        before = rows()

        dry = shop.post("/v1/events?dry_run=true", told, key=f"dry-{number}")

        assert rows() == before
        real = shop.post("/v1/events", told, key=f"real-{number}")
        assert without_ids(dry.json()) == without_ids(real.json())
        assert rows() != before or real.status_code >= 400


def _told(chance, number, *, at):
    one = [
        an_order(f"o{number}", total=chance.randrange(100, 9_000), at=at),
        an_event("review.written", source_id=f"v{number}", data={"sku": f"S{chance.randrange(3)}"}, at=at),
        an_event("order.returned", source_id=f"r{number}",
                 data={"order_id": f"o{chance.randrange(number + 1)}", "amount": 100}, at=at),
    ]  # fmt: skip
    if chance.random() < 0.5:
        return one[chance.randrange(3)]
    return {"events": one}


def rows():
    """How many rows each table of ours has."""
    told = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT count(*) FROM {table}")
            told[table] = cursor.fetchone()[0]
    return told


def without_ids(body):
    """The same without what is made for each call: ids of what was not kept, and that it was a rehearsal."""
    if isinstance(body, dict):
        left = {"id", "simulated", "instance", "request_id"}
        return {key: without_ids(value) for key, value in body.items() if key not in left}
    if isinstance(body, list):
        return [without_ids(each) for each in body]
    return body
