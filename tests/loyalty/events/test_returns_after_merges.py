"""Ada and Grace turn out to be one customer; then what Ada bought comes back."""

import pytest

from loyalty.earning.models import Earning
from loyalty.events.kept.orders import paid_orders_of
from loyalty.events.models import Event
from loyalty.events.purchases.capturing import For, capture_for_order
from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.ledger.holding import Capture, Wish, capture, hold
from loyalty.ledger.merging import merge
from loyalty.ledger.models import Account, Entry, Lot
from loyalty.ledger.reports.holds import order_key_of
from loyalty.programs.models import PointCurrency
from tests.world.earning import NOON, TILL, a_cafe
from tests.world.events import an_event, an_order, codes_of, taken
from tests.world.ledger import a_hold, a_member, movements_of

pytestmark = pytest.mark.django_db(transaction=True)


def a_return(source_id, *, by, order_id="order-1001", amount):
    told = an_event(
        "order.returned",
        source_id=source_id,
        at=NOON,
        data={"order_id": order_id, "amount": amount},
    )
    return told | {"member": f"ext:{by}"}


def into_one(ada, grace):
    merge(program=ada.program, source=ada, target=grace, actor=TILL, at=NOON)


def stars_of(member):
    return Account.objects.get(member=member, currency__slug="stars").available


@pytest.mark.parametrize("name", ["ada", "grace"])
def test_the_survivor_answers_for_what_the_other_bought(name):
    """E-6, E-62: under either name the claim goes to the account that has the points today."""
    cafe = a_cafe()
    ada, grace = a_member(cafe), a_member(cafe, "grace")
    taken(cafe, an_order(total=10_000))
    into_one(ada, grace)

    outcomes = taken(cafe, a_return("r", by=name, amount=10_000))

    assert codes_of(outcomes) == ["new"]
    assert stars_of(grace) == 0
    assert (sum(movements_of(ada)), sum(movements_of(grace))) == (0, 0)


def test_a_third_member_does_not():
    """E-66: refused before anything is written."""
    cafe = a_cafe()
    ada, grace = a_member(cafe), a_member(cafe, "grace")
    a_member(cafe, "joan")
    taken(cafe, an_order(total=10_000))
    into_one(ada, grace)

    outcomes = taken(cafe, a_return("r", by="joan", amount=10_000))

    assert codes_of(outcomes) == ["order_of_another_member"]
    assert (Event.objects.count(), stars_of(grace)) == (1, 100)


def test_what_a_return_takes_and_gives_back_stands_in_one_group():
    """L-42: the claim and the points that had paid, in one unit of work."""
    cafe = a_cafe()
    ada = a_member(cafe)
    taken(cafe, an_order(total=10_000))
    stars = PointCurrency.objects.get(program=cafe, slug="stars")
    wish = Wish(purse=(ada.pk, stars.pk), points=50)
    held = hold(program=cafe, wish=wish, actor=TILL, at=NOON)
    paid = Capture(order_key=order_key_of(program=cafe, order_id="order-2"))
    capture(program=cafe, hold_id=held.pk, how=paid, actor=TILL, at=NOON)
    taken(cafe, an_order(source_id="order-2", order_id="order-2", total=10_000))

    taken(cafe, a_return("r", by="ada", order_id="order-2", amount=4_000))
    taken(cafe, a_return("s", by="ada", order_id="order-2", amount=6_000))

    entries = Entry.objects.filter(kind__startswith="return_").order_by("number")
    first, second = entries[:2], entries[2:]
    for group in (first, second):
        assert {entry.kind for entry in group} == {"return_earned", "return_spent"}
        assert len({entry.group_id for entry in group}) == 1
    assert first[0].group_id != second[0].group_id


def test_the_survivor_gets_back_what_the_other_paid():
    """L-52, L-41: as new lots with the old worth and end, never more than was paid."""
    cafe = a_cafe()
    ada, grace = a_member(cafe), a_member(cafe, "grace")
    taken(cafe, an_order(total=10_000))
    stars = PointCurrency.objects.get(program=cafe, slug="stars")
    wish = Wish(purse=(ada.pk, stars.pk), points=100)
    held = hold(program=cafe, wish=wish, actor=TILL, at=NOON)
    paid = Capture(order_key=order_key_of(program=cafe, order_id="order-2"))
    capture(program=cafe, hold_id=held.pk, how=paid, actor=TILL, at=NOON)
    taken(cafe, an_order(source_id="order-2", order_id="order-2", total=10_000))
    into_one(ada, grace)
    before = stars_of(grace)

    outcomes = [
        *taken(cafe, a_return("r", by="grace", order_id="order-2", amount=4_000)),
        *taken(cafe, a_return("s", by="ada", order_id="order-2", amount=6_000)),
        *taken(cafe, a_return("t", by="ada", order_id="order-2", amount=1)),
    ]

    back = Lot.objects.filter(account__member=grace, entry__kind="return_spent")
    old = Lot.objects.filter(account__member=ada).order_by("id").first()
    assert codes_of(outcomes) == ["new", "new", "return_exceeds_order"]
    assert sum(back.values_list("size", flat=True)) == 100
    assert set(back.values_list("worth", "expires_at")) == {(old.worth, old.expires_at)}
    assert stars_of(grace) == 100
    assert before < 100
    assert list(prove(Scope(program_id=cafe.pk))) == []


def a_capture(member, points, order_id="order-1001"):
    """Points of this member, held and captured for the order."""
    row = a_hold(member, points, at=NOON)
    what_for = For(order_id=order_id)
    return capture_for_order(
        program=row.program, hold_id=row.pk, what_for=what_for, actor=TILL, at=NOON
    )


def claimed():
    return list(Earning.objects.order_by("id").values_list("points", "claimed"))


class TestPointsThatPay:
    def test_the_survivors_settle_what_the_other_bought(self):
        """E-14, L-52: 1,000 points pay 10.00 of the 100.00 that Ada had bought before she was Grace."""
        cafe = a_cafe()
        ada, grace = a_member(cafe), a_member(cafe, "grace", points=1_000)
        taken(cafe, an_order(total=10_000))
        into_one(ada, grace)

        captured = a_capture(grace, 1_000)

        assert [len(captured.settled), claimed()] == [1, [(100, 10)]]
        assert stars_of(grace) == 90

    def test_the_others_count_for_what_the_survivor_tells(self):
        """E-14: captured on Ada's account; the order is told when she is Grace."""
        cafe = a_cafe()
        ada, grace = a_member(cafe, points=1_000), a_member(cafe, "grace")
        a_capture(ada, 1_000)
        into_one(ada, grace)

        taken(cafe, an_order(total=10_000))

        assert claimed() == [(90, 0)]

    def test_a_strangers_order_of_the_same_number_is_another_one(self):
        """E-14: numbers are the shop's own, and two shops may count alike."""
        cafe = a_cafe()
        ada, grace = a_member(cafe, points=1_000), a_member(cafe, "grace")
        taken(cafe, an_order(total=10_000) | {"member": "ext:grace"})

        captured = a_capture(ada, 1_000)
        taken(cafe, an_order(source="till", total=10_000))

        assert captured.settled == []
        assert claimed() == [(100, 0), (90, 0)]
        assert stars_of(grace) == 100

    def test_what_an_order_is_worth_later_leaves_them_out(self):
        """E-14: whoever asks what orders of a member are worth hears of what money paid."""
        cafe = a_cafe()
        ada, grace = a_member(cafe), a_member(cafe, "grace", points=1_000)
        taken(cafe, an_order(total=10_000))
        into_one(ada, grace)
        a_capture(grace, 1_000)

        (order,) = paid_orders_of(program=cafe, member_ids=[grace.pk])[grace.pk]

        assert order.worth_without(skus=(), categories=()) == 9_000
