"""Points that wait for an order of the member that is safe (E-55)."""

from datetime import timedelta

import pytest

from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.models import Lot
from tests.loyalty.events.test_unlocking import (
    DAY,
    at,
    available_and_pending,
    balances_in,
    lived,
)
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import movements_of, moving, parts_of, posted
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)

IN_14_DAYS = a_rule(unlock={"after": "P14D", "from": "event"})
REVIEW = a_rule(
    "review",
    triggers=["review.written"],
    effect={"kind": "fixed", "points": 50},
    unlock={"after": "P0D", "from": "safe_order"},
)


def a_review(sku="A", *, when=NOON, **more):
    return an_event("review.written", source_id=f"review-{sku}", at=when, data={"sku": sku}, **more)


class TestSafeOrders:
    def test_g19_joining_opens_with_the_points_of_an_order(self):
        """E-G19: order on 2026-11-21 10:00, P14D: both open on 12-05 10:00."""
        cafe = a_cafe(IN_14_DAYS, REVIEW)
        ada = a_member(cafe)
        taken(
            cafe, a_review(), an_order(total=4500, at=at("2026-11-21T10:00+02:00")), at=NOON + DAY
        )

        lived(cafe, at("2026-12-05T09:59:59+02:00"))
        assert available_and_pending(ada) == (0, 95)
        lived(cafe, at("2026-12-05T10:00+02:00"))

        assert available_and_pending(ada) == (95, 0)
        assert set(Lot.objects.values_list("opened_at", flat=True)) == {
            at("2026-12-05T10:00+02:00")
        }

    def test_g19_a_cancelled_order_is_not_safe(self):
        """E-G19: order cancelled on 11-25: still pending."""
        cafe = a_cafe(IN_14_DAYS, REVIEW)
        ada = a_member(cafe)
        taken(cafe, a_review(), an_order(total=4500, at=NOON + DAY), at=NOON + DAY)
        gone = an_event(
            "order.cancelled", source_id="c", at=NOON + 5 * DAY, data={"order_id": "order-1001"}
        )
        taken(cafe, gone, at=NOON + 5 * DAY)

        lived(cafe, NOON + 60 * DAY)

        assert available_and_pending(ada) == (0, 50)

    @pytest.mark.parametrize("together", [True, False], ids=["one-batch", "singly"])
    def test_an_order_whose_points_open_at_once_is_safe_at_once(self, together):
        """E-2: in one batch as singly: what waited opens, and what comes after does not wait."""
        cafe = a_cafe(a_rule(), REVIEW)
        ada = a_member(cafe)
        told = [
            a_review("A"),
            an_order(total=4500, at=NOON + timedelta(minutes=1)),
            a_review("B", when=NOON + timedelta(minutes=2)),
        ]

        later = NOON + timedelta(minutes=3)
        batches = [told] if together else [[each] for each in told]
        outcomes = [each for batch in batches for each in taken(cafe, *batch, at=later)]

        assert [balances_in(each) for each in outcomes] == [(0, 50), (95, 0), (145, 0)]
        assert available_and_pending(ada) == (145, 0)
        assert [e["results"]["points"][0]["status"] for e in (o.answer for o in outcomes)] == [
            "pending",
            "available",
            "available",
        ]

    def test_within_one_event_the_order_goes_first(self):
        first = a_rule(
            "first",
            effect={"kind": "fixed", "points": 50},
            priority=9,
            conditions={"all": [{"order_number": "first"}]},
            unlock={"after": "P2D", "from": "safe_order"},
        )
        cafe = a_cafe(a_rule(), first)
        a_member(cafe)

        (order,) = taken(cafe, an_order())

        shown = {each["points"]: each["available_at"] for each in order.answer["results"]["points"]}
        assert shown == {50: "2026-11-22T12:00:00+02:00", 59: "2026-11-20T12:00:00+02:00"}

    def test_without_any_safe_order_they_are_cancelled_after_a_year(self):
        cafe = a_cafe(REVIEW)
        ada = a_member(cafe)
        taken(cafe, a_review())

        lived(cafe, at("2027-11-20T11:59:59+02:00"))
        assert movements_of(ada) == [50]
        lived(cafe, at("2027-11-20T12:00+02:00"))

        assert movements_of(ada) == [50, -50]

    def test_debts_are_filled_when_they_open(self):
        """L-13, and the answer tells it."""
        cafe = a_cafe(a_rule(), REVIEW)
        ada = a_member(cafe)
        taken(cafe, a_review())

        posted(moving(-80, of=ada, kind=EntryKind.ADJUST_DEBIT, may_owe=True), at=NOON)
        assert parts_of(ada) == (0, 50, 0, 80)

        (order,) = taken(cafe, an_order(total=4500, at=NOON + timedelta(minutes=1)), at=NOON + DAY)

        told = order.answer["results"]["balances"]["stars"]
        assert tuple(told.values()) == parts_of(ada) == (15, 0, 0, 0)

    def test_any_order_of_a_member_makes_safe_however_many_came_before(self):
        """E-55: fifty and one more orders still wait for their day; one of today has opened."""
        web = a_rule("web", conditions={"all": [{"channel": ["web"]}]}, unlock=IN_14_DAYS["unlock"])
        till = a_rule("till", conditions={"all": [{"channel": ["till"]}]})
        cafe = a_cafe(web, till, REVIEW)
        ada = a_member(cafe)
        waiting = [an_order(f"w{n}", total=100, at=NOON - DAY, channel="web") for n in range(51)]
        taken(cafe, *waiting, an_order("t", total=200, at=NOON, channel="till"))

        taken(cafe, a_review(when=NOON + DAY), at=NOON + DAY)

        assert available_and_pending(ada) == (52, 51)
