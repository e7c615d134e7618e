"""Boards on the pages of play: who is seen and how; and the switches of games."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gamification.criteria.models import PlaySetting
from gamification.leaderboards.models import Visibility
from loyalty.members.models import Member
from tests.portal.visiting import a_browser, page_of, the_seen
from tests.world.arcade import PARTS, came_by
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["play", "play/badges", "play/streaks", "play/levels", "play/boards"]


@pytest.fixture
def cafe():
    return a_program(parts=PARTS, at=timezone.now() - timedelta(days=60))


@pytest.fixture
def ada(cafe):
    ada = a_member(cafe, "ada", first_name="Ada", last_name="Lovelace")
    a_member(cafe, "grace", first_name="Grace", last_name="Hopper")
    came_by(cafe, days=1)
    return ada


class TestABoard:
    def test_hides_everybody_at_first(self, cafe, ada):
        """G-84: a shadow rank for one's own eyes, and nobody's name."""
        came_by(cafe, who="grace", total=5000)

        seen = the_seen(a_browser(ada).get(page_of(cafe, "play/boards")).text)

        assert "You would be number 1" in seen
        assert "Only you see this" in seen
        assert "Grace" not in seen
        assert "Hopper" not in seen

    def test_shows_others_as_they_chose(self, cafe, ada):
        """G-84, U-54: a nickname is not a name; the distance to the next stands beside one's own rank."""
        grace = Member.objects.get(external_id="grace")
        came_by(cafe, who="grace", total=5000)
        a_browser(grace).post(
            page_of(cafe, "play/seen"), {"key": "k", "choice": "pseudonym", "nickname": "Fox"}
        )
        browser = a_browser(ada)

        kept = browser.post(page_of(cafe, "play/seen"), {"key": "k", "choice": "named"})

        seen = the_seen(browser.get(kept["Location"]).text)
        assert kept["Location"] == page_of(cafe, "play/boards?done=seen")
        assert "You are number 2" in seen
        assert "3,000 more for the next rank." in seen
        assert "1 Fox 5,000" in seen
        assert "2 Ada L. You 2,000" in seen
        assert "Grace" not in seen

    def test_refuses_a_nickname_and_keeps_what_was_typed(self, cafe, ada):
        """U-4: an address is no nickname; an unknown choice is not there."""
        browser, address = a_browser(ada), page_of(cafe, "play/seen")
        form = {"key": "k", "choice": "pseudonym", "nickname": "www.ada.example"}

        refused = browser.post(address, form)

        assert refused.status_code == 422
        assert 'value="www.ada.example"' in refused.text
        assert browser.post(address, {"key": "k", "choice": "loud"}).status_code == 404
        assert Visibility.objects.count() == 0


class TestTheSwitch:
    def test_turns_a_game_off_and_on(self, cafe, ada):
        """G-29: what was won stays; the page says so and offers the way back."""
        browser, address = a_browser(ada), page_of(cafe, "play/switch")

        off = browser.post(address, {"key": "a", "game": "badge", "on": "no"})
        told = the_seen(browser.get(off["Location"]).text)
        rows = list(PlaySetting.objects.values_list("game", flat=True))
        on = browser.post(address, {"key": "b", "game": "badge", "on": "yes"})

        assert off["Location"] == page_of(cafe, "play/badges?done=off")
        assert "You have switched this off: Badges." in told
        assert "First cup" in told
        assert rows == ["badge"]
        assert on["Location"] == page_of(cafe, "play/badges?done=on")
        assert PlaySetting.objects.count() == 0
        assert browser.post(address, {"key": "c", "game": "chess"}).status_code == 404

    def test_turns_all_of_them_off_and_on(self, cafe, ada):
        """G-29: each page then offers the one way back."""
        browser, address = a_browser(ada), page_of(cafe, "play/switch")

        off = browser.post(address, {"key": "a", "game": "", "on": "no"})

        assert off["Location"] == page_of(cafe, "play?done=off")
        for name in PAGES:
            told = the_seen(browser.get(page_of(cafe, name)).text)
            assert "Switch on: All games" in told
            assert told.count("Switch o") == 1
        browser.post(address, {"key": "b", "game": "", "on": "yes"})
        assert PlaySetting.objects.count() == 0
        assert browser.get(address)["Location"] == page_of(cafe, "play")
