"""States, and what a phone installs: words for what is not as it should be, in the programme's look."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from loyalty.foundation.refusals import OutcomeUnknown
from portal.pages.points import seeing
from tests.portal.visiting import a_browser, page_of
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada")


class TestStates:
    @pytest.mark.parametrize("path", ["nowhere", "rewards/none", "mine/red_x", "statement/ent_x"])
    def test_what_is_not_there_is_said_in_the_readers_language(self, cafe, ada, path):
        """U-4: no code, no English, a way on."""
        answer = a_browser(ada, language="uk").get(page_of(cafe, path))

        assert answer.status_code == 404
        assert '<html lang="uk"' in answer.text
        assert f'href="{page_of(cafe, "")}"' in answer.text

    def test_an_unknown_programme_has_no_page(self):
        assert Client().get("/p/nowhere/").status_code == 404

    def test_what_could_not_be_finished_says_that_points_are_safe(self, cafe, ada, monkeypatch):
        """U-60: try again."""

        def fail(**_told):
            raise OutcomeUnknown

        monkeypatch.setattr(seeing, "show_members", fail)

        answer = a_browser(ada).get(page_of(cafe, ""))

        assert answer.status_code == 503
        assert "We could not finish. Your points are safe. Please try again." in answer.text

    def test_an_ended_session_leads_to_the_welcome(self, cafe, ada):
        """S-17: and forgets what the browser kept of it."""
        browser = a_browser(ada)

        answer = browser.post(page_of(cafe, "leave"))

        assert answer["Location"] == page_of(cafe, "welcome")
        assert answer["Clear-Site-Data"] == '"cache", "storage"'


class TestInstalling:
    def test_a_manifest_names_the_programme(self, cafe):
        """U-56."""
        answer = Client(headers={"accept-language": "fa"}).get(
            page_of(cafe, "manifest.webmanifest")
        )

        told = answer.json()
        assert answer["Content-Type"] == "application/manifest+json"
        assert (told["name"], told["dir"], told["scope"]) == (
            "Corner Café",
            "rtl",
            page_of(cafe, ""),
        )
        assert "manifest-src 'self'" in answer["Content-Security-Policy"]

    def test_the_offline_page_has_nobodys_data(self, cafe, ada):
        """U-56: it is kept by the browser."""
        text = a_browser(ada).get(page_of(cafe, "offline")).text

        assert ada.shown_id not in text
        assert "Sign out" not in text

    def test_the_worker_stands_below_the_programme(self, cafe):
        """U-56: so that it answers for these pages alone."""
        answer = Client().get(page_of(cafe, "worker.js"))

        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Cache-Control"] == "no-cache"


class TestBudgets:
    def test_scripts_and_sheets_are_light(self, cafe, ada):
        """U-51: at most 15 kB of script, 15 kB of styles, and 12 requests, as served and compressed."""
        text = a_browser(ada).get(page_of(cafe, "")).text
        files = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', text)
        weights = {".css": 0, ".js": 0}
        for name in files:
            room = "portal" if name.startswith("portal/") else "loyalty"
            body = (Path(room) / "static" / name).read_bytes()
            weights[Path(name).suffix] += len(gzip.compress(body))

        assert weights[".css"] <= 15_000
        assert weights[".js"] <= 15_000
        assert (
            len(files) + 3 <= 12
        )  # the page, its icon and its manifest; fonts come as they are needed
