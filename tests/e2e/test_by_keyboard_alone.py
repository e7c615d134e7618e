"""By keyboard alone: without a pointer, without script, on a narrow screen, from right to left."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from loyalty.members.finding import members_by
from tests.world.ledger import moving, posted
from tests.world.portal import an_open_door, link_in, sent
from tests.world.rewards import a_reward

NARROW = {"width": 320, "height": 640}
PRESSES_MAX = 60


@pytest.fixture
def cafe(transactional_db):
    return an_open_door(parts={"rewards": [a_reward()]})


class Keys:
    """Somebody without a pointer."""

    def __init__(self, page):
        self.page = page

    def reach(self, target):
        """Tab until this has the focus."""
        for _ in range(PRESSES_MAX):
            self.page.keyboard.press("Tab")
            if target.evaluate("(each) => each === document.activeElement"):
                return self.page.keyboard
        raise AssertionError(f"{target} is not reached by keyboard")

    def press(self, target):
        self.reach(target).press("Enter")


def test_a_whole_life_by_keyboard_alone_without_script_at_320_pixels_from_right_to_left(
    visit, cafe
):
    """Section 8: joins, redeems, copies a code and signs out."""
    customer = visit(size="phone", language="fa", script=False)
    page, keys = customer.page, Keys(customer.page)
    page.set_viewport_size(NARROW)
    customer.to(f"/p/{cafe.slug}/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")

    keys.press(page.locator("a[href$='/join']").first)
    page.wait_for_url("**/join")
    keys.reach(page.locator("#email")).type("ada@example.org")
    keys.reach(page.locator("[name=terms]")).press("Space")
    keys.press(page.locator("form.card button.go"))
    page.wait_for_url("**/join?asked")
    customer.to(link_in(sent()[-1]))
    keys.press(page.locator("main button.go"))
    page.wait_for_url("**/?joined")

    (ada,) = members_by(program=cafe, email="ada@example.org")
    posted(moving(300, of=ada, occurred_at=timezone.now()), at=timezone.now())
    keys.press(page.locator("nav a[href$='/rewards']").first)
    keys.press(page.locator("a[href$='/rewards/coffee']").first)
    keys.press(page.locator("main button.go"))
    page.wait_for_url("**/mine/red_*")
    assert customer.overflow() <= 0
    code = page.locator(".code").first.inner_text()
    keys.reach(page.locator("input.to-copy")).press("Control+C")
    keys.press(page.locator(".foot button").first)
    page.wait_for_url("**/welcome*")
    keys.press(page.locator("a[href$='/join']").first)
    keys.reach(page.locator("#first_name")).press("Control+V")

    expect(page.locator("#first_name")).to_have_value(code)
