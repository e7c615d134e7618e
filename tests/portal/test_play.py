"""Play: what a customer sees of every game, and does there, with no script at all."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.portal.visiting import a_browser, page_of
from tests.world.arcade import PARTS, came_by
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["play", "play/badges", "play/streaks", "play/levels", "play/boards"]
BYTES_MAX = 30_000
QUERIES_MAX = 12
BOARD_QUERIES_MAX = 20


@pytest.fixture
def cafe():
    return a_program(parts=PARTS, at=timezone.now() - timedelta(days=60))


@pytest.fixture
def ada(cafe):
    ada = a_member(cafe, "ada", first_name="Ada", last_name="Lovelace")
    a_member(cafe, "grace", first_name="Grace", last_name="Hopper")
    came_by(cafe, days=1)
    return ada


def the_fields(text, action):
    """The hidden key of the form with this action."""
    form = re.search(rf'<form[^>]+action="{re.escape(action)}".*?</form>', text, re.DOTALL)[0]
    return {"key": re.search(r'name="key" value="([^"]+)"', form)[1]}


def the_seen(text):
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


class TestLooking:
    @pytest.mark.parametrize("language", ["en", "ar", "fa", "uk"])
    def test_each_page_in_each_language(self, cafe, ada, language):
        """U-7, U-50, U-51: one h1, the direction, no inline style or script, few bytes, under Play in the navigation."""
        browser = a_browser(ada, language=language)
        direction = "rtl" if language in {"ar", "fa"} else "ltr"
        for name in PAGES:
            answer = browser.get(page_of(cafe, name))

            text = answer.text
            assert answer.status_code == 200, name
            assert f'<html lang="{language}" dir="{direction}">' in text, name
            assert text.count("<h1") == 1, name
            assert not re.search(r"\sstyle=|<script(?![^>]+src=)|\son\w+=", text), name
            assert re.search(rf'href="{page_of(cafe, "play")}" aria-current="page"', text), name
            assert len(answer.content) <= BYTES_MAX

    def test_costs_the_same_however_much_was_played(self, cafe, ada):
        """U-51."""
        browser, counts = a_browser(ada), []
        for day in (2, 9):
            counts.append({name: _asked(browser, page_of(cafe, name)) for name in PAGES})
            came_by(cafe, days=day)
            came_by(cafe, who="grace", days=day)

        boards = [each.pop("play/boards") for each in counts]
        assert counts[0] == counts[1]
        assert max(counts[0].values()) <= QUERIES_MAX, counts
        assert max(boards) <= BOARD_QUERIES_MAX, boards


def _asked(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)
