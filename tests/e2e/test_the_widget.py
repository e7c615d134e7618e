"""The widget in a storefront's page of another origin: seen, spoken with, renewed, and kept out elsewhere."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from loyalty.access import tokens
from tests.world.access import a_page
from tests.world.rewards import a_cafe, a_guest, a_reward

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<script src="{wafa}/widget/v1.js" async></script></head><body><h1>Shop</h1><output>?</output>
<wafa-widget program="corner-cafe" {more}>My points</wafa-widget>{also}
<script>
  const widget = document.querySelector("wafa-widget"), heard = [];
  widget.token = async () => {{ heard.push("asked"); return {token}; }};
  for (const name of ["ready", "navigate", "points-changed", "reward-redeemed", "token-needed", "close", "error"])
    addEventListener("wafa:" + name, (event) => heard.push([name, event.detail]));
  addEventListener("wafa:points-changed", (event) => {{ document.querySelector("output").textContent = event.detail.available; }});
</script></body></html>"""


@pytest.fixture
def storefront(live_server):
    """A server of its own on a port of its own, which is another origin: `storefront(token=…, more=…)`."""
    told = {}

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self):
            body = PAGE.format(wafa=live_server.url, **told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            # A strict shop: no inline style, and frames of ours alone.
            self.send_header(
                "Content-Security-Policy", f"style-src 'none'; frame-src {live_server.url}"
            )
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(*, token="null", more="", also=""):  # noqa: S107 (nobody)
        told.update(token=token, more=more, also=also)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield serve
    server.shutdown()
    server.server_close()


@pytest.fixture
def ada(transactional_db):
    cafe = a_cafe(a_reward(), when=timezone.now() - timedelta(days=400))
    return a_guest(cafe, 1000, when=timezone.now() - timedelta(days=1))


def a_token(member, *, life=timedelta(minutes=15)):
    issued = tokens.issue(
        program_id=member.program_id, member_id=member.pk, epoch=0, at=timezone.now(), life=life
    )
    return f'"{issued.token}"'


def opened(visit, address, *, size="desktop"):
    shop = visit(size=size)
    shop.page.goto(address)
    return shop, shop.page.frame_locator("wafa-widget iframe")


def test_a_reward_is_taken_inside_a_shops_page(visit, storefront, ada, size):
    """U-70 to U-73: points seen by the shop, a reward taken, told as events; no cookie, nothing stored."""
    address = storefront(token=a_token(ada))
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address, size=size)

    expect(shop.page.locator("output")).to_have_text("1000")
    frame.get_by_role("link", name="Rewards", exact=True).click()
    expect(frame.locator("h1")).to_have_text("Rewards")
    frame.get_by_role("link", name="Free coffee").click()
    frame.get_by_role("button", name="Take it for 100").click()

    expect(frame.locator(".code").first).to_be_visible()
    expect(shop.page.locator("output")).to_have_text("900")
    heard = shop.page.evaluate("heard.map((each) => each[0])")
    assert "reward-redeemed" in heard
    assert shop.page.context.cookies() == []
    assert shop.overflow() <= 0


def test_guests_see_what_it_is(visit, storefront, ada):
    """U-70: without a token the welcome."""
    address = storefront()
    a_page(ada.program, origin=address)
    _shop, frame = opened(visit, address)

    expect(frame.get_by_role("heading", level=1)).to_have_text("Corner Café says thank you.")


def test_a_token_is_renewed_before_its_end(visit, storefront, ada):
    """U-72: the frame asks a minute before; here that is at once."""
    address = storefront(token=a_token(ada, life=timedelta(seconds=61)))
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)
    expect(frame.locator(".large").first).to_have_text("1,000")

    shop.page.wait_for_function("heard.filter((each) => each === 'asked').length > 1")


def test_speaks_the_language_it_is_told_and_opens_the_page_it_is_told(visit, storefront, ada):
    """U-61, U-73: attribute and methods."""
    address = storefront(token=a_token(ada), more='lang="fa" page="rewards"')
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)

    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(frame.locator("h1")).to_have_text("جایزه‌ها")
    shop.page.evaluate("widget.setLang('en')")
    expect(frame.locator("h1")).to_have_text("Rewards")
    shop.page.evaluate("widget.open('tiers')")
    expect(frame.locator("h1")).to_have_text("Tiers")


def test_a_launcher_holds_the_focus_and_gives_it_back(visit, storefront, ada):
    """U-74: Escape closes, inside and outside; the button has the focus again."""
    address = storefront(token=a_token(ada), more='mode="launcher" label="My points"')
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address, size="phone")
    button = shop.page.get_by_role("button", name="My points")

    button.press("Enter")
    expect(frame.locator(".large").first).to_have_text("1,000")
    frame.get_by_role("link", name="Rewards", exact=True).focus()
    shop.page.keyboard.press("Escape")

    expect(shop.page.locator("wafa-widget dialog")).to_be_hidden()
    expect(button).to_be_focused()


def test_forged_messages_are_not_heard(visit, storefront, ada):
    """S-48: another origin, another source, another shape."""
    address = storefront(token=a_token(ada))
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)
    expect(frame.locator(".large").first).to_have_text("1,000")

    shop.page.evaluate(
        """() => {
            postMessage({ wafa: 1, type: "points-changed", available: 7 }, "*");
            const frame = widget.frame.contentWindow;
            for (const told of [null, "set-lang", { wafa: 2, type: "set-lang", lang: "ar" }, { wafa: 1, type: "toString" },
                                { wafa: 1, type: "open", page: "https://evil.example/" }, { wafa: 1, type: "set-lang", lang: "x" }])
                frame.postMessage(told, "*");
        }"""
    )
    shop.page.wait_for_timeout(300)

    expect(shop.page.locator("output")).to_have_text("1000")
    expect(frame.locator("html")).to_have_attribute("lang", "en")


def test_reads_well(visit, storefront, ada):
    """U-52: axe, inside the frame too."""
    address = storefront(token=a_token(ada))
    a_page(ada.program, origin=address)
    shop, frame = opened(visit, address)
    expect(frame.locator(".large").first).to_have_text("1,000")

    assert [
        each for each in shop.stumbles() if "region" not in each and "landmark" not in each
    ] == []
