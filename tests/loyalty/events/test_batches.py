"""Batches: what many events give is what each of them gives singly, at the same price (E-1, E-2)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world.earning import NOON, a_cafe
from tests.world.events import an_order, codes_of, some_orders, taken
from tests.world.members import a_member, some_members
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


class TestBatch:
    def test_a_batch_gives_what_its_events_give_singly(self):
        """E-2: in order of time, then of place."""
        parts = {
            "rules": [
                {
                    "slug": "first",
                    "name": {"en": "First"},
                    "triggers": ["order.paid"],
                    "currency": "stars",
                    "conditions": {"all": [{"order_number": {"is": 1}}]},
                    "effect": {"kind": "fixed", "points": 7},
                }
            ]
        }
        one, other = a_program("one", parts=parts), a_program("two", parts=parts)
        for cafe in (one, other):
            a_member(cafe)
        told = [
            an_order("b", at=NOON.replace(hour=9)),
            an_order("a", at=NOON.replace(hour=8)),
            an_order("c", at=NOON.replace(hour=9)),
        ]

        together = taken(one, *told)
        apart = [taken(other, each)[0] for each in (told[1], told[0], told[2])]

        given = [results_of(each) for each in (together[1], together[0], together[2])]
        assert given == [results_of(each) for each in apart]
        assert [len(each["points"]) for each in given] == [1, 0, 0]

    def test_asks_the_database_as_often_for_a_thousand_as_for_one(self):
        """E-1, V-64: the number of statements is the same."""
        asked = {}
        for size in (1, 1000):
            cafe = a_cafe(slug=f"cafe-{size}")
            some_members(cafe, size)
            taken(cafe, *some_orders(size, name="warm-up"))

            with CaptureQueriesContext(connection) as queries:
                outcomes = taken(cafe, *some_orders(size))

            assert codes_of(outcomes) == ["new"] * size
            asked[size] = len(queries)

        assert asked == {1: 25, 1000: 25}


def results_of(outcome):
    """What does not differ between two members of two programmes."""
    results = outcome.answer["results"]
    return {
        "points": [{k: p[k] for k in ("currency", "points", "status")} for p in results["points"]],
        "tier": results["tier"],
        "balances": results["balances"],
    }
