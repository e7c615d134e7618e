"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows."""

from decimal import Decimal

import pytest

from loyalty.events.models import Event, Order
from tests.world.earning import a_cafe
from tests.world.events import an_order, taken
from tests.world.members import a_member
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    """Ada's order of 45.00."""
    cafe = a_cafe()
    a_member(cafe)
    taken(cafe, an_order(total=4500))
    return Order.objects.get()


def test_an_event_counts_once_and_its_status_is_known(order):
    """E-3."""
    event = Event.objects.get()

    with refused("event_counts_once"):
        copied(event)
    with refused("event_status_is_known"):
        changed(event, status="forgotten")

    assert Event.objects.get().status == "recorded"


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        (
            "order_total_not_below_zero|order_returns_no_more_than_paid",
            {"total": -1, "returned": -1},
        ),
        ("order_returns_no_more_than_paid", {"returned": 4501}),
        ("order_returns_no_more_than_paid", {"returned": -1}),
        ("order_rate_above_zero", {"rate": Decimal(0)}),
    ],
)
def test_an_order_keeps_its_amounts_in_bounds(order, constraint, fields):
    """E-66, E-70."""
    with refused(constraint):
        changed(order, **fields)

    order.refresh_from_db()
    assert (order.total, order.returned, order.rate) == (4500, 0, Decimal(1))


def test_an_order_counts_once(order):
    """E-4."""
    with refused("order_counts_once"):
        copied(order)

    assert Order.objects.count() == 1
