"""The page of an event: what was told, what it brought or took back, and why, as a clerk reads it."""

import pytest

from loyalty.events.models import Event
from loyalty.ledger.models import Entry
from tests.loyalty.events.test_returns import a_return
from tests.world.access import a_staff
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken
from tests.world.ledger import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    cafe = a_cafe(a_rule(unlock={"after": "P14D", "from": "event"}))
    a_member(cafe, "ada", points=100)
    return cafe


def page_of(cafe, kind, *, language="en"):
    event = Event.objects.get(type=kind)
    answer = a_staff(cafe).get(
        f"/admin/loyalty/event/{event.pk}/change/", headers={"Accept-Language": language}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_says_of_a_return_what_came_back_and_what_to_refund(cafe):
    """E-65: per line and together, and what became of the points; no slugs, no codes."""
    taken(cafe, an_order(total=6000), a_return("r", amount=2000))

    page = page_of(cafe, "order.returned")

    for told in (
        "What came back of the order",
        "20.00 EUR",
        "Taken from what was pending",
        "Stars",
    ):
        assert told in page
    assert "No rule looks at events" not in page


def test_says_that_a_return_waits_for_its_order(cafe):
    """E-67."""
    taken(cafe, a_return("r", amount=2000))

    page = page_of(cafe, "order.returned")

    assert "It waits for its order" in page
    assert "waits_for_order" not in page


def test_names_rules_and_currencies(cafe):
    """E-50: the rule by its name, the currency by its name, dates as people write them."""
    taken(cafe, an_order(total=6000))

    page = page_of(cafe, "order.paid")

    for told in (
        "Purchases",
        "Stars",
        "An order is paid",
        "4 December 2026",
        "1 point for each 1.00 EUR",
    ):
        assert told in page
    assert "2026-12-04" not in page


def test_an_entry_leads_to_its_event_and_rule(cafe):
    """L-61: its own page says when its points end, without an instant of machines."""
    taken(cafe, an_order(total=6000), at=NOON)
    entry = Entry.objects.get(event_id__isnull=False)

    page = a_staff(cafe).get(f"/admin/loyalty/entry/{entry.pk}/change/").content.decode()

    assert f"/admin/loyalty/event/{entry.event_id}/change/" in page
    assert f"/admin/loyalty/earningrule/{entry.rule_id}/change/" in page
    assert "it ends at 1 January 2028" in page
    assert "2027-12-31T" not in page
