"""Play: what a customer sees of every game, and does there, with no script at all."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from gamification.challenges.models import Attempt
from gamification.criteria.life.catalogue import live_definition
from gamification.stamps.models import Stamp
from gamification.stamps.tokens import Wanted, issue_token
from gamification.streaks.models import StreakPause
from loyalty.foundation.actors import job
from tests.portal.visiting import a_browser, asked, page_of, the_fields, the_seen
from tests.world.arcade import PARTS, came_by
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["play", "play/badges", "play/streaks", "play/levels", "play/boards"]
BYTES_MAX = 30_000
QUERIES_MAX = 12
BOARD_QUERIES_MAX = 13  # rows ahead and behind, names and ranks: one each


@pytest.fixture
def cafe():
    return a_program(parts=PARTS, at=timezone.now() - timedelta(days=60))


@pytest.fixture
def ada(cafe):
    ada = a_member(cafe, "ada", first_name="Ada", last_name="Lovelace")
    a_member(cafe, "grace", first_name="Grace", last_name="Hopper")
    came_by(cafe, days=1)
    return ada


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
            counts.append({name: asked(browser, page_of(cafe, name)) for name in PAGES})
            came_by(cafe, days=day)
            came_by(cafe, who="grace", days=day)

        boards = [each.pop("play/boards") for each in counts]
        assert counts[0] == counts[1]
        assert max(counts[0].values()) <= QUERIES_MAX, counts
        assert max(boards) <= BOARD_QUERIES_MAX, boards


class TestTheShelf:
    def test_shows_held_ones_first_and_how_to_get_the_others(self, cafe, ada):
        """U-54: what is missing stands as a bar with its words; a secret one is not named."""
        text = a_browser(ada).get(page_of(cafe, "play/badges")).text

        seen = the_seen(text)
        assert seen.index("First cup") < seen.index("Regular")
        assert "1 of 2 on your shelf" in seen
        assert "Regular Come by ten times. Not yet yours 1 of 10" in seen
        assert '<progress max="10" value="1" aria-label="Regular">' in text
        assert "Night owl" not in text

    def test_shows_the_way_to_the_next_level(self, cafe, ada):
        """U-54: a curve without a name of its own bears that of its points, never its slug."""
        seen = the_seen(a_browser(ada).get(page_of(cafe, "play/levels")).text)

        assert "Level 2 of 4 60 of 150; 90 more for level 3 Experience" in seen
        assert "Experience Level 2 of 4" in seen
        assert "barista" not in seen


class TestAChallenge:
    def test_is_joined_once_and_left(self, cafe, ada):
        """U-24, G-47: a second click is the first one; afterwards the page says what happened."""
        browser, address = a_browser(ada), page_of(cafe, "play/challenges/taster")
        before = browser.get(page_of(cafe, "play")).text
        form = the_fields(before, address) | {"deed": "join"}

        joined = [browser.post(address, form) for _ in range(2)]

        after = browser.get(joined[0]["Location"]).text
        assert "Prize: +60 Stars" in the_seen(before)
        assert [each["Location"] for each in joined] == [page_of(cafe, "play?done=joined")] * 2
        assert "You are in." in after
        assert "Under way" in after
        left = browser.post(address, the_fields(after, address) | {"deed": "leave"})
        assert "You have left." in browser.get(left["Location"]).text
        assert [row.state for row in Attempt.objects.all()] == ["abandoned"]

    def test_says_why_it_is_not_left(self, cafe, ada):
        """U-4: nobody leaves what they are not in; unknown ones and unknown deeds are not there."""
        browser, address = a_browser(ada), page_of(cafe, "play/challenges/taster")

        refused = browser.post(address, {"key": "k", "deed": "leave"})

        assert refused.status_code == 422
        assert "Nothing has changed." in refused.text
        assert browser.post(address, {"key": "k", "deed": "win"}).status_code == 404
        assert browser.post(f"{address}-2", {"key": "k", "deed": "join"}).status_code == 404
        assert Attempt.objects.count() == 0


class TestAStampCard:
    def test_shows_dots_and_words(self, cafe, ada):
        """U-54."""
        text = a_browser(ada).get(page_of(cafe, "play")).text

        dots = re.search(r'<ol class="dots" aria-hidden="true">(.*?)</ol>', text)[1]
        assert (dots.count("<li"), dots.count("filled")) == (10, 2)
        assert "2 of 10 stamps +60 Stars at stamp 10" in the_seen(text)

    def test_is_stamped_by_the_code_of_the_till_once(self, cafe, ada):
        """G-70: whoever has the code gets its stamps; sent again it is refused, with what was typed kept."""
        card = live_definition(cafe, "stamp_card", "coffee")
        made = issue_token(card=card, wanted=Wanted(), actor=job("till"), at=timezone.now())
        browser, address = a_browser(ada), page_of(cafe, "play/cards/coffee")

        kept = browser.post(address, {"key": "k", "token": made.token.upper()})
        again = browser.post(address, {"key": "other", "token": made.token})

        assert kept["Location"] == page_of(cafe, "play?done=stamped")
        assert "3 of 10 stamps" in the_seen(browser.get(kept["Location"]).text)
        assert again.status_code == 422
        assert f'value="{made.token}"' in again.text
        assert Stamp.objects.filter(member=ada, source="token").count() == 1


class TestAStreak:
    def test_shows_periods_and_freezes(self, cafe, ada):
        """U-54: each period a mark with its word."""
        text = a_browser(ada).get(page_of(cafe, "play/streaks")).text

        marks = re.search(r'<ol class="marks">(.*?)</ol>', text, re.DOTALL)[1]
        assert '<li class="done">' in marks
        assert re.search(r'<span class="unseen"><time[^>]+>[^<]+</time>: Done</span>', marks)
        assert "1 week in a row" in the_seen(text)
        assert "1 freeze in hand" in the_seen(text)

    def test_is_paused(self, cafe, ada):
        """G-61: on days to come; a day that is none, and one that has begun, are refused."""
        browser, address = a_browser(ada), page_of(cafe, "play/streaks/weekly")
        first = timezone.now().date() + timedelta(days=5)
        days = {"first": first.isoformat(), "last": (first + timedelta(days=2)).isoformat()}

        wrong = [
            browser.post(address, {"key": "a", "first": "soon", "last": "later"}),
            browser.post(address, {"key": "b", "first": "2026-01-01", "last": "2026-01-02"}),
        ]
        none = StreakPause.objects.count()
        kept = browser.post(address, {"key": "c", **days})

        assert [each.status_code for each in wrong] == [422, 422]
        assert "This is no day." in wrong[0].text
        assert none == 0
        assert kept["Location"] == page_of(cafe, "play/streaks?done=paused")
        assert StreakPause.objects.get().first == first
        assert "Paused:" in the_seen(browser.get(kept["Location"]).text)


def test_without_games_there_is_no_tab_and_a_kind_word():
    """U-4."""
    plain = a_program("plain")
    browser = a_browser(a_member(plain, "ada"))

    assert page_of(plain, "play") not in browser.get(page_of(plain, "me")).text
    assert "Nothing to take up just now." in browser.get(page_of(plain, "play")).text
    assert "No boards just now." in browser.get(page_of(plain, "play/boards")).text
