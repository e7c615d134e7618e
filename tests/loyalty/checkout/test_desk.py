"""Quotes in the admin: what was offered, and who relied on it (S-21, E-75)."""

import pytest

from loyalty.events.models import Event
from loyalty.ledger.models import Hold
from tests.world.access import a_staff
from tests.world.checkout import a_basket, held_by, paying_order, quoted
from tests.world.earning import a_cafe
from tests.world.events import an_event, taken
from tests.world.ledger import a_member

pytestmark = pytest.mark.django_db


def test_a_quote_tells_what_was_offered_and_who_relied_on_it():
    """E-75, E-77"""
    cafe = a_cafe()
    quote = quoted(a_member(cafe, points=3250), a_basket(4000, lines=[("ESP-1", 4000)]), use=5000)
    held_by(quote, 2000)
    taken(cafe, an_event("order.paid", data=paying_order(quote)))
    staff = a_staff(cafe)

    listed = staff.get("/admin/loyalty/quote/").content.decode()
    page = staff.get(f"/admin/loyalty/quote/{quote.pk}/change/").content.decode()

    assert quote.shown_id in listed
    assert "2000 points = 20.00 EUR" in page
    assert "Points may pay at most 50 % of the goods: 2000 points." in page
    assert f"/admin/loyalty/event/{Event.objects.get().pk}/change/" in page
    assert f"/admin/loyalty/hold/{Hold.objects.get().pk}/change/" in page


def test_order_and_hold_lead_to_their_quote():
    """E-75"""
    cafe = a_cafe()
    quote = quoted(a_member(cafe, points=3250), a_basket(4000))
    held_by(quote, 2000)
    taken(cafe, an_event("order.paid", data=paying_order(quote)))
    staff, link = a_staff(cafe), f"/admin/loyalty/quote/{quote.pk}/change/"

    event = staff.get(f"/admin/loyalty/event/{Event.objects.get().pk}/change/")
    hold = staff.get(f"/admin/loyalty/hold/{Hold.objects.get().pk}/change/")

    assert link in event.content.decode()
    assert link in hold.content.decode()


def test_other_programmes_quotes_are_not_seen():
    """S-2"""
    quote = quoted(a_member(a_cafe(), points=3250), a_basket(4000))
    elsewhere = a_staff(a_cafe(slug="other-cafe"))

    assert elsewhere.get(f"/admin/loyalty/quote/{quote.pk}/change/").status_code in {302, 403, 404}
