"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows."""

from datetime import timedelta

import pytest
from django.db import connection

from loyalty.checkout.keeping import prune
from loyalty.checkout.models import PointsPrice, Quote, QuoteUse
from tests.world.checkout import a_basket, held_by, paying_order, quoted
from tests.world.earning import NOON, a_cafe
from tests.world.events import an_event, taken
from tests.world.ledger import a_member
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quote():
    """Ada's quote, by which points are held and an order is judged."""
    row = quoted(a_member(a_cafe(), points=3250), a_basket(4000))
    held_by(row, 1000)
    taken(row.program, an_event("order.paid", data=paying_order(row)))
    return row


def test_a_quote_never_changes(quote):
    """E-75: the trigger refuses what no rule offers."""
    with refused("quote_is_never_changed"):
        changed(quote, total=1)
    with refused("quote_is_never_changed"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE loyalty_quote CASCADE")

    assert Quote.objects.get().total == 4000


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("quote_ends_after_its_start", {"expires_at": NOON}),
        ("quote_total_not_below_zero", {"total": -1}),
    ],
)
def test_a_quote_is_whole(quote, constraint, fields):
    """E-75"""
    with refused(constraint):
        copied(quote, **fields)


def test_an_order_names_one_quote_for_ever(quote):
    """E-75"""
    use = QuoteUse.objects.get()

    with refused("quote_use_is_one_per_order"):
        copied(use)
    with refused("quote_use_is_never_changed"):
        changed(use, missed="lines")
    with refused("quote_use_is_never_changed"):
        QuoteUse.objects.all().delete()


def test_a_price_is_one_and_stays(quote):
    """E-64, E-77"""
    price = PointsPrice.objects.get()

    with refused("points_price_pays_something"):
        PointsPrice.objects.create(
            hold_id=quote.pk, program=quote.program, points_per_block=0, money_per_block=1
        )
    with refused("points_price_is_never_changed"):
        changed(price, money_per_block=1)
    with refused("points_price_is_never_changed"):
        PointsPrice.objects.all().delete()


def test_quotes_that_nobody_relied_on_go_after_thirty_days(quote):
    """E-75: those that an order named or a hold was priced by stay."""
    idle = quoted(quote.member, a_basket(1000))
    ends = idle.expires_at + timedelta(days=30)

    assert prune(at=ends) == 0
    assert prune(at=ends + timedelta(seconds=1)) == 1

    assert list(Quote.objects.values_list("pk", flat=True)) == [quote.pk]
