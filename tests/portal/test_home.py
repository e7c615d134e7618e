"""The first page leads on: to the dates of points, to the entries behind them, and to what can be done next."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.portal.visiting import a_browser, asked, page_of, the_seen
from tests.world.ledger import moving, posted
from tests.world.rewards import a_cafe, a_guest, a_reward

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = timezone.now() - timedelta(days=1)


@pytest.fixture
def cafe():
    return a_cafe(a_reward(), when=YESTERDAY - timedelta(days=400))


class TestDates:
    def test_of_points_lead_to_the_entries_that_they_came_with(self, cafe):
        """U-1: what ends → its date → the entry; one statement for any number of lots."""
        ada, ends = a_guest(cafe, 0, when=YESTERDAY), timezone.now() + timedelta(days=20)
        for points in (30, 20, 10, 9, 8, 7):
            posted(moving(points, of=ada, ends=ends, occurred_at=YESTERDAY), at=YESTERDAY)
        browser = a_browser(ada)
        home, page = page_of(cafe, ""), page_of(cafe, "statement")
        assert f'href="{page}#coming"' in browser.get(home).text

        text = browser.get(page).text

        coming = re.search(r'id="coming".*?</section>', text, re.DOTALL)[0]
        lines = re.findall(r'href="([^"]+/statement/ent_\w+)"', coming)
        assert "84 Stars" in the_seen(coming)
        assert "and 1 more time" in the_seen(coming)
        assert len(lines) == 5
        assert "30 Stars earned." in the_seen(browser.get(lines[0]).text)

    def test_cost_the_same_for_one_and_for_many(self, cafe):
        """U-51."""
        ada, counts = a_guest(cafe, 10, when=YESTERDAY), []
        browser = a_browser(ada)
        for _ in range(2):
            counts.append(asked(browser, page_of(cafe, "statement")))
            for days in range(5):
                ends = timezone.now() + timedelta(days=30 + days)
                posted(moving(7, of=ada, ends=ends, occurred_at=YESTERDAY), at=YESTERDAY)

        assert counts[0] == counts[1]
        assert counts[0] <= 12


class TestNextSteps:
    def test_are_one_to_three_and_fit_the_member(self, cafe):
        """U-6: links, and nothing that counts down."""
        rich, fresh = a_guest(cafe, 500, when=YESTERDAY), a_guest(cafe, 0, name="grace")

        texts = [the_seen(a_browser(each).get(page_of(cafe, "")).text) for each in (rich, fresh)]

        assert ["Choose a reward" in text for text in texts] == [True, False]
        assert ["See how points come" in text for text in texts] == [False, True]


class TestPagesForGuests:
    def test_name_themselves_in_each_language(self, cafe):
        """U-61: an address for readers of one language, whatever the browser says."""
        browser = Client(headers={"accept-language": "en"})
        text = browser.get(page_of(cafe, "welcome")).text
        named = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', text))

        assert sorted(named) == ["ar", "en", "fa", "uk", "x-default"]
        assert all(each.startswith(settings.WAFA_BASE_URL) for each in named.values())
        for language in ("ar", "en", "fa", "uk"):
            assert f'<html lang="{language}"' in browser.get(named[language]).text
        assert '<html lang="en"' in browser.get(f"{named['x-default']}?language=xx").text

    def test_can_be_installed(self, cafe):
        """U-56: pictures of 192 and 512 pixels, one of them to be cut to a shape."""
        told = Client().get(page_of(cafe, "manifest.webmanifest")).json()["icons"]

        assert [(each["sizes"], each["purpose"]) for each in told] == [
            ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")
        ]  # fmt: skip
