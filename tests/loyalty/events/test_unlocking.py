"""Points of an order that wait until it is fulfilled (E-55)."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from loyalty.earning.models import Earning
from loyalty.foundation.actors import job
from loyalty.foundation.units import run
from loyalty.ledger.merging import merge
from loyalty.ledger.models import Entry, Lot
from loyalty.ledger.timed.expiring import expire_due
from loyalty.ledger.timed.opening import open_due
from loyalty.tiers.models import TierDay
from tests.loyalty.events.test_returns import a_return
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import movements_of, parts_of
from tests.world.members import a_member
from tests.world.programs import applied
from tests.world.tiers import a_ladder, moves_of

pytestmark = pytest.mark.django_db(transaction=True)

CLOCK = job("clock")
DAY = timedelta(days=1)
FULFILLED = a_rule(unlock={"after": "P3D", "from": "order.fulfilled"}, counts_for_tier=True)


def at(text):
    return datetime.fromisoformat(text)


def delivered(order_id="order-1001", *, at=NOON + 2 * DAY):
    return an_event(
        "order.fulfilled", source_id=f"done-{order_id}", at=at, data={"order_id": order_id}
    )


def lived(cafe, until):
    """Openings and ends that are due by then."""
    run(partial(open_due, program=cafe, actor=CLOCK, at=until))
    run(partial(expire_due, program=cafe, actor=CLOCK, at=until))


def available_and_pending(member):
    return parts_of(member)[:2]


def balances_in(outcome):
    stars = outcome.answer["results"]["balances"]["stars"]
    return stars["available"], stars["pending"]


class TestFulfilment:
    def test_the_orders_points_wait_for_it_and_open_after_it(self):
        cafe = a_cafe(FULFILLED)
        ada = a_member(cafe)
        taken(cafe, an_order("other", total=1000), an_order())

        (order,) = taken(cafe, an_order("third", total=100))
        taken(cafe, delivered(), at=NOON + 2 * DAY)

        (shown,) = order.answer["results"]["points"]
        assert (shown["status"], shown["available_at"], shown["expires_at"]) == (
            "pending",
            None,
            None,
        )
        assert list(Lot.objects.order_by("id").values_list("opens_at", flat=True)) == [
            None,
            NOON + 5 * DAY,
            None,
        ]
        lived(cafe, NOON + 5 * DAY - timedelta(seconds=1))
        assert available_and_pending(ada) == (0, 70)
        lived(cafe, NOON + 5 * DAY)
        assert available_and_pending(ada) == (59, 11)
        opened = Lot.objects.get(opened_at__isnull=False)
        assert (opened.opened_at, opened.expires_at) == (
            NOON + 5 * DAY,
            at("2027-12-01T00:00+02:00"),
        )

    def test_told_late_they_open_at_once_and_the_answer_says_so(self):
        cafe = a_cafe(FULFILLED)
        ada = a_member(cafe)
        taken(cafe, an_order())

        (done,) = taken(cafe, delivered(), at=NOON + 6 * DAY)

        assert balances_in(done) == (59, 0)
        assert available_and_pending(ada) == (59, 0)
        assert Lot.objects.get().opened_at == NOON + 5 * DAY

    @pytest.mark.parametrize("together", [True, False], ids=["one-batch", "singly"])
    def test_told_before_its_order_it_waits_with_it(self, together):
        """E-67: the same, in whatever order they come."""
        cafe = a_cafe(FULFILLED)
        ada = a_member(cafe)
        told = [delivered(at=NOON + DAY), an_order()]

        for batch in [told] if together else [[each] for each in told]:
            taken(cafe, *batch, at=NOON + 9 * DAY)

        assert available_and_pending(ada) == (59, 0)

    def test_what_a_return_left_is_what_opens(self):
        cafe = a_cafe(FULFILLED)
        ada = a_member(cafe)
        taken(cafe, an_order(total=6000), a_return("r", amount=2000))

        taken(cafe, delivered(), at=NOON + 9 * DAY)

        assert available_and_pending(ada) == (40, 0)
        assert movements_of(ada) == [60, -20]

    def test_never_fulfilled_they_are_cancelled_and_count_no_more(self):
        """T-6: a pending earning that ends as cancelled is a claim; the order itself still counts."""
        cafe = a_cafe(FULFILLED)
        ada = a_member(cafe)
        taken(cafe, an_order())
        assert TierDay.objects.get().points == 59

        lived(cafe, NOON + 90 * DAY - timedelta(seconds=1))
        assert movements_of(ada) == [59]
        lived(cafe, NOON + 90 * DAY)
        taken(cafe, delivered(), at=NOON + 91 * DAY)

        assert movements_of(ada) == [59, -59]
        assert Entry.objects.get(points=-59).kind == "forfeit"
        assert Earning.objects.get().claimed == 59
        day = TierDay.objects.get()
        assert (day.points, day.spend, day.orders) == (0, 5990, 1)
        assert available_and_pending(ada) == (0, 0)

    def test_a_tier_that_cancelled_points_carried_falls(self):
        """T-6, T-25."""
        cafe = a_cafe(FULFILLED)
        ada = a_member(cafe)

        applied({"program": {"slug": cafe.slug}, "tiers": a_ladder()})
        taken(cafe, an_order(total=60_000))

        lived(cafe, NOON + 90 * DAY)

        assert moves_of(ada) == [("bronze", "silver", "reached"), ("silver", "bronze", "return")]

    def test_the_time_to_wait_is_the_rules_own(self):
        cafe = a_cafe(
            a_rule(unlock={"after": "P0D", "from": "order.fulfilled", "cancel_after": "P7D"})
        )
        ada = a_member(cafe)
        taken(cafe, an_order())

        lived(cafe, NOON + 7 * DAY)

        assert movements_of(ada) == [59, -59]

    def test_a_merge_takes_what_waits_along(self):
        """L-52: the survivor's fulfilment opens it."""
        cafe = a_cafe(FULFILLED)
        ada, grace = a_member(cafe), a_member(cafe, "grace")
        taken(cafe, an_order())
        merge(program=cafe, source=ada, target=grace, actor=CLOCK, at=NOON + DAY)

        taken(cafe, delivered(), at=NOON + 9 * DAY)

        assert available_and_pending(grace) == (59, 0)
