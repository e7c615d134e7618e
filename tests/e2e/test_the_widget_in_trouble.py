"""The widget when something goes wrong around it: slow or failing tokens, a shop that rebuilds its page, a server that is away."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_the_widget import a_token, ada, opened, storefront
from tests.world.access import a_page

__all__ = ["ada", "storefront"]

ERRORS = "heard.filter((each) => each[0] === 'error').map((each) => each[1].code)"
BALANCE = ".balance .large"


def test_a_token_that_fails_is_tried_again_by_the_member(visit, storefront, ada):
    """U-72, U-73: the shop hears `error`, the member a sentence with a button; the next token shows the points."""
    address = storefront(token="await new Promise((_, no) => no())")
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)
    again = frame.get_by_role("button", name="Try again")

    expect(again).to_be_visible()
    assert shop.page.evaluate(ERRORS) == ["token_failed", "no_token"]
    shop.page.evaluate(f"widget.token = async () => {a_token(ada)}")
    again.click()

    expect(frame.locator(BALANCE).first).to_have_text("1,000")
    expect(again).to_be_hidden()


def test_a_token_that_is_no_good_is_asked_for_once_more_and_no_more(visit, storefront, ada):
    """U-72: a shop that hands out dead tokens is not asked for ever."""
    dead = a_token(ada)
    ada.epoch += 1
    ada.save(update_fields=["epoch"])
    address = storefront(token=dead)
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)

    expect(frame.get_by_role("button", name="Try again")).to_be_visible()
    shop.page.wait_for_timeout(500)

    assert shop.page.evaluate("heard.filter((each) => each === 'asked').length") == 2
    assert shop.page.evaluate(ERRORS) == ["token_refused"]
    shop.complaints.clear()  # the browser tells of each 401


def test_a_token_may_be_told_before_the_frame_is_there(visit, storefront, ada):
    """U-73: `setToken`, `setLang` and `open` are kept until the frame is ready."""
    address = storefront(more='mode="launcher"')
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)

    shop.page.evaluate(
        f"widget.token = null; widget.setToken({a_token(ada)}); widget.open('rewards')"
    )

    expect(frame.get_by_role("heading", level=1)).to_have_text("Rewards")
    frame.get_by_role("button", name="Close").click()
    expect(shop.page.locator("wafa-widget dialog")).to_be_hidden()


def test_a_renewed_token_leaves_what_is_being_typed(visit, storefront, ada):
    """U-4, U-72: the next token of the same member changes nothing on the page."""
    address = storefront(token=a_token(ada), more='page="me"')
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)
    frame.get_by_role("link", name="Rewards", exact=True).click()
    expect(frame.get_by_role("heading", level=1)).to_be_focused()
    shop.page.evaluate("widget.open('me/erase')")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Leave for good")
    shop.page.frames[1].evaluate("document.querySelector('h1').dataset.marked = 'yes'")

    shop.page.evaluate(f"widget.setToken({a_token(ada)})")
    shop.page.wait_for_timeout(300)
    kept = frame.locator("h1[data-marked]").count()
    shop.page.evaluate("widget.setToken(null)")

    assert kept == 1
    expect(frame.get_by_role("heading", level=1)).to_have_text("Corner Café says thank you.")


def test_a_shop_may_take_it_away_and_put_it_back(visit, storefront, ada):
    """U-70: as pages do that are put together by scripts; two of them on one page know nothing of each other."""
    address = storefront(
        token=a_token(ada),
        also='<wafa-widget program="corner-cafe" id="other" lang="fa" page="welcome"></wafa-widget>',
    )
    a_page(ada.program, origin=address)
    shop, frame = opened_first(visit, address)
    expect(frame.locator(BALANCE).first).to_have_text("1,000")

    shop.page.evaluate(
        "const place = document.createElement('main'); document.body.append(place); widget.remove(); place.append(widget)"
    )

    expect(frame.locator(BALANCE).first).to_have_text("1,000")
    shop.page.evaluate("widget.open('rewards')")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Rewards")
    other = shop.page.frame_locator("#other >> iframe")
    expect(other.locator("html")).to_have_attribute("dir", "rtl")
    assert "کافه" not in frame.locator("h1").inner_text()


def opened_first(visit, address):
    """The page with two widgets, and the frame of the first."""
    shop = visit()
    shop.page.goto(address)
    return shop, shop.page.frame_locator("wafa-widget:not([id]) >> iframe")


@pytest.mark.parametrize("mode", ["", 'mode="launcher"'])
def test_without_our_server_the_link_inside_leads_on(visit, storefront, ada, mode):
    """U-70, U-73: the frame stays silent; the element says so and shows what stands inside it."""
    address = storefront(token=a_token(ada), more=mode)
    a_page(ada.program, origin=address)
    shop = visit()
    shop.page.clock.install()
    shop.page.route("**/w/corner-cafe/**", lambda route: route.abort())
    shop.page.goto(address)
    if mode:
        shop.page.get_by_role("button", name="My points").click()
    shop.page.wait_for_function("document.querySelector('wafa-widget').frame")

    shop.page.clock.fast_forward(11_000)

    expect(shop.page.locator("wafa-widget iframe")).to_be_hidden()
    assert shop.page.evaluate(ERRORS) == ["not_reached"]
    shown = "widget.slotted.assignedNodes()[0].textContent + widget.slotted.hidden"
    assert shop.page.evaluate(shown) == "My pointsfalse"
    shop.complaints.clear()  # the browser tells of the frame
