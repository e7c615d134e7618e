"""Mishaps: pages for what broke, is closed, is too fast or was sent wrongly, in words and in four languages (U-4, S-63)."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from loyalty.foundation.wire import limiting
from portal.entry import pacing
from portal.pages import base
from portal.pages.points import seeing
from tests.portal.visiting import a_browser, a_frame, page_of
from tests.world.access import a_customer
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
LANGUAGES = ("en", "ar", "fa", "uk")
BROKE = {
    "en": "Something broke",
    "ar": "حدث عطل",
    "fa": "چیزی خراب شد",
    "uk": "Щось зламалося",
}
AWAY = {
    "en": "Try again shortly",
    "ar": "أعد المحاولة بعد قليل",
    "fa": "اندکی دیگر دوباره بکوشید",
    "uk": "Спробуйте трохи згодом",
}
CLOSED = {
    "en": "Back in a moment",
    "ar": "نعود بعد قليل",
    "fa": "به‌زودی برمی‌گردیم",
    "uk": "Скоро повернемося",
}
TOO_OLD = {
    "en": "Please send it once more",
    "ar": "أرسلها مرة أخرى من فضلك",
    "fa": "لطفاً یک بار دیگر بفرستید",
    "uk": "Надішліть, будь ласка, ще раз",
}
TOO_FAST = {
    "en": "A moment, please",
    "ar": "لحظة من فضلك",
    "fa": "یک لحظه، لطفاً",
    "uk": "Хвилинку, будь ласка",
}
NO_SUCH_DEED = {
    "en": "That cannot be done here",
    "ar": "لا يمكن ذلك هنا",
    "fa": "این کار این‌جا شدنی نیست",
    "uk": "Тут цього не зробити",
}


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada")


def heading(answer):
    return re.search(r"<h1[^>]*>(.*?)</h1>", answer.text)[1]


def is_still(answer, language):
    """A page in this language that asks for nothing, keeps nothing, and names its request."""
    direction = "rtl" if language in {"ar", "fa"} else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert answer["X-Request-Id"] in answer.text
    assert answer["Content-Language"] == language
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    for word in ("Traceback", "django", "SELECT", "csrf"):
        assert word not in answer.text
    return True


def breaking(monkeypatch, error):
    def fail(**_told):
        raise error

    monkeypatch.setattr(seeing, "show_members", fail)


@pytest.mark.parametrize("language", LANGUAGES)
class TestMishaps:
    def test_what_broke_shows_no_stack_and_names_the_request(
        self, cafe, ada, language, monkeypatch
    ):
        """S-63: our mistake, in the reader's language."""
        browser = a_browser(ada, language=language)
        breaking(monkeypatch, ZeroDivisionError("SELECT secret"))
        browser.raise_request_exception = False

        answer = browser.get(page_of(cafe, ""))

        assert (answer.status_code, heading(answer)) == (500, BROKE[language])
        assert is_still(answer, language)

    def test_a_database_that_is_away_is_no_mistake(self, cafe, language, monkeypatch):
        """V-28, U-60: 503 with words and a time, although nothing can be looked up."""

        def fail(_slug):
            raise OperationalError("connection refused")

        monkeypatch.setattr(base, "program_called", fail)
        browser = Client(headers={"accept-language": language}, raise_request_exception=False)

        answer = browser.get(page_of(cafe, "welcome"))

        assert (answer.status_code, heading(answer)) == (503, AWAY[language])
        assert answer["Retry-After"] == "60"
        assert is_still(answer, language)

    def test_maintenance_closes_every_page(self, cafe, language, settings):
        """Whoever runs the service says so; the chosen language is heard before the browser's."""
        settings.WAFA_MAINTENANCE = True
        browser = Client(headers={"accept-language": "en"})
        browser.cookies["wafa_language"] = language

        answer = browser.get(page_of(cafe, "welcome"))

        assert (answer.status_code, heading(answer)) == (503, CLOSED[language])
        assert answer["Retry-After"] == "60"
        assert is_still(answer, language)

    def test_a_form_without_its_token_is_answered_in_words(self, cafe, ada, language):
        """S-17: nothing was done, and the page is a click away."""
        browser = a_browser(ada, language=language)
        browser.handler.enforce_csrf_checks = True

        answer = browser.post(page_of(cafe, "me/birthday"), {"month": "2", "day": "9"})

        assert (answer.status_code, heading(answer)) == (403, TOO_OLD[language])
        assert f'href="{page_of(cafe, "me/birthday")}"' in answer.text
        assert is_still(answer, language)
        ada.profile.refresh_from_db()
        assert ada.profile.birth_month is None

    def test_a_deed_that_a_page_does_not_have(self, cafe, ada, language):
        """405 in the programme's look."""
        answer = a_browser(ada, language=language).put(page_of(cafe, "tiers"))

        assert (answer.status_code, heading(answer)) == (405, NO_SUCH_DEED[language])
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
        assert f'<html lang="{language}"' in answer.text

    def test_who_looks_too_fast_waits_a_moment(self, cafe, ada, language, monkeypatch):
        """S-36: 20 at once and 5 a second for a session; the page says so and asks nothing about anybody."""
        browser = a_browser(ada, language=language)
        now = paced(monkeypatch)
        first = [browser.get(page_of(cafe, "offline")).status_code for _ in range(20)]

        answer = browser.get(page_of(cafe, "offline"))

        assert set(first) == {200}
        assert (answer.status_code, heading(answer)) == (429, TOO_FAST[language])
        assert answer["Retry-After"] == "1"
        now[0] += 0.2
        looks = [browser.get(page_of(cafe, "offline")).status_code for _ in range(2)]
        assert looks == [200, 429]


def paced(monkeypatch):
    """The count is put back, and time stands until it is moved."""
    now = [limiting.time.time()]
    monkeypatch.setattr(limiting.time, "time", lambda: now[0])
    monkeypatch.setattr(pacing, "take", limiting.take)
    return now


class TestPace:
    def test_a_token_is_counted_together_with_the_api(self, cafe, ada, monkeypatch):
        """S-36: 20 at once, whether the frame or the app asks."""
        paced(monkeypatch)
        app, frame = a_customer(cafe, ada.pk), a_frame(ada)
        calls = [app.get("/v1/me").status_code for _ in range(10)]
        looks = [frame.get(f"/w/{cafe.slug}/tiers").status_code for _ in range(11)]

        assert set(calls) == {200}
        assert looks == [200] * 10 + [429]

    def test_guests_are_counted_by_address(self, cafe, monkeypatch):
        """S-36, S-37: 30 at once; somebody from elsewhere is not held up."""
        paced(monkeypatch)
        here, there = Client(REMOTE_ADDR="192.0.2.7"), Client(REMOTE_ADDR="192.0.2.8")
        looks = [here.get(page_of(cafe, "offline")).status_code for _ in range(31)]

        assert looks == [200] * 30 + [429]
        assert there.get(page_of(cafe, "offline")).status_code == 200


def test_maintenance_is_a_problem_on_the_wire(settings):
    """S-63: with a code; the probes go on."""
    settings.WAFA_MAINTENANCE = True

    answer = Client().get("/v1/members")

    assert (answer.status_code, answer.json()["code"]) == (503, "maintenance")
    assert Client().get("/livez").status_code == 200
