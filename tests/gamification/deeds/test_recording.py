"""What is told becomes deeds, once, net of what comes back (G-1 to G-5)."""

import pytest

from gamification.deeds.models import Correction, Deed
from loyalty.events.voids.voiding import void
from loyalty.ledger.merging import merge, undo_merge
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Member
from tests.world.members import a_member
from tests.world.play import (
    a_cafe,
    at,
    bought,
    coffees,
    deeds_of,
    happened,
    heard,
    member_of,
    returned,
)
from tests.world.referrals import KEY

pytestmark = pytest.mark.django_db


class TestRecording:
    def test_makes_one_deed_of_an_event_and_one_of_each_line(self):
        """G-1: amounts are what counts, an order's the sum of its lines'."""
        cafe = a_cafe()

        bought(
            cafe,
            "o-1",
            when="11-02 09:00",
            lines=[*coffees(3), {"sku": "CAKE", "quantity": 2, "amount": 700}],
        )

        assert deeds_of(cafe, "order.paid") == [(5, 1000, False)]
        assert deeds_of(cafe, "order.line") == [(3, 300, False), (2, 700, False)]
        assert Deed.objects.get(kind="points.earned").points == 10

    def test_counts_what_is_delivered_twice_once(self):
        """G-2."""
        cafe = a_cafe()
        bought(cafe, "o-1", when="11-02 09:00")

        bought(cafe, "o-1", when="11-02 09:00")

        assert deeds_of(cafe, "order.paid") == [(1, 1000, False)]

    def test_keeps_both_times(self):
        """G-5: when it happened, and when it was taken in."""
        cafe = a_cafe()

        bought(cafe, "o-1", when="11-02 09:00", told_at="11-05 12:00")

        deed = Deed.objects.get(kind="order.paid")
        assert (deed.occurred_at, deed.recorded_at) == (at("11-02 09:00"), at("11-05 12:00"))

    def test_records_what_a_suspended_member_does_as_void(self):
        """G-7."""
        cafe = a_cafe()
        Member.objects.update(status=MemberStatus.SUSPENDED)

        bought(cafe, "o-1", when="11-02 09:00")

        assert deeds_of(cafe, "order.paid") == [(1, 1000, True)]

    def test_keeps_what_a_type_calls_countable(self):
        cafe = a_cafe()

        happened(cafe, "review.written", when="11-02 09:00", sku="COF-1", verified=True, length=12)

        deed = Deed.objects.get(kind="review.written")
        assert (deed.sku, deed.attributes) == ("COF-1", {"verified": True})


class TestCorrecting:
    def test_takes_off_what_came_back_line_by_line(self):
        """G-3: the net of the line, and of the order as the sum of its lines."""
        cafe = a_cafe()
        bought(cafe, "o-1", when="11-02 09:00", lines=coffees(4))

        returned(cafe, "o-1", when="11-03 09:00", lines=[{"sku": "COF-1", "quantity": 1}])

        assert deeds_of(cafe, "order.line") == [(3, 300, False)]
        assert deeds_of(cafe, "order.paid") == [(3, 300, False)]
        assert Correction.objects.count() == 3

    @pytest.mark.parametrize("heard_each", [True, False])
    def test_ends_alike_for_any_split(self, heard_each):
        """G-3, G-4: nothing is left, so the deeds are void; late delivery writes the same corrections."""
        cafe = a_cafe()
        bought(cafe, "o-1", when="11-02 09:00", lines=coffees(3, 1000))

        for n in range(3):
            returned(
                cafe,
                "o-1",
                when=f"11-0{n + 3} 09:00",
                heard=heard_each,
                lines=[{"sku": "COF-1", "quantity": 1}],
            )
        heard(cafe)

        assert deeds_of(cafe, "order.line") == [(0, 0, True)]
        amounts = Correction.objects.filter(deed__kind="order.line").order_by("recorded_at")
        assert list(amounts.values_list("quantity", "amount")) == [(1, 334), (1, 333), (1, 333)]

    def test_follows_a_voided_event(self):
        """G-4: an order and any other event that staff took back."""
        cafe = a_cafe()
        bought(cafe, "o-1", when="11-02 09:00")
        happened(cafe, "visit.made", when="11-02 10:00")

        for event in Deed.objects.filter(kind__in=("order.paid", "visit.made")):
            void(
                program=cafe,
                event_id=event.source_id,
                reason="A test.",
                actor=KEY,
                at=at("11-04 09:00"),
            )
        heard(cafe)

        assert deeds_of(cafe, "order.paid") == [(0, 0, True)]
        assert deeds_of(cafe, "visit.made") == [(0, 0, True)]

    def test_follows_points_that_were_asked_back(self):
        cafe = a_cafe()
        bought(cafe, "o-1", when="11-02 09:00")

        returned(cafe, "o-1", when="11-03 09:00")

        deed = Deed.objects.get(kind="points.earned")
        assert (deed.points, deed.returned_points, deed.void_at is not None) == (10, 10, True)


class TestMerging:
    def test_hands_deeds_over(self):
        """G-10."""
        cafe = a_cafe()
        a_member(cafe, "grace")
        bought(cafe, "o-1", when="11-02 09:00")
        bought(cafe, "o-2", when="11-03 09:00", who="grace")

        merge(
            program=cafe,
            source=member_of(cafe),
            target=member_of(cafe, "grace"),
            actor=KEY,
            at=at("11-04 09:00"),
        )
        heard(cafe)

        assert deeds_of(cafe, "order.paid", "grace") == [(1, 1000, False), (1, 1000, False)]

    def test_hands_them_back_when_a_merge_is_undone(self):
        """G-10."""
        cafe = a_cafe()
        ada, grace = member_of(cafe), a_member(cafe, "grace")
        bought(cafe, "o-1", when="11-02 09:00")
        row = merge(program=cafe, source=ada, target=grace, actor=KEY, at=at("11-04 09:00"))
        heard(cafe)

        undo_merge(program=cafe, merge_id=row.pk, actor=KEY, at=at("11-05 09:00"))
        heard(cafe)

        assert deeds_of(cafe, "order.paid") == [(1, 1000, False)]
        assert deeds_of(cafe, "points.earned") == [(1, 0, False)]
