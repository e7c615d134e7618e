"""The way in for staff: passwords, codes, sessions that end, and what guessing costs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from loyalty.access.kinds import Role
from loyalty.access.models import AuditRow, Membership, WrongSignIn
from loyalty.access.staff.signing_in import TooManyAttempts, begin_attempt, forgive, prune_attempts
from tests.world.access import PASSWORD, a_person, a_staff
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


class TestThePassword:
    def test_opens_the_door_and_is_written_down(self, olena):
        """S-62: sign-ins are in the audit log."""
        browser, answer = signs_in()

        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        assert is_in(browser)
        assert [(row.action, row.actor_name) for row in AuditRow.objects.all()][-1:] == [
            ("staff.sign_in", "olena")
        ]

    def test_of_somebody_without_staff_rights_opens_nothing(self, olena):
        olena.is_staff = False
        olena.save()

        browser, answer = signs_in()

        assert answer.status_code == 200
        assert not is_in(browser)


class TestGuessing:
    def test_closes_the_account_after_five_for_15_minutes_to_right_ones_too(self, olena):
        """S-36."""
        with time_machine.travel(MORNING, tick=False) as clock:
            for guess in range(5):
                signs_in(password=f"guess-{guess}", address=f"192.0.2.{guess}")
            closed = is_in(signs_in()[0])
            clock.shift(timedelta(minutes=14, seconds=59))
            still_closed = is_in(signs_in()[0])
            clock.shift(timedelta(seconds=1))
            opened = is_in(signs_in()[0])

        assert (closed, still_closed, opened) == (False, False, True)

    def test_closes_the_address_after_twenty_for_an_hour(self, olena):
        """S-36: other accounts too."""
        with time_machine.travel(MORNING, tick=False) as clock:
            for guess in range(20):
                signs_in(name=f"somebody-{guess}", password="x")
            closed = is_in(signs_in()[0])
            elsewhere = is_in(signs_in(address="198.51.100.1")[0])
            clock.shift(timedelta(hours=1))
            opened = is_in(signs_in()[0])

        assert (closed, elsewhere, opened) == (False, True, True)

    def test_says_the_same_of_known_and_unknown_people(self, olena):
        texts = [
            signs_in(name=name, password="wrong")[1].context["form"].non_field_errors()
            for name in ("olena", "nobody")
        ]

        assert texts[0] == texts[1]

    def test_is_forgotten_after_a_right_one(self, olena):
        for _again in range(3):
            for guess in range(4):
                signs_in(password=f"guess-{guess}")
            assert is_in(signs_in()[0])

    def test_keeps_neither_name_nor_address_in_clear(self, olena):
        """S-56, S-61."""
        signs_in(password="wrong")

        row = str(WrongSignIn.objects.values().get())

        assert "olena" not in row
        assert "192.0.2.1" not in row

    def test_is_counted_before_it_is_looked_at(self):
        """S-36, S-37: a thousand at once are counted too."""
        for _attempt in range(5):
            begin_attempt(account="olena", address="192.0.2.1", at=MORNING)

        with pytest.raises(TooManyAttempts) as refusal:
            begin_attempt(account="olena", address="192.0.2.1", at=MORNING)

        assert refusal.value.values == {"minutes": 15, "retry_after": 900}
        assert WrongSignIn.objects.count() == 5

    def test_leaves_nothing_behind_for_ever(self):
        begin_attempt(account="olena", address="192.0.2.1", at=MORNING)

        assert prune_attempts(at=MORNING + timedelta(hours=2)) == 0
        assert prune_attempts(at=MORNING + timedelta(hours=2, seconds=1)) == 1

    def test_forgives_the_account_and_not_the_address(self):
        attempts = [
            begin_attempt(account=name, address="192.0.2.1", at=MORNING) for name in ("a", "b")
        ]

        forgive(attempt=attempts[0])

        assert WrongSignIn.objects.get() == attempts[1]


class TestASession:
    def test_ends_after_half_an_hour_of_silence(self, olena):
        """S-22."""
        with time_machine.travel(MORNING, tick=False) as clock:
            browser, _answer = signs_in()
            clock.shift(timedelta(minutes=29))
            alive = is_in(browser)
            clock.shift(timedelta(minutes=30))
            dead = is_in(browser)

        assert (alive, dead) == (True, False)

    def test_ends_after_eight_hours_however_busy(self, olena):
        """S-22."""
        with time_machine.travel(MORNING, tick=False) as clock:
            browser, _answer = signs_in()
            alive = []
            for _quarter in range(32):
                clock.shift(timedelta(minutes=15))
                alive.append(is_in(browser))

        assert alive == [True] * 31 + [False]

    def test_ends_with_a_changed_password(self, olena):
        """S-22."""
        browser, _answer = signs_in()
        olena.set_password("another-orange-tram")
        olena.save()

        assert not is_in(browser)

    def test_ends_with_the_persons_leave(self, olena):
        browser, _answer = signs_in()
        olena.is_active = False
        olena.save()

        assert not is_in(browser)

    def test_gets_a_new_id_at_the_sign_in(self, olena):
        """S-17's fixation test, for staff."""
        browser = Client()
        browser.get("/admin/login/")
        session = browser.session
        session["planted"] = True
        session.save()
        planted = session.session_key
        browser.cookies["sessionid"] = planted

        signs_in(browser=browser)

        assert browser.session.session_key != planted


def test_a_stranger_is_led_to_the_sign_in_from_every_page():
    a_program()
    pages = ["/admin/", "/admin/search/", "/admin/confirm/", "/admin/second-factor/"]

    answers = [Client().get(page) for page in pages]

    assert {answer.status_code for answer in answers} == {302}
    assert all(answer["Location"].startswith("/admin/login/") for answer in answers)


def test_control_a_signed_in_browser_of_the_tests_is_in():
    assert is_in(a_staff(a_program()))
