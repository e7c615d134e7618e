"""Setting aside: holds within a quote, at its price (E-77, E-78)."""

from datetime import timedelta

import pytest

from loyalty.checkout.keeping import QuoteUnknown
from loyalty.checkout.models import PointsPrice
from loyalty.checkout.setting_aside import (
    AboveShare,
    BelowMinimum,
    NotWholeBlocks,
    QuoteExpired,
    hold_for_purchase,
)
from loyalty.ledger.holding import Wish
from loyalty.ledger.refusals import InsufficientPoints
from loyalty.programs.refusals import ProgramPaused
from tests.world.checkout import TILL, a_basket, held_by, paying_order, quoted
from tests.world.earning import NOON, a_cafe
from tests.world.events import an_event, taken
from tests.world.ledger import a_hold, a_member, captured, parts_of, released
from tests.world.programs import STARS, XP, applied, currency_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def a_quote(points=3250, goods=4000):
    return quoted(a_member(a_cafe(), points=points), a_basket(goods))


def test_a_hold_within_the_quote_sets_points_aside():
    """E-77, E-78"""
    quote = a_quote()

    row = held_by(quote, 2000)

    assert (row.state, row.points, row.quote_id) == ("held", 2000, quote.pk)
    assert parts_of(quote.member) == (1250, 0, 2000, 0)


@pytest.mark.parametrize(
    ("points", "goods", "wanted", "refusal", "values"),
    [
        (499, 9900, 500, InsufficientPoints, {"wanted": 500, "available": 499}),
        (3250, 4000, 2100, AboveShare, {"most": 2000}),
        (3250, 4000, 1950, NotWholeBlocks, {"block": 100}),
        (3250, 4000, 400, BelowMinimum, {"minimum": 500}),
    ],
)
def test_a_hold_beyond_the_quote_is_refused(points, goods, wanted, refusal, values):
    """E-77: nothing moves."""
    quote = a_quote(points, goods)

    with pytest.raises(refusal) as refused:
        held_by(quote, wanted)

    assert refused.value.values == values
    assert parts_of(quote.member) == (points, 0, 0, 0)
    assert not PointsPrice.objects.exists()


def test_nothing_is_set_aside_while_the_programme_is_paused():
    """A quote of before holds no more, and a new one offers no points; nothing moves."""
    quote = a_quote()
    cafe = quote.member.program
    applied({"program": {"slug": cafe.slug, "paused": True}}, own=cafe)
    quote.member.program.refresh_from_db()

    with pytest.raises(ProgramPaused):
        held_by(quote, 2000)

    assert parts_of(quote.member) == (3250, 0, 0, 0)
    assert quoted(quote.member, a_basket(4000)).body["pay_with_points"] is None


def test_what_the_quote_holds_already_counts_towards_its_share():
    """E-77"""
    quote = a_quote()
    held_by(quote, 1500)

    with pytest.raises(AboveShare) as refused:
        held_by(quote, 600)

    assert refused.value.values == {"most": 500}
    assert held_by(quote, 500).points == 500


def test_what_was_released_no_longer_counts():
    """E-77"""
    quote = a_quote()
    released(held_by(quote, 1500), at=NOON)

    assert held_by(quote, 2000).points == 2000


def test_a_quote_that_has_ended_holds_nothing():
    """E-75"""
    quote = a_quote()

    with pytest.raises(QuoteExpired):
        held_by(quote, 2000, at=quote.expires_at)

    assert parts_of(quote.member) == (3250, 0, 0, 0)


def test_somebody_else_s_quote_is_unknown():
    """E-75, S-2"""
    quote = a_quote()
    grace = a_member(quote.program, "grace", points=3250)
    wish = Wish(purse=(grace.pk, currency_of(quote.program).pk), points=2000)

    with pytest.raises(QuoteUnknown):
        hold_for_purchase(
            program=quote.program, wish=wish, quote=quote.shown_id, actor=TILL, at=NOON
        )

    assert parts_of(grace) == (3250, 0, 0, 0)


def test_points_that_were_not_quoted_cannot_be_held_by_it():
    """E-77"""
    quote = a_quote()

    with pytest.raises(InsufficientPoints):
        held_by(quote, 500, currency="xp")


def test_a_hold_keeps_the_price_of_its_quote():
    """E-77, E-14: 1,000 points pay 10.00 as quoted, though a block pays half as much meanwhile."""
    quote = a_quote()
    cheaper = STARS | {"pay": STARS["pay"] | {"money_per_block": 50}}
    applied({"program": {"slug": quote.program.slug}, "currencies": [cheaper, XP]}, at=NOON)
    row = held_by(quote, 1000)

    price = PointsPrice.objects.get(pk=row.pk)

    assert (price.points_per_block, price.money_per_block, price.quote_id) == (100, 100, quote.pk)


def test_a_hold_without_a_quote_keeps_today_s_price():
    """E-64"""
    cafe = a_cafe()
    ada = a_member(cafe, points=3250)
    wish = Wish(purse=(ada.pk, currency_of(cafe).pk), points=30)

    row = hold_for_purchase(program=cafe, wish=wish, quote=None, actor=TILL, at=NOON)

    price = PointsPrice.objects.get(pk=row.pk)
    assert (price.points_per_block, price.money_per_block, price.quote_id) == (100, 100, None)


class TestCancelling:
    def test_a_cancelled_order_releases_what_is_still_held(self):
        """E-78"""
        quote = a_quote()
        held_by(quote, 2000)
        other = a_hold(quote.member, 100, at=NOON)
        cafe = quote.program
        paid = an_event("order.paid", source_id="1", data=paying_order(quote))
        gone = an_event("order.cancelled", source_id="2", data={"order_id": "order-1001"})

        _, outcome = taken(cafe, paid, gone)

        balances = outcome.answer["results"]["balances"]["stars"]
        assert (balances["available"], balances["held"]) == (3150, 100)
        assert parts_of(quote.member) == (3150, 0, 100, 0)
        other.refresh_from_db()
        assert other.state == "held"

    def test_what_was_captured_comes_back_by_the_cancellation(self):
        """E-64, E-78"""
        quote = a_quote()
        row = held_by(quote, 2000)
        from loyalty.ledger.reports.holds import order_key_of

        key = order_key_of(program=quote.program, order_id="order-1001")
        captured(row, key, at=NOON)
        paid = an_event("order.paid", source_id="1", data=paying_order(quote))
        gone = an_event("order.cancelled", source_id="2", data={"order_id": "order-1001"})

        taken(quote.program, paid, gone)

        assert parts_of(quote.member) == (3250, 0, 0, 0)
