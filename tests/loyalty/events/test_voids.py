"""Staff take events back: what they brought settles to zero, their keys stay used (E-68)."""

from datetime import timedelta

import pytest

from loyalty.events.models import Event, EventVoid, Order
from loyalty.events.voids.voiding import EventNotVoidable, void
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import Malformed
from loyalty.ledger.merging import merge
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.clock import now_of
from tests.loyalty.events.test_returns import a_return
from tests.world.access import a_shop
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, an_order, codes_of, taken
from tests.world.ledger import movements_of
from tests.world.members import a_member
from tests.world.programs import applied
from tests.world.rewards import a_reward, given, redemptions_of
from tests.world.tiers import a_ladder, days_of, moves_of
from tests.world.vouchers import redeemed

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = job("staff")
REVIEW = a_rule(
    "review",
    triggers=["review.written"],
    effect={"kind": "fixed", "points": 50},
    limits={"once_per": ["data.sku"]},
)
COUNTED = a_rule(counts_for_tier=True)


def a_review(key="review-1", sku="A"):
    return an_event("review.written", source_id=key, data={"sku": sku})


def voided(cafe, outcome, *, reason="A fake."):
    return void(program=cafe, event_id=outcome.event_id, reason=reason, actor=STAFF, at=NOON)


class TestVoid:
    def test_takes_back_what_the_event_earned_once(self):
        cafe = a_cafe(REVIEW)
        ada = a_member(cafe)
        (fake,) = taken(cafe, a_review())

        first, second = voided(cafe, fake), voided(cafe, fake, reason="Again.")

        assert movements_of(ada) == [50, -50]
        assert (first.pk, first.reason, second.reason) == (fake.event_id, "A fake.", "A fake.")
        assert first.results["taken_back"]["available"] == 50
        assert Event.objects.get().status == "void"
        assert AnnouncedFact.objects.filter(name="event.voided").count() == 1

    def test_takes_unused_gifts_back_that_it_brought(self):
        """W-62, E-68: what was used stays."""
        cafe = a_cafe(REVIEW)
        applied({"program": {"slug": cafe.slug}, "rewards": [a_reward()]}, own=cafe, at=NOON)
        ada = a_member(cafe)
        (fake,) = taken(cafe, a_review())
        given(ada, event_id=fake.event_id, when=NOON)
        kept = given(ada, event_id=fake.event_id, when=NOON).vouchers[0]
        redeemed(cafe, kept, by=ada, at=NOON)

        told = voided(cafe, fake).results["vouchers"]

        assert sorted(each["outcome"] for each in told) == ["cancelled", "kept_used"]
        assert redemptions_of(ada) == ["cancelled", "fulfilled"]

    def test_its_key_stays_used_and_its_space_is_free_again(self):
        """E-3, E-40: told again it is a replay; another review of the same article counts."""
        cafe = a_cafe(REVIEW)
        ada = a_member(cafe)
        (fake,) = taken(cafe, a_review())
        voided(cafe, fake)

        outcomes = taken(cafe, a_review(), a_review("review-2"))

        assert codes_of(outcomes) == ["again", "new"]
        assert movements_of(ada) == [50, -50, 50]

    def test_an_order_is_cancelled_with_its_day_and_its_tier(self):
        """E-68, T-25: spend, orders and points of its day go, and so does the tier they carried."""
        cafe = a_cafe(COUNTED)
        applied({"program": {"slug": cafe.slug}, "tiers": a_ladder()})
        ada = a_member(cafe)
        first, _second = taken(cafe, an_order(total=60_000), an_order("other", total=1000, at=NOON))

        told = voided(cafe, first)

        assert movements_of(ada) == [600, 10, -600]
        assert days_of(ada) == {"2026-11-20": (10, 1000, 1)}
        assert moves_of(ada)[-1] == ("silver", "bronze", "return")
        assert told.results["tier"] == {"before": "silver", "after": "bronze"}
        assert told.results["allocation"]["money"] == {"amount": 60_000, "currency": "EUR"}
        order = Order.objects.get(order_number="order-1001")
        assert (order.returned, order.is_wholly_returned) == (60_000, True)
        assert AnnouncedFact.objects.filter(name="order.settled").count() == 1

    def test_after_it_nothing_of_the_order_can_come_back(self):
        """E-66: as after a cancellation."""
        cafe = a_cafe(COUNTED)
        ada = a_member(cafe)
        taken(cafe, an_order(total=6000), a_return("r1", amount=2000))
        order = Event.objects.get(type="order.paid")
        void(program=cafe, event_id=order.pk, reason="A mistake.", actor=STAFF, at=NOON)

        (late,) = taken(cafe, a_return("r2", amount=100), at=NOON + timedelta(days=1))

        assert codes_of([late]) == ["return_exceeds_order"]
        assert movements_of(ada) == [60, -20, -40]

    def test_points_that_paid_come_back(self):
        """E-64: as after a cancellation."""
        cafe = a_cafe()
        ada = a_member(cafe)
        shop, now = a_shop(cafe), now_of(cafe)
        shop.post("/v1/events", an_order("first", total=100_000, at=now), key="1")
        hold = shop.post("/v1/holds", {"member": "ext:ada", "points": 1000}, key="2").json()
        shop.post(f"/v1/holds/{hold['id']}/capture", {"order_id": "order-1001"}, key="3")
        paid = shop.post("/v1/events", an_order(total=5000, at=now), key="4").json()

        shop.post(f"/v1/events/{paid['id']}/void", {"reason": "A mistake."}, key="5")

        assert movements_of(ada) == [1000, -1000, 40, -40, 1000]

    def test_what_waited_for_its_order_waits_no_more(self):
        """E-67."""
        cafe = a_cafe()
        ada = a_member(cafe)
        (early,) = taken(cafe, a_return("r", amount=2000))
        voided(cafe, early)

        taken(cafe, an_order(total=6000))

        assert movements_of(ada) == [60]
        assert Event.objects.get(type="order.returned").status == "void"

    def test_the_survivor_of_a_merge_answers(self):
        """L-52."""
        cafe = a_cafe(COUNTED)
        ada, grace = a_member(cafe), a_member(cafe, "grace")
        (order,) = taken(cafe, an_order(total=6000))
        merge(program=cafe, source=ada, target=grace, actor=STAFF, at=NOON)

        voided(cafe, order)

        assert movements_of(grace) == [60, -60]
        assert days_of(grace) == {"2026-11-20": (0, 0, 0)}

    def test_refuses_a_return_that_was_settled(self):
        cafe = a_cafe()
        ada = a_member(cafe)
        _order, back = taken(cafe, an_order(total=6000), a_return("r", amount=2000))

        with pytest.raises(EventNotVoidable):
            voided(cafe, back)

        assert movements_of(ada) == [60, -20]
        assert not EventVoid.objects.exists()

    def test_demands_a_reason(self):
        cafe = a_cafe(REVIEW)
        ada = a_member(cafe)
        (fake,) = taken(cafe, a_review())

        with pytest.raises(Malformed):
            voided(cafe, fake, reason="  ")

        assert movements_of(ada) == [50]
