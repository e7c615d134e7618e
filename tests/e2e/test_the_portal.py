"""Customers in a browser: each page, four languages, phone and desktop; and a reward taken by keyboard alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.entry.links import link_for
from portal.entry.models import TicketKind
from tests.world.rewards import a_cafe, a_guest, a_reward, got

PAGES = ["", "rewards", "rewards/coffee", "rewards/feast", "mine", "tiers", "statement"]


@pytest.fixture
def ada(transactional_db):
    """A member with points, a code, and something to look forward to."""
    long_ago = timezone.now() - timedelta(days=400)
    cafe = a_cafe(a_reward(), a_reward("feast", price=5000), ladder=True, when=long_ago)
    ada = a_guest(cafe, 1000, when=timezone.now() - timedelta(days=1))
    ada.code = got(ada, when=timezone.now()).redemption
    return ada


def come_in(visitor, member):
    visitor.to(link_for(member, kind=TicketKind.STOREFRONT))


def test_every_page_reads_well_everywhere(visit, ada, size, language):
    """U-5, U-52: no complaint, no sideways scrolling, no violation."""
    customer = visit(size=size, language=language)
    come_in(customer, ada)

    for name in [*PAGES, f"mine/{ada.code.shown_id}", "welcome"]:
        answer = customer.to(f"/p/{ada.program.slug}/{name}")
        assert answer.status == 200, name
        assert customer.overflow() <= 0, name
        assert customer.stumbles() == [], name


def test_a_reward_is_taken_by_keyboard_alone(visit, ada):
    """U-52: from the points to the code without a pointer."""
    customer = visit(size="phone")
    come_in(customer, ada)
    page = customer.page

    _press_until(page, "Rewards")
    page.wait_for_url("**/rewards")
    _press_until(page, "Free coffee")
    page.wait_for_url("**/rewards/coffee")
    _press_until(page, "Take it for 100")

    page.wait_for_url("**/mine/red_*")
    expect(page.locator(".code").first).to_be_visible()


def _press_until(page, name):
    """Tab until what bears this name has the focus, and press it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by keyboard")
