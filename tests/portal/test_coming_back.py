"""Coming back: an ended session says so and leads on to where somebody wanted to go; a planted one is worth nothing."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.entry.links import link_for
from portal.entry.models import PortalSession, TicketKind
from portal.entry.staying import IDLE_MAX
from portal.entry.wanted import COOKIE
from portal.pages.base import COOKIE as SESSION_COOKIE
from tests.portal.visiting import a_browser, page_of
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe)


class TestComingBack:
    """S-17, U-4: an ended session says so, leads in again, and on to where somebody wanted to go."""

    @pytest.fixture
    def over(self, cafe, ada):
        """Ada's browser, half an hour after her last look."""
        browser = a_browser(ada)
        PortalSession.objects.update(seen_at=timezone.now() - IDLE_MAX)
        return browser

    def test_an_ended_session_says_so_in_words(self, cafe, over):
        """And nothing of it stays in the browser: the next page is the guests' one."""
        told = over.get(page_of(cafe, "rewards"))

        page = over.get(told["Location"])

        assert told["Location"] == page_of(cafe, "ended")
        assert "You were signed out" in page.text
        assert page["Clear-Site-Data"] == '"cache", "storage"'
        assert over.get(page_of(cafe, "rewards"))["Location"] == page_of(cafe, "welcome")

    @pytest.mark.parametrize(
        ("opened", "leads_to"),
        [
            ("statement?kind=spent", "statement?kind=spent"),
            ("statement.csv", ""),  # a file is no place to come back to
            ("", ""),
        ],
    )
    def test_whoever_comes_in_again_goes_on_where_they_wanted_to(
        self, cafe, ada, over, opened, leads_to
    ):
        """Once: the next entry leads home."""
        over.get(page_of(cafe, opened))

        entries = [over.get(link_for(ada, kind=TicketKind.STOREFRONT)) for _ in range(2)]

        assert [each["Location"] for each in entries] == [
            page_of(cafe, leads_to),
            page_of(cafe, ""),
        ]

    @pytest.mark.parametrize(
        "told",
        [
            "https://evil.example/",
            "//evil.example/p/corner-cafe/",
            "/p/other/me",
            "/p/corner-cafe/../../admin/",
            "/p/corner-cafe/\\evil.example",
            "/p/corner-cafe/\r\nSet-Cookie: a=b",
            "/p/corner-cafe/" + "x" * 500,
        ],
    )
    def test_a_cookie_that_we_did_not_set_leads_nowhere(self, cafe, ada, told):
        """S-46: no page but this programme's."""
        browser = Client()
        browser.cookies[COOKIE] = told

        answer = browser.get(link_for(ada, kind=TicketKind.STOREFRONT))

        assert answer["Location"] == page_of(cafe, "")

    def test_what_only_a_script_asked_for_is_not_wanted(self, cafe, over):
        over.get(page_of(cafe, "card"), headers={"Sec-Fetch-Mode": "cors"})

        assert COOKIE not in over.cookies

    def test_a_session_that_somebody_planted_is_worth_nothing(self, cafe, ada):
        """S-17: fixation. Coming in makes a session of its own; the planted cookie opens nothing before or after."""
        browser = Client()
        browser.cookies[SESSION_COOKIE] = "planted-by-somebody-else"
        before = browser.get(page_of(cafe, ""))

        browser.get(link_for(ada, kind=TicketKind.STOREFRONT))

        own = browser.cookies[SESSION_COOKIE].value
        assert before["Location"] == page_of(cafe, "ended")
        assert browser.get(page_of(cafe, "")).status_code == 200
        assert own != "planted-by-somebody-else"
        thief = Client()
        thief.cookies[SESSION_COOKIE] = "planted-by-somebody-else"
        assert thief.get(page_of(cafe, ""))["Location"] == page_of(cafe, "ended")
