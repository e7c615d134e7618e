"""The pages as a customer walks through them, with no script at all."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from loyalty.rewards.models import Redemption
from portal.entry.links import link_for
from portal.entry.models import PortalSession, TicketKind
from tests.portal.visiting import a_browser, asked, page_of, the_form
from tests.world.access import a_shop
from tests.world.members import a_member
from tests.world.rewards import a_cafe, a_guest, a_reward, got

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = [
    "",
    "rewards",
    "rewards/coffee",
    "mine",
    "tiers",
    "statement",
    "me",
    "me/erase",
    "card",
    "earn",
]
BYTES_MAX = 30_000
QUERIES_MAX = 12


@pytest.fixture
def cafe():
    dear = a_reward("feast", price=5000)
    return a_cafe(a_reward(), dear, ladder=True, when=timezone.now() - timedelta(days=400))


@pytest.fixture
def ada(cafe):
    return a_guest(cafe, 1000, when=timezone.now() - timedelta(days=1))


class TestComingIn:
    def test_from_the_storefront(self, cafe, ada):
        """S-15, S-17: the address that the API tells lets in once and leads to a clean one."""
        told = a_shop(cafe).post(f"/v1/members/{ada.shown_id}/tokens", {}).json()["portal_url"]
        browser = Client()

        answer = browser.get(told)

        assert (answer.status_code, answer["Location"]) == (303, page_of(cafe, ""))
        assert answer["Referrer-Policy"] == "no-referrer"
        cookie = answer.cookies["wafa"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert browser.get(page_of(cafe, "")).status_code == 200
        assert Client().get(told).status_code == 422

    def test_by_a_link_only_the_button_spends_it(self, cafe, ada):
        """S-15: a mail scanner that opens the link harms nothing."""
        link = link_for(ada, kind=TicketKind.LINK)

        looks = [Client().get(link).status_code for _ in range(3)]

        assert looks == [200, 200, 200]
        assert Client().get(link)["Referrer-Policy"] == "strict-origin"
        assert PortalSession.objects.count() == 0
        assert a_browser(ada, kind=TicketKind.LINK).get(page_of(cafe, "")).status_code == 200

    def test_nobody_is_sent_to_the_door(self, cafe):
        for name in ("", "rewards", "mine", "tiers", "statement"):
            answer = Client().get(page_of(cafe, name))
            assert (answer.status_code, answer["Location"]) == (302, page_of(cafe, "welcome"))
        assert Client().get(page_of(cafe, "welcome")).status_code == 200

    def test_an_old_cookie_is_not_taken_along(self, cafe, ada):
        """S-17: a secret that somebody planted before opens nothing afterwards."""
        browser = Client()
        browser.cookies["wafa"] = "planted"
        browser.get(link_for(ada, kind=TicketKind.STOREFRONT))

        assert browser.cookies["wafa"].value != "planted"
        planted = Client()
        planted.cookies["wafa"] = "planted"
        assert planted.get(page_of(cafe, "")).status_code == 302

    def test_a_form_without_its_token_is_refused(self, cafe, ada):
        """S-17."""
        browser = a_browser(ada)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = browser.cookies

        answer = strict.post(page_of(cafe, "rewards/coffee"), {"key": "k", "points": "100"})

        assert answer.status_code == 403
        assert Redemption.objects.count() == 0

    def test_going_out(self, cafe, ada):
        browser = a_browser(ada)

        browser.post(page_of(cafe, "leave"))

        assert browser.get(page_of(cafe, "")).status_code == 302

    def test_another_programmes_member_is_nobody_here(self, cafe, ada):
        """S-2."""
        other = a_cafe(a_reward(), slug="other")

        assert a_browser(ada).get(page_of(other, "")).status_code == 302


class TestLooking:
    @pytest.mark.parametrize("language", ["en", "ar", "fa", "uk"])
    def test_each_page_in_each_language(self, cafe, ada, language):
        """U-7, U-50, U-51, U-61: one h1, landmarks, direction, no inline style or script, and few bytes."""
        row = got(ada, when=timezone.now()).redemption
        browser = a_browser(ada, language=language)
        direction = "rtl" if language in {"ar", "fa"} else "ltr"
        for name in [*PAGES, f"mine/{row.shown_id}"]:
            answer = browser.get(page_of(cafe, name))

            text = answer.text
            assert f'<html lang="{language}" dir="{direction}">' in text, name
            assert text.count("<h1") == 1, name
            assert all(f"<{mark}" in text for mark in ("main", "header", "nav", "footer")), name
            assert not re.search(r"\sstyle=|<script(?![^>]+src=)|\son\w+=|=.https?://", text), name
            assert len(answer.content) <= BYTES_MAX
            assert answer["Cache-Control"] == "no-store"

    def test_costs_the_same_however_long_the_history_is(self, cafe, ada):
        """U-51: on every page the same number of queries, twelve at most."""
        browser, counts = a_browser(ada), []
        for _ in range(2):
            counts.append({name: asked(browser, page_of(cafe, name)) for name in PAGES})
            for _ in range(5):
                got(ada, when=timezone.now())

        assert counts[0] == counts[1]
        assert max(counts[0].values()) <= QUERIES_MAX, counts[0]

    def test_says_what_there_is_and_how_far_it_is(self, cafe, ada):
        """U-53, U-65: balance, and the way to the next reward as a bar with its words."""
        text = a_browser(ada, language="fa").get(page_of(cafe, "")).text

        assert "۱٬۰۰۰" in text
        assert '<progress max="5000" value="1000"' in text
        assert "۴٬۰۰۰" in text

    def test_a_chosen_language_stays_and_so_does_the_page(self, cafe, ada):
        """U-61: saved before told by the browser; an address elsewhere is not followed."""
        browser = a_browser(ada)
        here = page_of(cafe, "statement")

        answer = browser.post(page_of(cafe, "language"), {"language": "uk", "next": here})

        assert answer["Location"] == here
        assert '<html lang="uk"' in browser.get(here).text
        away = browser.post(page_of(cafe, "language"), {"next": "https://evil.example/p/"})
        assert away["Location"] == page_of(cafe, "")

    def test_somebody_elses_redemption_is_not_there(self, cafe, ada):
        """S-2."""
        grace = a_guest(cafe, 500, name="grace", when=timezone.now() - timedelta(days=1))
        hers = got(grace, when=timezone.now()).redemption

        for told in (hers.shown_id, "red_x", "mem_1"):
            assert a_browser(ada).get(page_of(cafe, f"mine/{told}")).status_code == 404


class TestTakingAReward:
    def test_shows_a_code_and_takes_it_back(self, cafe, ada):
        """W-24, W-47: taken, shown as text and to be scanned, given back."""
        browser = a_browser(ada)
        form = the_form(browser.get(page_of(cafe, "rewards/coffee")))

        taken = browser.post(page_of(cafe, "rewards/coffee"), form)
        mine = browser.get(taken["Location"])
        back = browser.post(taken["Location"])

        assert taken.status_code == 303
        assert re.search(r'class="code" dir="ltr">[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}<', mine.text)
        assert 'src="data:image/svg+xml' in mine.text
        assert back.status_code == 303
        assert Redemption.objects.get().state == "cancelled"

    def test_happens_once_however_often_it_is_clicked(self, cafe, ada):
        """U-24: the hidden key makes the second click the first one's answer."""
        browser = a_browser(ada)
        form = the_form(browser.get(page_of(cafe, "rewards/coffee")))

        answers = [browser.post(page_of(cafe, "rewards/coffee"), form) for _ in range(3)]

        assert len({answer["Location"] for answer in answers}) == 1
        assert Redemption.objects.count() == 1

    @pytest.mark.parametrize(
        ("reward", "points", "words"),
        [("feast", "5000", "Nothing was taken."), ("coffee", "90", "Nothing was taken.")],
    )
    def test_says_why_not_and_takes_nothing(self, cafe, ada, reward, points, words):
        """U-4: too few points; another price than was shown (W-22)."""
        answer = a_browser(ada).post(
            page_of(cafe, f"rewards/{reward}"), {"key": "k", "points": points}
        )

        assert answer.status_code == 422
        assert words in answer.text
        assert Redemption.objects.count() == 0

    def test_a_dear_one_needs_a_fresh_entry(self, cafe):
        """S-19: above 2,000 points the storefront must have vouched within five minutes."""
        rich = a_guest(cafe, 9000, name="grace", when=timezone.now() - timedelta(days=1))
        browser = a_browser(rich)
        form = {"key": "k", "points": "5000"}
        PortalSession.objects.update(entered_at=timezone.now() - timedelta(minutes=6))

        late = browser.post(page_of(cafe, "rewards/feast"), form)
        in_time = a_browser(rich).post(page_of(cafe, "rewards/feast"), form)

        assert (late.status_code, in_time.status_code) == (422, 303)
        assert Redemption.objects.count() == 1

    def test_an_unknown_reward_is_not_there(self, cafe):
        ghost = a_browser(a_member(cafe, "joan"))

        assert ghost.get(page_of(cafe, "rewards/nothing")).status_code == 404
        assert ghost.get("/p/nowhere/").status_code == 404
