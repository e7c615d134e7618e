"""Sliding ends: what members do keeps their points alive, from the front door to the lot (L-15, L-16)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.ledger.models import Lot, LotChange
from tests.world.access import a_shop
from tests.world.earning import NOON, a_rule
from tests.world.events import an_event, an_order, some_orders, taken
from tests.world.ledger import a_hold, captured, day
from tests.world.members import a_member, some_members
from tests.world.programs import STARS, XP, a_program, applied

pytestmark = pytest.mark.django_db

SLIDING = {"kind": "sliding", "period": "P6M", "activities": ["order.paid", "visit.made"]}
IN_MAY, IN_JUNE, IN_JULY = (day(text, year=2027) for text in ("05-21", "06-05", "07-05"))
TWO_WEEKS = timedelta(days=14)


def a_cafe(expiry=SLIDING, *, rule=None, slug="corner-cafe", **parts):
    """A café in UTC whose stars end by this policy, a point per euro."""
    return a_program(
        slug,
        zone="UTC",
        currencies=[STARS | {"expiry": expiry}, XP],
        parts={"rules": [a_rule(**rule or {})], **parts},
    )


def ends():
    """The ends of all lots, oldest first."""
    return list(Lot.objects.order_by("id").values_list("expires_at", flat=True))


class TestActivity:
    def test_moves_what_was_earned_before_on(self):
        """L-15: the move is a row, and never goes back."""
        cafe = a_cafe()
        a_member(cafe)
        taken(cafe, an_order())
        assert ends() == [IN_MAY]

        later = NOON + TWO_WEEKS
        taken(cafe, an_event("visit.made", at=later), at=later)
        taken(cafe, an_event("visit.made", source_id="late", at=NOON), at=later)

        assert ends() == [IN_JUNE]
        told = LotChange.objects.values_list("why", "ended_at", "ends_at", "at")
        assert list(told) == [("activity", IN_MAY, IN_JUNE, later)]

    def test_of_other_types_and_members_moves_nothing(self):
        """L-15"""
        cafe = a_cafe()
        a_member(cafe), a_member(cafe, "grace")
        taken(cafe, an_order())

        later = NOON + TWO_WEEKS
        taken(
            cafe,
            an_event("app.used", at=later),
            an_event("visit.made", member="ext:grace", source_id="event-2", at=later),
            at=later,
        )

        assert ends() == [IN_MAY]
        assert not LotChange.objects.exists()

    def test_counts_through_the_api(self):
        """L-15: a storefront tells a visit, and the member's next end is later."""
        cafe = a_cafe()
        cafe.is_test, cafe.test_now = True, NOON
        cafe.save()
        ada, shop = a_member(cafe), a_shop(cafe)
        shop.post("/v1/events", an_order(at=None), key="one")
        cafe.test_now = NOON + TWO_WEEKS
        cafe.save()

        shop.post("/v1/events", an_event("visit.made", at=None), key="two")

        shown = shop.get(f"/v1/members/{ada.shown_id}").json()["balances"]["stars"]
        assert shown["next_expiration"] == {"at": "2027-06-05T00:00:00Z", "points": 59}

    def test_moves_what_a_hold_has_set_aside(self):
        """L-15, L-30: what the till gives back ends with the rest."""
        cafe = a_cafe()
        ada = a_member(cafe)
        taken(cafe, an_order())
        later = NOON + TWO_WEEKS
        held = a_hold(ada, 59, at=later)

        taken(cafe, an_event("visit.made", at=later), at=later)
        captured(held, points=50, at=later)

        assert Lot.objects.values_list("free", "expires_at").get() == (9, IN_JUNE)

    def test_does_not_bring_back_what_has_ended(self):
        """L-15"""
        cafe = a_cafe()
        a_member(cafe)
        taken(cafe, an_order())

        taken(cafe, an_event("visit.made", at=IN_MAY), at=IN_MAY)

        assert ends() == [IN_MAY]


class TestPolicy:
    @pytest.mark.parametrize(
        "parts",
        [
            {"rule": {"expiry": SLIDING}},
            {
                "tiers": {
                    "currency": "stars",
                    "tiers": [
                        {"slug": "bronze", "name": {"en": "Bronze"}, "reach": 0}
                        | {"benefits": {"expiry": SLIDING}}
                    ],
                }
            },
        ],
        ids=["rule", "tier"],
    )
    def test_of_a_rule_or_a_tier_slides_too(self, parts):
        """L-16"""
        cafe = a_cafe({"kind": "never"}, **parts)
        a_member(cafe)
        taken(cafe, an_order())
        later = NOON + TWO_WEEKS

        taken(cafe, an_event("visit.made", at=later), at=later)

        assert ends() == [IN_JUNE]

    def test_that_was_changed_holds_for_older_lots(self):
        """L-15: a change of policy touches new lots only."""
        cafe = a_cafe()
        a_member(cafe)
        taken(cafe, an_order())
        fixed = STARS | {"expiry": {"kind": "rolling", "period": "P7M"}}
        applied({"program": {"slug": cafe.slug}, "currencies": [fixed, XP]})
        later = NOON + TWO_WEEKS

        taken(cafe, an_order("order-2", at=later), at=later)
        taken(cafe, an_event("visit.made", at=later), at=later)

        assert ends() == [IN_JUNE, IN_JULY]


def test_the_price_does_not_grow_and_is_nothing_where_nothing_slides():
    """L-10, V-64: two statements more, for one event or a hundred."""
    asked = {}
    for policy in (SLIDING, {"kind": "never"}):
        for size in (1, 100):
            cafe = a_cafe(policy, slug=f"{policy['kind']}-{size}")
            some_members(cafe, size)
            taken(cafe, *some_orders(size, name="warm-up"))
            later = NOON + TWO_WEEKS
            with CaptureQueriesContext(connection) as queries:
                taken(cafe, *some_orders(size, at=later), at=later)
            asked[policy["kind"], size] = len(queries)

    usual = asked["never", 1]
    assert asked == {
        ("never", 1): usual,
        ("never", 100): usual,
        ("sliding", 1): usual + 2,
        ("sliding", 100): usual + 2,
    }
