"""The second factor: set up once, asked for at every sign-in, used up by every use."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from loyalty.access.kinds import Role
from loyalty.access.models import Membership
from tests.world.access import PASSWORD, a_person
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def olena():
    user = a_person(username="olena")
    Membership.objects.create(user=user, program=a_program(), role=Role.OWNER)
    return user


def signs_in(name="olena", password=PASSWORD, *, browser=None, address="192.0.2.1"):
    browser = browser or Client()
    answer = browser.post(
        "/admin/login/?next=/admin/",
        {"username": name, "password": password},
        REMOTE_ADDR=address,
    )
    return browser, answer


def is_in(browser):
    return browser.get("/admin/").status_code == 200


class TestFreshness:
    def test_is_asked_for_before_keys_and_staff(self, olena):
        """S-22: within five minutes of the password."""
        with time_machine.travel(MORNING, tick=False) as clock:
            browser, _answer = signs_in()
            first = browser.get("/admin/loyalty/apikey/make/")
            clock.shift(timedelta(minutes=5))
            later = browser.get("/admin/loyalty/apikey/make/")
            wrong = browser.post("/admin/confirm/", {"password": "wrong"})
            right = browser.post(
                "/admin/confirm/", {"password": PASSWORD, "next": "/admin/loyalty/apikey/make/"}
            )
            again = browser.get("/admin/loyalty/apikey/make/")

        assert (first.status_code, later.status_code) == (200, 302)
        assert later["Location"] == "/admin/confirm/?next=%2Fadmin%2Floyalty%2Fapikey%2Fmake%2F"
        assert wrong.status_code == 200
        assert (right["Location"], again.status_code) == ("/admin/loyalty/apikey/make/", 200)

    @pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:x"])
    def test_leads_nowhere_else(self, olena, away):
        browser, _answer = signs_in()

        answer = browser.post("/admin/confirm/", {"password": PASSWORD, "next": away})

        assert answer["Location"] == "/admin/"


class TestTheSecondFactor:
    @pytest.fixture(autouse=True)
    def _demanded(self, settings):
        settings.WAFA_STAFF_SECOND_FACTOR = True

    def code_of(self, user):
        return f"{totp(TOTPDevice.objects.get(user=user).bin_key):06d}"

    def enrolled(self, olena):
        browser, _answer = signs_in()
        page = browser.get("/admin/second-factor/")
        assert page.context["enrolment"].picture.startswith("data:image/svg+xml")
        answer = browser.post("/admin/second-factor/", {"code": self.code_of(olena)})
        return browser, answer.context["recovery"]

    def test_stands_between_the_password_and_everything_else(self, olena):
        """S-22."""
        browser, _answer = signs_in()

        for page in ("/admin/", "/admin/loyalty/apikey/", "/admin/search/?q=ada"):
            answer = browser.get(page)
            assert (answer.status_code, answer["Location"]) == (302, "/admin/second-factor/")

    def test_is_set_up_at_the_first_sign_in(self, olena):
        browser, recovery = self.enrolled(olena)

        assert is_in(browser)
        assert (len(recovery), len(set(recovery))) == (10, 10)

    def test_of_a_phone_lets_in_once(self, olena):
        """A code counts once: whoever looked over a shoulder comes too late."""
        with time_machine.travel(MORNING, tick=False) as clock:
            self.enrolled(olena)
            clock.shift(timedelta(minutes=1))
            code = self.code_of(olena)
            first, second = signs_in()[0], signs_in()[0]
            first.post("/admin/second-factor/", {"code": code})
            second.post("/admin/second-factor/", {"code": code})

            assert (is_in(first), is_in(second)) == (True, False)

    def test_of_the_recovery_list_lets_in_once(self, olena):
        """S-22."""
        _browser, recovery = self.enrolled(olena)
        first, second = signs_in()[0], signs_in()[0]

        first.post("/admin/second-factor/", {"code": recovery[3]})
        second.post("/admin/second-factor/", {"code": recovery[3]})

        assert (is_in(first), is_in(second)) == (True, False)

    def test_cannot_be_guessed(self, olena):
        """S-36: five wrong codes, and the right one has to wait too."""
        with time_machine.travel(MORNING, tick=False) as clock:
            self.enrolled(olena)
            clock.shift(timedelta(minutes=1))
            browser, _answer = signs_in()
            for guess in range(5):
                browser.post("/admin/second-factor/", {"code": f"00000{guess}"})
            browser.post("/admin/second-factor/", {"code": self.code_of(olena)})

            assert not is_in(browser)

    def test_is_not_set_up_anew_by_somebody_who_has_the_password_only(self, olena):
        self.enrolled(olena)
        thief, _answer = signs_in()

        page = thief.get("/admin/second-factor/")

        assert page.context["enrolment"] is None
