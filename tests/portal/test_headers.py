"""Every address of the portal and of the frame has the headers of its surface, and shows what people wrote as text."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal import urls
from tests.portal.visiting import a_browser, a_frame, page_of
from tests.world.access import a_page
from tests.world.rewards import a_cafe, a_guest, a_reward

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = timezone.now() - timedelta(days=1)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "{{ 7|add:7 }}",
    "{% load i18n %}", "javascript:alert(1)", "' onmouseover='alert(1)", "</title><script>", "%(name)s {0}", "[a](javascript:x)",
]  # fmt: skip
REFERRERS = ("strict-origin-when-cross-origin", "strict-origin", "no-referrer")
ALIVE = ["<script>", "<img src=x", "<svg onload", "' onmouseover", 'href="javascript']
PLACES = {"program": "corner-cafe", "rest": "nowhere", "digest": "x"}


@pytest.fixture
def cafe():
    evil = [
        a_reward(f"evil-{n}", name={"en": text}, text={"en": text}, small_print={"en": text})
        for n, text in enumerate(PAYLOADS)
    ]
    return a_cafe(*evil, when=YESTERDAY - timedelta(days=400))


def addresses(prefix):
    for each in urls.urlpatterns:
        told = str(each.pattern)
        for part in ("<slug:program>", "<slug:digest>", "<path:rest>"):
            told = told.replace(part, PLACES[part.strip("<>").split(":")[1]])
        while "<" in told:
            head, _mark, rest = told.partition("<")
            told = head + "x" + rest.partition(">")[2]
        yield f"/{prefix}/{told}"


def test_every_answer_has_the_headers_of_its_surface(cafe):
    """S-44, S-45: exactly the table or less, to guests and members, whatever the status."""
    ada = a_guest(cafe, 1000, when=YESTERDAY)
    a_page(cafe, origin="https://shop.example")
    seen = set()
    for prefix, framers, browsers in (
        ("p", "'none'; manifest-src 'self'", (Client(), a_browser(ada))),
        ("w", "https://shop.example", (Client(), a_frame(ada))),
    ):
        for address in addresses(prefix):
            for browser in browsers:
                answer = browser.get(address)
                seen.add(answer.status_code)
                policy = answer["Content-Security-Policy"]
                assert answer.status_code < 500, address
                # A page of last resort, such as of an address that is no page, runs no script at all.
                last_resort = "script-src 'none'" in policy and "frame-ancestors 'none'" in policy
                assert last_resort or policy in {POLICY + framers, POLICY + "'none'"}, address
                assert answer["X-Content-Type-Options"] == "nosniff", address
                assert answer["Referrer-Policy"] in REFERRERS, address
    assert {200, 302, 404, 405} <= seen


def test_what_staff_wrote_is_text(cafe):
    """S-46: names, texts and small print of rewards."""
    ada = a_guest(cafe, 1000, when=YESTERDAY)
    browser = a_browser(ada)
    for name in ("", "rewards", *(f"rewards/evil-{n}" for n in range(len(PAYLOADS)))):
        text = browser.get(page_of(cafe, name)).text
        assert [each for each in ALIVE if each in text] == [], name
    assert "{{ 7|add:7 }}" in browser.get(page_of(cafe, "rewards/evil-3")).text
