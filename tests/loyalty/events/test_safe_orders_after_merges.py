"""After a merge the orders of both memberships make safe what either waits for (E-55, L-52)."""

import pytest

from loyalty.ledger.merging import undo_merge
from tests.loyalty.events.test_safe_orders import IN_14_DAYS, REVIEW, a_review
from tests.loyalty.events.test_unlocking import CLOCK, DAY, available_and_pending, lived
from tests.loyalty.ledger.test_moving import merged
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)
HERS = {"member": "ext:twin"}


def ada_and_her_twin(*rules):
    cafe = a_cafe(*rules, REVIEW)
    return cafe, a_member(cafe), a_member(cafe, "twin")


@pytest.mark.parametrize("who_bought", ["ada", "twin"])
def test_a_safe_order_of_either_opens_what_the_other_waited_for_at_the_merge(who_bought):
    cafe, ada, twin = ada_and_her_twin(a_rule())
    who_wrote = {"ada": "twin", "twin": "ada"}[who_bought]
    taken(cafe, an_order(total=4500, member=f"ext:{who_bought}"), at=NOON)
    taken(cafe, a_review(member=f"ext:{who_wrote}"), at=NOON)
    assert sum(available_and_pending(each)[1] for each in (ada, twin)) == 50

    merged(twin, ada, at=NOON + DAY)

    assert (available_and_pending(ada), available_and_pending(twin)) == ((95, 0), (0, 0))


def test_a_safe_order_of_the_other_lets_nothing_wait_that_comes_later():
    cafe, ada, twin = ada_and_her_twin(a_rule())
    taken(cafe, an_order(total=4500, **HERS), at=NOON)
    merged(twin, ada, at=NOON + DAY)

    (review,) = taken(cafe, a_review(when=NOON + 2 * DAY), at=NOON + 2 * DAY)

    assert [each["status"] for each in review.answer["results"]["points"]] == ["available"]
    assert available_and_pending(ada) == (95, 0)


def test_an_order_whose_points_came_along_still_pending_makes_safe_when_they_open():
    cafe, ada, twin = ada_and_her_twin(IN_14_DAYS)
    taken(cafe, an_order(total=4500, **HERS), a_review("A"), at=NOON)
    merged(twin, ada, at=NOON + DAY)
    assert available_and_pending(ada) == (0, 95)

    lived(cafe, NOON + 14 * DAY)
    assert available_and_pending(ada) == (95, 0)
    taken(cafe, a_review("B", when=NOON + 15 * DAY), at=NOON + 15 * DAY)

    assert available_and_pending(ada) == (145, 0)


def test_who_was_parted_again_waits_for_orders_of_her_own():
    """Control, and the way back: what opened stays open."""
    cafe, ada, twin = ada_and_her_twin(a_rule())
    taken(cafe, an_order(total=4500, **HERS), a_review("A"), at=NOON)
    row = merged(twin, ada, at=NOON + DAY)

    undo_merge(program=cafe, merge_id=row.pk, actor=CLOCK, at=NOON + 2 * DAY)
    taken(cafe, a_review("B", when=NOON + 3 * DAY), at=NOON + 3 * DAY)

    assert (available_and_pending(ada), available_and_pending(twin)) == ((50, 50), (45, 0))
