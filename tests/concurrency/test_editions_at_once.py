"""A hundred numbers, five hundred who earned one at the same time: each number once, and no cent over the budget (G-33, G-34, G-43)."""

from functools import partial

import pytest

from gamification.badges.awards.looking import look
from gamification.badges.awards.sparing import Wake
from gamification.badges.models import Award
from gamification.criteria.life.catalogue import book_of
from gamification.deeds.models import Deed
from gamification.prizes.models import PlayBudget, PrizeGrant, PrizeStock
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.members.models import Member
from tests.world.play import FIRST_CUP, a_cafe, at, with_parts
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS, WORKERS, EDITION = 500, 10, 100
NOON = at("11-02 12:00")
PRIZE = {"kind": "points", "currency": "stars", "points": 5, "cost": 100, "budget": "fun"}
BADGE = FIRST_CUP | {"tiers": [FIRST_CUP["tiers"][0] | {"edition": EDITION, "prize": PRIZE}]}


def customers(cafe):
    """Five hundred who bought one cup each, and nobody has looked yet; by one statement each."""
    members = [
        Member(id=new_id(), program=cafe, external_id=f"m-{n}", joined_at=NOON, enrolled_at=NOON)
        for n in range(MEMBERS)
    ]
    Member.objects.bulk_create(members)
    told = {"program": cafe, "kind": "order.paid", "source": "event", "occurred_at": NOON}
    Deed.objects.bulk_create(
        Deed(id=new_id(), member=each, source_id=new_id(), recorded_at=NOON, **told)
        for each in members
    )
    return [each.pk for each in members]


def test_a_hundred_of_five_hundred_have_a_number():
    """Ten workers at once, fifty members each; ten prizes fit into the budget, and who has none is told why."""
    cafe = a_cafe(member="", rules=[])
    PlayBudget.objects.create(program=cafe, slug="fun", limit=1_000, created_at=NOON)
    with_parts(cafe, badges=[BADGE])
    members, live = customers(cafe), book_of(cafe).of("badge")
    work = partial(look, program=cafe, badges=live, wake=Wake(), at=NOON)
    shares = [members[start::WORKERS] for start in range(WORKERS)]

    outcomes = at_once(*[partial(run, partial(work, member_ids=each)) for each in shares])

    assert outcomes == ["done"] * WORKERS
    numbers = list(Award.objects.order_by("edition_no").values_list("edition_no", flat=True))
    assert numbers == list(range(1, EDITION + 1))
    assert (PrizeStock.objects.get().issued, PlayBudget.objects.get().spent) == (EDITION, 1_000)
    given = PrizeGrant.objects.filter(state="given").count()
    capped = PrizeGrant.objects.filter(state="capped", reason="budget_spent").count()
    assert (given, capped) == (10, EDITION - 10)
