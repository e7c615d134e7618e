"""A list of movements ends as its movements one by one (L-11)."""

import random

import pytest

from tests.properties.plain_ledger import DAY
from tests.world.ledger import (
    NOW,
    a_member,
    lots_of,
    moving,
    parts_of,
    posted,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(12))
def test_a_list_ends_as_its_movements_one_by_one(seed):
    """L-11"""
    chance = random.Random(seed)
    cafe = a_program(zone="UTC")
    pairs = [a_member(cafe, f"{name}-{seed}") for name in ("together", "one-by-one")]
    told = []
    for number in range(30):
        points = chance.choice([1, 5, 20, 50, -1, -5, -20, -30])
        ends = chance.choice([None, NOW + 30 * DAY, NOW + 60 * DAY])
        kind = "return_earned" if points < 0 and chance.random() < 0.3 else None
        told.append({"points": points, "ends": ends, "kind": kind, "key": f"k/{number}"})

    def movement(member, each):
        more = {"may_owe": True} if each["kind"] else {}
        if each["points"] > 0:
            more["ends"] = each["ends"]
        return moving(each["points"], of=member, kind=each["kind"], key=each["key"], **more)

    together = posted(*[movement(pairs[0], each) for each in told], partial=True)
    alone = [posted(movement(pairs[1], each), partial=True)[0] for each in told]

    outcomes = [
        [(one.points, one.balance_after, one.refusal and one.refusal.code) for one in results]
        for results in (together, alone)
    ]
    assert outcomes[0] == outcomes[1]
    assert parts_of(pairs[0]) == parts_of(pairs[1])
    assert lots_of(pairs[0]) == lots_of(pairs[1])
