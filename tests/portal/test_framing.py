"""The same pages inside a storefront's page: who is there by a token alone, framed by listed origins alone."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from loyalty.members.changing import sign_out_everywhere
from loyalty.rewards.models import Redemption
from portal.pages.frames.loading import digest_of, integrity_of, script
from tests.portal.visiting import a_browser, a_frame, the_form
from tests.world.access import a_page
from tests.world.rewards import a_cafe, a_guest, a_reward

pytestmark = pytest.mark.django_db(transaction=True)
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "embed-the-widget.md"


@pytest.fixture
def cafe():
    return a_cafe(a_reward())


@pytest.fixture
def ada(cafe):
    return a_guest(cafe, 1000)


class TestTheFrame:
    def test_has_nobodys_data_before_its_script_asks(self, cafe, ada):
        """U-71: the same for everybody, whatever cookie comes along."""
        a_page(cafe, origin="https://shop.example")

        answer = a_browser(ada).get("/w/corner-cafe/")

        assert answer.status_code == 200
        assert 'data-origins="https://shop.example"' in answer.text
        assert "1,000" not in answer.text
        assert "data-available" not in answer.text

    @pytest.mark.parametrize("path", ["", "rewards", "nowhere"])
    def test_is_framed_by_the_programmes_origins_alone(self, cafe, ada, path):
        """U-71, S-44: exactly those that its publishable keys list; nobody where there are none."""
        before = Client().get(f"/w/corner-cafe/{path}")["Content-Security-Policy"]
        a_page(cafe, origin="https://shop.example")
        a_page(cafe, origin="https://shop.test:8443")

        after = Client().get(f"/w/corner-cafe/{path}")

        policy = after["Content-Security-Policy"]
        assert before.endswith("frame-ancestors 'none'")
        if path != "nowhere":
            assert policy.endswith("frame-ancestors https://shop.example https://shop.test:8443")
            assert "X-Frame-Options" not in after
        assert "unsafe" not in policy

    def test_shows_who_the_token_says(self, cafe, ada):
        """S-18: no cookie is set, and none is heard."""
        answer = a_frame(ada).get("/w/corner-cafe/")

        assert "1,000" in answer.text
        assert 'data-available="1000"' in answer.text
        assert answer.cookies == {}
        assert "csrfmiddlewaretoken" not in answer.text
        assert 'href="/w/corner-cafe/rewards"' in answer.text
        assert "/p/" not in answer.text

    def test_shows_guests_the_welcome(self, cafe, ada):
        answer = a_frame().get("/w/corner-cafe/rewards", follow=True)

        assert answer.redirect_chain == [("/w/corner-cafe/welcome", 302)]
        assert "says thank you" in answer.text

    def test_takes_a_reward(self, cafe, ada):
        """U-73: the same rule, the same page."""
        frame = a_frame(ada)
        form = the_form(frame.get("/w/corner-cafe/rewards/coffee"))

        answer = frame.post("/w/corner-cafe/rewards/coffee", form)

        assert re.fullmatch(r"/w/corner-cafe/mine/red_\w+", answer["Location"])
        assert Redemption.objects.get().member_id == ada.pk

    def test_a_cookie_may_do_nothing_in_it(self, cafe, ada):
        """S-17, S-18: what needs no token against forged requests hears no cookie."""
        browser = a_browser(ada)
        form = the_form(browser.get("/p/corner-cafe/rewards/coffee"))

        answer = browser.post("/w/corner-cafe/rewards/coffee", form, headers={"Wafa-Frame": "1"})

        assert answer["Location"] == "/w/corner-cafe/welcome"
        assert Redemption.objects.count() == 0

    def test_a_token_that_is_no_good_is_asked_for_anew(self, cafe, ada):
        """U-72: over, of another programme, or from before signing out everywhere: 401, and no page."""
        other = a_cafe(a_reward(), slug="other")
        foreign = a_frame(ada, program=other)
        good = a_frame(ada)
        sign_out_everywhere(member=ada)

        answers = [
            each.get("/w/corner-cafe/")
            for each in (foreign, good, a_frame(Authorization="Bearer x"))
        ]

        assert [each.status_code for each in answers] == [401, 401, 401]
        assert {each.content for each in answers} == {b""}

    def test_speaks_as_the_storefront_told(self, cafe, ada):
        """U-61, U-73."""
        answer = a_frame(ada, **{"Wafa-Language": "ar"}).get("/w/corner-cafe/")

        assert '<div lang="ar" dir="rtl"' in answer.text

    def test_costly_deeds_want_the_portal(self, cafe, ada):
        """S-19: a renewed token is no fresh entry."""
        answer = a_frame(ada).post("/w/corner-cafe/me/export")

        assert answer["Location"] == "/w/corner-cafe/me/confirm?next=%2Fw%2Fcorner-cafe%2Fme"
        assert "me/export" not in a_frame(ada).get("/w/corner-cafe/me").text


class TestTheLoader:
    def test_is_small_and_for_every_page(self):
        """U-70: at most 5 kB; under its digest it never changes."""
        answer = Client().get("/widget/v1.js")
        kept = Client().get(f"/widget/v1-{digest_of(script())}.js")

        assert len(answer.content) <= 5_000
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
        assert kept.content == answer.content
        assert Client().get("/widget/v1-old.js").status_code == 404

    def test_weighs_little_with_everything_that_it_brings(self, cafe, ada):
        """U-74: at most 60 kB in all, compressed: loader, frame, page, styles and scripts; fonts come as they are needed."""
        shell = Client().get("/w/corner-cafe/").text
        bodies = [script(), shell.encode(), a_frame(ada).get("/w/corner-cafe/").content]
        for name in re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', shell):
            room = "portal" if name.startswith("portal/") else "loyalty"
            bodies.append((Path(room) / "static" / name).read_bytes())

        assert sum(len(gzip.compress(body)) for body in bodies) <= 60_000

    def test_stands_in_the_docs_with_its_integrity(self):
        """U-70: whoever copies the tag from the page gets what is served."""
        text = HOW_TO.read_text(encoding="utf-8")

        assert integrity_of(script()) in text
        assert f"/widget/v1-{digest_of(script())}.js" in text

    def test_keeps_nothing_in_the_browser(self):
        """U-71: no cookie, no storage, in none of our scripts for customers."""
        told = "".join(
            path.read_text(encoding="utf-8") for path in Path("portal/static").rglob("*.js")
        )

        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", told)
