"""Returns at the front door: allocated exactly, in any order and split, and waiting for their order if they come first."""

import pytest

from loyalty.events.models import Event, Order
from loyalty.ledger.models import Account, Entry
from loyalty.members.models import Member
from loyalty.outbox.models import AnnouncedFact
from tests.world.earning import NOON, a_cafe
from tests.world.events import an_event, an_order, codes_of, taken
from tests.world.ledger import movements_of
from tests.world.members import a_member
from tests.world.tiers import days_of

pytestmark = pytest.mark.django_db(transaction=True)

LINES = [
    {"line_id": "a", "sku": "ESP-1", "quantity": 2, "amount": 1999},
    {"line_id": "b", "sku": "CAP-1", "quantity": 1, "amount": 2999},
    {"line_id": "c", "sku": "CAKE-1", "quantity": 1, "amount": 5001},
]


def an_order_of_three(**more):
    return an_order(total=9999, lines=LINES, **more)


def a_return(source_id, *, order_id="order-1001", at=NOON, **data):
    return an_event(
        "order.returned", source_id=source_id, at=at, data={"order_id": order_id, **data}
    )


def a_cancellation(source_id="cancel", *, order_id="order-1001", at=NOON):
    return an_event("order.cancelled", source_id=source_id, at=at, data={"order_id": order_id})


def stars_of(member):
    return Account.objects.get(member=member, currency__slug="stars").available


class TestReturn:
    def test_answers_with_the_allocation(self):
        """E-60 to E-65: the shop refunds exactly `money`, the claim is told by where it came from."""
        cafe = a_cafe()
        ada = a_member(cafe)
        taken(cafe, an_order_of_three())

        (outcome,) = taken(cafe, a_return("r", lines=[{"line_id": "b", "quantity": 1}]))

        results = outcome.answer["results"]
        assert results["allocation"]["money"] == {"amount": 2999, "currency": "EUR"}
        assert results["allocation"]["taken_back"]["by_currency"]["stars"]["available"] == 29
        assert results["balances"]["stars"]["available"] == 70
        assert movements_of(ada) == [99, -29]
        assert Order.objects.get().returned == 2999
        assert AnnouncedFact.objects.filter(name="order.settled").count() == 1

    def test_what_never_counted_for_tiers_is_not_taken_from_them(self):
        """T-5: an order of a suspended member counts nothing, and its return takes nothing from the day's others."""
        cafe = a_cafe()
        ada = a_member(cafe)
        taken(cafe, an_order("before", total=2000))
        Member.objects.filter(pk=ada.pk).update(status="suspended")
        taken(cafe, an_order("meanwhile", total=3000))
        Member.objects.filter(pk=ada.pk).update(status="active")

        taken(cafe, a_cancellation(order_id="meanwhile"))

        (figures,) = days_of(ada).values()
        assert figures == (0, 2000, 1)

    def test_told_again_it_is_the_first_answer(self):
        """E-3: a return counts once, too."""
        cafe = a_cafe()
        ada = a_member(cafe)
        taken(cafe, an_order_of_three())
        told = a_return("r", amount=5000)

        first, again = taken(cafe, told)[0], taken(cafe, told)[0]

        assert (again.is_replay, again.answer) == (True, first.answer)
        assert len(movements_of(ada)) == 2

    @pytest.mark.parametrize("together", [True, False])
    def test_any_order_and_split_ends_alike(self, together):
        """E-62, E-2: line by line or at once, in a batch or singly: what was given is what comes back."""
        cafe = a_cafe()
        ada = a_member(cafe)
        told = [
            an_order_of_three(),
            *(
                a_return(f"r-{line}", lines=[{"line_id": line, "quantity": 1}])
                for line in ("c", "a", "b", "a2")
                if len(line) == 1
            ),
            a_return("r-rest", lines=[{"line_id": "a", "quantity": 1}]),
        ]

        outcomes = taken(cafe, *told) if together else [taken(cafe, each)[0] for each in told]

        assert codes_of(outcomes) == ["new"] * 5
        assert (movements_of(ada)[0], sum(movements_of(ada)), stars_of(ada)) == (99, 0, 0)
        assert Order.objects.get().is_wholly_returned
        money = [o.answer["results"]["allocation"]["money"]["amount"] for o in outcomes[1:]]
        assert sum(money) == 9999

    def test_a_batch_answers_as_its_events_would_singly(self):
        """E-2, T-12: order, return, order of one member, each seeing what was before it."""
        one, other = a_cafe(slug="one"), a_cafe(slug="two")
        for cafe in (one, other):
            a_member(cafe)
        told = [
            an_order_of_three(),
            a_return("r-1", lines=[{"line_id": "b", "quantity": 1}]),
            an_order("order-2", total=700),
            a_return("r-2", amount=1000),
            a_cancellation("c-2", order_id="order-2"),
        ]

        together = taken(one, *told)
        apart = [taken(other, each)[0] for each in told]

        assert codes_of(together) == ["new"] * 5
        assert [told_of(each) for each in together] == [told_of(each) for each in apart]

    def test_a_cancellation_takes_back_everything(self):
        """E-60: order.cancelled returns all that is left; order numbers forget it (E-26)."""
        cafe = a_cafe()
        ada = a_member(cafe)
        taken(cafe, an_order_of_three(), a_return("r", amount=1000))

        (outcome,) = taken(cafe, a_cancellation())
        taken(cafe, an_order("order-2", total=100))

        assert codes_of([outcome]) == ["new"]
        assert stars_of(ada) == 1
        assert Order.objects.get(order_number="order-2").number == 1

    @pytest.mark.parametrize(
        ("told", "code"),
        [
            (a_return("r", amount=10_000), "return_exceeds_order"),
            (a_return("r", lines=[{"line_id": "b", "quantity": 2}]), "return_exceeds_order"),
            (a_return("r", lines=[{"line_id": "z", "quantity": 1}]), "line_unknown"),
            (a_return("r", lines=[{"sku": "TEA-1", "quantity": 1}]), "line_unknown"),
            (a_return("r", amount=1, currency="USD"), "currency_mismatch"),
            (a_return("r", amount=1) | {"member": "ext:grace"}, "order_of_another_member"),
        ],
    )
    def test_refuses_more_than_there_is(self, told, code):
        """E-66, E-70: refused before anything is written."""
        cafe = a_cafe()
        ada = a_member(cafe)
        a_member(cafe, "grace")
        taken(cafe, an_order_of_three())
        before = (Event.objects.count(), Entry.objects.count(), AnnouncedFact.objects.count())

        (outcome,) = taken(cafe, told)

        assert codes_of([outcome]) == [code]
        assert (
            Event.objects.count(),
            Entry.objects.count(),
            AnnouncedFact.objects.count(),
        ) == before
        assert stars_of(ada) == 99

    def test_two_returns_in_one_batch_cannot_exceed_together(self):
        """E-66: what the first one took is gone for the second."""
        cafe = a_cafe()
        ada = a_member(cafe)
        taken(cafe, an_order_of_three())

        outcomes = taken(cafe, a_return("r-1", amount=6000), a_return("r-2", amount=6000))

        assert codes_of(outcomes) == ["new", "return_exceeds_order"]
        assert movements_of(ada) == [99, -60]


def told_of(outcome):
    """What does not differ between two programmes."""
    results = outcome.answer["results"]
    return {
        "points": [p["points"] for p in results["points"]],
        "tier": results["tier"],
        "balances": results["balances"],
        "allocation": results.get("allocation"),
        "status": outcome.answer["status"],
    }
