"""What a voided event earned is taken back, once (E-68)."""

import pytest

from loyalty.earning.models import Earning
from loyalty.earning.undoing.voiding import take_back_all
from loyalty.foundation.units import run
from loyalty.ledger.merging import merge
from tests.world.earning import NOON, TILL, a_cafe, a_rule, rewarded, telling
from tests.world.ledger import movements_of
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)

REVIEW = a_rule(
    "review",
    triggers=["review.written"],
    effect={"kind": "fixed", "points": 50},
    limits={"once_per": ["data.sku"]},
)


def voided(program, *told):
    event_ids = [each.event_id for each in told]
    return run(lambda: take_back_all(program=program, event_ids=event_ids, actor=TILL, at=NOON))


def test_all_that_the_event_earned_is_claimed_once():
    cafe = a_cafe(
        REVIEW, a_rule("bonus", triggers=["review.written"], effect={"kind": "fixed", "points": 5})
    )
    ada = a_member(cafe)
    fake = telling({"sku": "A"}, of=ada, kind="review.written")
    rewarded(cafe, fake)

    first, second = voided(cafe, fake), voided(cafe, fake)

    assert movements_of(ada) == [50, 5, -50, -5]
    assert ([each.covered.own for each in first], second) == ([50, 5], [])
    assert list(Earning.objects.order_by("id").values_list("claimed", flat=True)) == [50, 5]


def test_what_counts_once_may_count_again():
    """E-40: while points are left."""
    cafe = a_cafe(REVIEW)
    ada = a_member(cafe)
    fake, real = (telling({"sku": "A"}, of=ada, kind="review.written") for _ in range(2))
    rewarded(cafe, fake)
    voided(cafe, fake)

    rewarded(cafe, real)

    assert movements_of(ada) == [50, -50, 50]


def test_the_survivor_of_a_merge_answers():
    """L-52: the points went over, so the claim does too."""
    cafe = a_cafe(REVIEW)
    ada, grace = a_member(cafe), a_member(cafe, "grace")
    fake = telling({"sku": "A"}, of=ada, kind="review.written")
    rewarded(cafe, fake)
    merge(program=cafe, source=ada, target=grace, actor=TILL, at=NOON)

    (back,) = voided(cafe, fake)

    assert (back.covered.other, movements_of(ada), movements_of(grace)) == (
        50,
        [50, -50],
        [50, -50],
    )
