"""Taking in: events count once, alone or in a batch."""

import json

import pytest

from loyalty.earning.models import Earning
from loyalty.events.models import Event, Order
from loyalty.ledger.models import Account, Entry
from loyalty.members.models import Member
from loyalty.outbox.models import AnnouncedFact
from tests.world.earning import NOON, a_cafe
from tests.world.events import an_event, an_order, codes_of, taken
from tests.world.members import a_member

pytestmark = pytest.mark.django_db


def everything():
    """Every row that an event could leave behind, as counts."""
    return {
        table.__name__: table.objects.count()
        for table in (Event, Order, Earning, Entry, Member, AnnouncedFact)
    } | {"points": sum(Account.objects.values_list("available", flat=True))}


class TestTakeIn:
    def test_answers_with_points_tier_and_balances(self):
        cafe = a_cafe()
        ada = a_member(cafe)

        (outcome,) = taken(cafe, an_order(total=4500))

        event = Event.objects.get()
        (points,) = outcome.answer["results"]["points"]
        assert outcome.answer["id"] == event.shown_id
        assert outcome.answer["member"] == ada.shown_id
        assert (points["currency"], points["points"]) == ("stars", 45)
        assert outcome.answer["results"]["balances"]["stars"] == {
            "available": 45,
            "pending": 0,
            "held": 0,
            "negative": 0,
        }
        assert json.loads(event.answer) == outcome.answer

    def test_takes_the_same_event_once_and_answers_the_same(self):
        """E-3: the same content again is the first answer, alone and inside one batch."""
        cafe = a_cafe()
        a_member(cafe)
        (first,) = taken(cafe, an_order())
        before = everything()

        again = taken(cafe, an_order(), an_order())

        assert codes_of(again) == ["again", "again"]
        assert [each.answer for each in again] == [first.answer, first.answer]
        assert everything() == before

    def test_doubles_inside_one_batch_count_once(self):
        """E-3: also inside one batch."""
        cafe = a_cafe()
        a_member(cafe)

        outcomes = taken(cafe, an_order(), an_order())

        assert codes_of(outcomes) == ["new", "again"]
        assert Entry.objects.count() == 1
        assert outcomes[0].answer == outcomes[1].answer

    def test_refuses_a_key_with_other_content(self):
        """E-3: other content under the same key is a refusal, never a quiet success."""
        cafe = a_cafe()
        a_member(cafe)
        taken(cafe, an_order())
        before = everything()

        outcomes = taken(cafe, an_order(total=6000), an_event("visit.made", source_id="order-1001"))

        assert codes_of(outcomes) == ["event_key_reused", "event_key_reused"]
        assert everything() == before

    def test_an_order_counts_once_under_any_source_id(self):
        """E-4: the same order told again is the first answer; told otherwise it is refused."""
        cafe = a_cafe()
        a_member(cafe)
        (first,) = taken(cafe, an_order())
        before = everything()

        outcomes = taken(cafe, an_order(source_id="try-2"), an_order(source_id="try-3", total=6000))

        assert codes_of(outcomes) == ["again", "order_conflict"]
        assert outcomes[0].answer == first.answer
        assert everything() == before

    def test_enrols_a_stranger_if_the_programme_says_so(self):
        """E-6: an unknown member is enrolled at once, with the time of the first event."""
        cafe = a_cafe(enrol_on_event=True)

        outcomes = taken(cafe, an_order(member="ext:grace"))

        grace = Member.objects.get(external_id="grace")
        assert codes_of(outcomes) == ["new"]
        assert grace.joined_at == NOON
        assert grace.profile.card

    def test_refuses_a_stranger_otherwise(self):
        """E-6: member_unknown, and nobody is enrolled."""
        cafe = a_cafe()
        before = everything()

        outcomes = taken(cafe, an_order(), an_order("order-2", member="mem_" + "0" * 26))

        assert codes_of(outcomes) == ["member_unknown", "member_unknown"]
        assert everything() == before

    def test_does_not_enrol_for_an_event_that_is_refused(self):
        """E-1: refusals are found before anything is written."""
        cafe = a_cafe(enrol_on_event=True)
        taken(cafe, an_order("order-1", member="ext:ada"))
        before = everything()

        outcomes = taken(
            cafe,
            an_order("order-2", member="ext:grace", currency="USD"),
            an_order(
                "order-3",
                member="ext:joan",
                tax=1,
                lines=[{"sku": "A", "quantity": 1, "amount": 1}],
            ),
            an_order("order-1", member="ext:mary"),
            an_order("order-1", member="ext:jean", source_id="other"),
        )

        assert codes_of(outcomes) == [
            "currency_not_accepted",
            "order_does_not_add_up",
            "event_key_reused",
            "order_conflict",
        ]
        assert everything() == before

    @pytest.mark.parametrize("status", ["suspended", "restricted"])
    def test_keeps_what_a_frozen_member_does_and_gives_nothing(self, status):
        """E-6: a suspended or restricted member's event is kept and earns nothing."""
        cafe = a_cafe()
        ada = a_member(cafe)
        Member.objects.filter(pk=ada.pk).update(status=status)

        (outcome,) = taken(cafe, an_order())

        assert Event.objects.count() == 1
        assert outcome.answer["results"]["points"] == []
        assert outcome.answer["results"]["why_nothing"] == "member_suspended"

    def test_refuses_what_has_not_happened_and_what_is_too_old(self):
        """E-5: five minutes ahead, ninety days late."""
        cafe = a_cafe()
        a_member(cafe)
        before = everything()

        outcomes = taken(
            cafe,
            an_order("a", at=NOON.replace(minute=6)),
            an_order("b", at=NOON.replace(year=2025)),
        )

        assert codes_of(outcomes) == ["event_in_future", "event_too_old"]
        assert everything() == before

    def test_takes_old_events_from_imports(self):
        """E-5: imports are exempt from the late limit."""
        cafe = a_cafe()
        a_member(cafe)

        outcomes = taken(cafe, an_order("b", at=NOON.replace(month=1, day=2)), is_import=True)

        assert codes_of(outcomes) == ["new"]

    def test_a_bad_item_does_not_spoil_a_good_one(self):
        """E-1: items fail alone."""
        cafe = a_cafe()
        a_member(cafe)

        outcomes = taken(
            cafe,
            an_order("a"),
            {"type": "order.paid"},
            an_order("b", total=-1),
            an_event("nothing.known"),
            an_event("order.returned", data={"order_id": "a", "amount": 10_000}),
            an_order("c"),
        )

        assert codes_of(outcomes) == [
            "new",
            "malformed",
            "malformed",
            "event_type_unknown",
            "return_exceeds_order",
            "new",
        ]
        assert Event.objects.count() == 2
