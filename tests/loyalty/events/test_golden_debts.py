"""The golden example of what a return may leave owing (E-G20, E-63)."""

from datetime import timedelta

import pytest

from loyalty.ledger.kinds import EntryKind
from tests.loyalty.events.test_returns import a_return
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import moving, parts_of, posted
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)

RETURN_AT = NOON + timedelta(days=20)


@pytest.mark.parametrize(
    ("take", "owing", "forgiven", "then"),
    [
        ("owe", 45, 0, (15, 0, 0, 0)),
        ("within_balance", 0, 45, (60, 0, 0, 0)),
        ("only_pending", 0, 45, (60, 0, 0, 0)),
    ],
)
def test_g20_what_was_spent_is_owed_or_forgiven(take, owing, forgiven, then):
    """E-G20: 45 unlocked and spent, order returned; the next order earns 60 at once."""
    cafe = a_cafe(a_rule(), returns_take=take)
    ada = a_member(cafe)
    taken(cafe, an_order(total=4500))
    posted(moving(-45, of=ada, kind=EntryKind.SPEND), at=NOON + timedelta(days=1))

    gone = an_event("order.cancelled", source_id="c", at=RETURN_AT, data={"order_id": "order-1001"})
    (back,) = taken(cafe, gone, at=RETURN_AT)

    told = back.answer["results"]["allocation"]["taken_back"]
    assert (told["owing"], told["forgiven"]) == (owing, forgiven)
    assert parts_of(ada) == (0, 0, 0, owing)
    taken(cafe, an_order("next", total=6000, at=RETURN_AT), at=RETURN_AT)
    assert parts_of(ada) == then


def test_g21_a_return_told_before_its_order_waits_and_goes_with_it():
    """E-G21: `waiting`, nothing; then entries of 60 and of 20 less in one unit."""
    cafe = a_cafe(a_rule())
    ada = a_member(cafe)

    (early,) = taken(cafe, a_return("r", amount=2000))
    assert (early.answer["status"], parts_of(ada)) == ("waiting", (0, 0, 0, 0))
    taken(cafe, an_order(total=6000))

    assert parts_of(ada) == (40, 0, 0, 0)
