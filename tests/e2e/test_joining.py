"""Guests in a browser: a stranger who joins by keyboard, without script."""

import pytest
from playwright.sync_api import expect

from loyalty.members.models import Member
from tests.world.members import a_member
from tests.world.portal import ADA, an_open_door, link_in, sent

QUESTION = {"question": {"en": "Is it free?"}, "answer": {"en": "It is."}}


@pytest.fixture
def cafe(transactional_db):
    """Takes people in, asks for all that may be asked for, and has friends invited."""
    return an_open_door(
        parts={"referral_plan": {"slug": "friends"}},
        portal={"joining": True, "birthday": True, "questions": [QUESTION]},
    )


def test_a_stranger_joins_by_keyboard_without_script(visit, cafe):
    """U-50, S-15: from right to left, on a phone; a box by the space bar, a form by Enter."""
    guest = visit(size="phone", language="fa", script=False)
    page = guest.page
    guest.to(f"/p/{cafe.slug}/join")

    _tabbed_to(page, "input[name=email]")
    page.keyboard.type(ADA)
    _tabbed_to(page, "input[name=terms]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_be_visible()
    guest.to(link_in(sent()[0]))
    _tabbed_to(page, "main button")
    page.keyboard.press("Enter")

    expect(page.locator("[role=status]")).to_be_visible()
    assert Member.objects.get().locale == "fa"


def test_a_member_comes_in_by_a_mailed_link(visit, cafe):
    """S-15, S-17: the button of the page whose address holds the secret, which no other page hears of."""
    a_member(cafe, email=ADA)
    guest = visit(size="phone")
    page = guest.page
    guest.to(f"/p/{cafe.slug}/enter/mail")
    page.get_by_label("Your e-mail address").fill(ADA)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.locator("[role=status]")).to_be_visible()
    told = []
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))

    guest.to(link_in(sent()[0]))
    page.get_by_role("button", name="See my points").click()

    page.wait_for_url(f"**/p/{cafe.slug}/")
    assert not [each for each in told if "ticket" in each]


def _tabbed_to(page, selector):
    """Tab until this has the focus."""
    wanted = page.locator(selector)
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("(each) => each === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")
