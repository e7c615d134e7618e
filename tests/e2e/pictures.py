"""`make pictures`: the pictures of the README, made anew from the pages as they are. Not a test: the suite leaves it out."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from loyalty.earning.models import EarningRule
from loyalty.foundation.actors import job
from loyalty.programs.opening import Opening, open_program
from portal.entry.links import link_for
from portal.entry.models import TicketKind
from tests.e2e.test_every_staff_page import _sign_in
from tests.e2e.test_the_widget import a_token, storefront
from tests.world.access import a_page, a_staff
from tests.world.events import an_order, taken
from tests.world.ledger import moving, posted
from tests.world.members import a_member
from tests.world.rewards import got

__all__ = ["storefront"]
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
HEIGHT_MAX = 900
COFFEE = [{"sku": "ESP-1", "quantity": 2, "amount": 4500, "categories": ["coffee"]}]


@pytest.fixture
def ada(transactional_db):
    """A member of the sample café with half a year behind her."""
    now = timezone.now()
    opening = Opening(
        slug="corner-cafe", name="Café Wafa", zone="Europe/Kyiv", currency="EUR", preset="cafe"
    )
    cafe, _is_new = open_program(
        opening=opening, actor=job("pictures"), at=now - timedelta(days=200)
    )
    ada = a_member(
        cafe, "ada", at=now - timedelta(days=190), first_name="Ada", last_name="Lovelace"
    )
    posted(moving(640, of=ada, occurred_at=now - timedelta(days=80)), at=now - timedelta(days=80))
    for number, days in enumerate((30, 16, 9, 2)):
        paid_at = now - timedelta(days=days)
        order = an_order(f"order-{number}", at=paid_at, total=4500, lines=COFFEE)
        taken(cafe, order, at=now)
    got(ada, "free-coffee", when=now)
    return ada


def kept(page, name):
    """The page from its top, as much as a reader sees at once."""
    page.evaluate("document.fonts.ready.then(() => 1)")
    width = page.viewport_size["width"]
    height = min(page.evaluate("document.documentElement.scrollHeight"), HEIGHT_MAX)
    page.set_viewport_size({"width": width, "height": height})  # what is fixed stands at its end
    page.screenshot(path=FOLDER / f"{name}.png")


@pytest.mark.parametrize(
    ("language", "name"), [("en", "the-portal-in-english"), ("fa", "the-portal-in-persian")]
)
def test_the_portal(visit, ada, language, name):
    """A customer's points on a phone."""
    customer = visit(size="phone", language=language)
    customer.to(link_for(ada, kind=TicketKind.STOREFRONT))
    kept(customer.page, name)


def test_the_widget(visit, storefront, ada):
    """The same pages in a shop's own."""
    address = storefront(token=a_token(ada))
    a_page(ada.program, origin=address)
    shop = visit(size="phone")
    shop.page.goto(address)
    frame = shop.page.frame_locator("wafa-widget iframe")
    expect(frame.locator(".large").first).to_be_visible()
    kept(shop.page, "the-widget-in-a-shop")


def test_the_admin(visit, ada):
    """A rule in the editor, and all about one member."""
    staff = visit()
    _sign_in(staff, a_staff(ada.program))
    rule = EarningRule.objects.get(program=ada.program, slug="double-tuesday")
    staff.to(f"/admin/loyalty/earningrule/{rule.pk}/change/")
    staff.page.get_by_role("link", name="Write a new revision").click()
    staff.page.wait_for_load_state()
    kept(staff.page, "the-rule-editor")
    staff.to(f"/admin/loyalty/member/{ada.pk}/change/")
    kept(staff.page, "a-member-in-the-admin")
