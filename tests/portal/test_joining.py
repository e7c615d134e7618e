"""Joining by mail: a form, a link, a button; nobody is a member before, and nobody learns who is one."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from loyalty.members.contacts import birthday_of, email_of
from loyalty.members.models import Consent, Member
from loyalty.outbox.models import AnnouncedFact
from loyalty.outbox.scheduling import tick_works
from portal.entry.models import PortalSession
from portal.joining.models import Application
from portal.letters.models import Letter
from tests.portal.visiting import page_of, the_seen
from tests.world.portal import (
    ADA,
    FORM,
    an_open_door,
    applied_for,
    link_in,
    pressed,
    received,
    sent,
    the_link,
)

VALUES = re.compile(r"\s*(?:'[^']*'|\bNULL\b|-?\b\d+)(?:::\w+)?")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return an_open_door()


def filled_in(cafe, *, browser=None, client=None, **form):
    return (browser or Client(**(client or {}))).post(page_of(cafe, "join"), FORM | form)


def nobody_joined():
    return not Member.objects.exists() and not PortalSession.objects.exists()


class TestTheForm:
    @pytest.mark.parametrize("language", ["en", "ar", "fa", "uk"])
    def test_is_whole_in_each_language(self, cafe, language):
        """U-7, U-50, U-51: with the button's page and the one after asking."""
        browser = Client(headers={"accept-language": language})
        direction = "rtl" if language in {"ar", "fa"} else "ltr"
        for name in ("join", "join?asked", the_link(cafe).partition("corner-cafe/")[2]):
            answer = browser.get(page_of(cafe, name))

            assert f'<html lang="{language}" dir="{direction}">' in answer.text
            assert answer.text.count("<h1") == 1
            assert not re.search(r"\sstyle=|<script(?![^>]+src=)|\son\w+=", answer.text)
            assert len(answer.content) <= 30_000
            assert answer["Cache-Control"] == "no-store"

    def test_ticks_nothing_beforehand(self, cafe):
        """U-6."""
        text = Client().get(page_of(cafe, "join")).text

        assert text.count('type="checkbox"') == 2
        assert "checked" not in text

    def test_asks_for_a_birthday_and_for_terms_only_where_there_are_any(self):
        cafe = an_open_door("plain", terms=None, portal={"birthday": False})

        text = Client().get(page_of(cafe, "join")).text

        assert 'name="month"' not in text
        assert 'name="terms"' not in text
        assert filled_in(cafe, terms="").status_code == 303

    def test_leads_elsewhere_where_joining_is_off(self, cafe):
        received(cafe, joining=False)

        answer = Client().get(page_of(cafe, "join"))

        assert (answer.status_code, answer["Location"]) == (302, page_of(cafe, "welcome"))

    @pytest.mark.parametrize(
        ("form", "code"),
        [
            ({"email": ""}, "This is no e-mail address"),
            ({"email": "ada@"}, "This is no e-mail address"),
            ({"email": f"{'a' * 64}@{'b' * 190}.example"}, "This is no e-mail address"),
            ({"month": "2", "day": "30"}, "No such day"),
            ({"month": "2"}, "No such day"),
            ({"terms": ""}, "The terms are missing"),
            ({"terms": "7"}, "The terms are missing"),
            ({"code": "NOBODYS"}, "Code unknown"),
        ],
    )
    def test_is_refused_and_keeps_what_was_typed(self, cafe, form, code):
        """U-4: what is wrong, and nothing is written."""
        answer = filled_in(cafe, **form)

        assert answer.status_code == 422
        assert code in answer.text
        assert 'value="Ada"' in answer.text
        assert (Letter.objects.count(), Application.objects.count()) == (0, 0)

    def test_is_refused_while_joining_is_off(self, cafe):
        received(cafe, joining=False)

        answer = filled_in(cafe)

        assert answer.status_code == 422
        assert "Joining is closed here" in answer.text
        assert Letter.objects.count() == 0

    def test_takes_names_as_they_are(self, cafe):
        """S-46: text is text; what cannot be kept is left out."""
        filled_in(cafe, first_name="می\u200cنا\x07 <b>")

        pressed(link_in(sent()[0]))

        assert Member.objects.get().profile.first_name == "می\u200cنا <b>"


class TestTheLink:
    def test_makes_a_member_by_its_button(self, cafe):
        """S-15, S-60: with what they told and agreed to, by their own hand; then they are in."""
        filled_in(
            cafe,
            month="7",
            day="23",
            marketing="yes",
            client={"headers": {"accept-language": "uk"}},
        )
        (letter,) = sent()
        browser, entered = pressed(link_in(letter))

        member = Member.objects.select_related("profile").get()
        assert letter.to == [ADA]
        assert (entered.status_code, entered["Location"]) == (303, page_of(cafe, "?joined"))
        assert entered["Referrer-Policy"] == "no-referrer"
        assert (member.external_id, member.locale, member.status) == (None, "uk", "active")
        assert (member.profile.first_name, email_of(member.profile)) == ("Ada", ADA)
        assert birthday_of(member.profile).shown == "07-23"
        assert [
            (each.purpose, each.is_given, each.text_version, each.source, each.actor_id)
            for each in Consent.objects.order_by("id")
        ] == [
            ("terms", True, "1", "portal", member.pk),
            ("marketing", True, "portal-1", "portal", member.pk),
        ]
        fact = AnnouncedFact.objects.get(name="member.enrolled")
        assert fact.body["how"] == "portal"
        assert 'role="status"' in browser.get(entered["Location"]).text
        assert browser.get(page_of(cafe, "")).status_code == 200

    def test_leaves_news_off_without_a_tick(self, cafe):
        """S-60, U-6."""
        pressed(the_link(cafe))

        assert list(Consent.objects.values_list("purpose", flat=True)) == ["terms"]

    def test_shows_which_terms_were_agreed_to(self, cafe):
        """S-60: later terms are not agreed to by silence, and nobody is asked again by force."""
        browser, _entered = pressed(the_link(cafe))
        received(cafe, terms={"en": "Be very kind."})

        text = the_seen(browser.get(page_of(cafe, "me")).text)

        assert "Terms: Version 1" in text
        assert browser.get(page_of(cafe, "")).status_code == 200

    def test_is_not_spent_by_looking(self, cafe):
        """S-15: mail scanners open links, and harm nothing."""
        link = the_link(cafe)

        looks = [Client().get(link) for _ in range(3)]

        assert [each.status_code for each in looks] == [200, 200, 200]
        assert looks[0]["Referrer-Policy"] == "strict-origin"
        assert nobody_joined()
        assert pressed(link)[1].status_code == 303

    def test_works_once(self, cafe):
        """S-15: afterwards nothing of what was told is kept here."""
        link = the_link(cafe)
        pressed(link)

        again = Client().post(page_of(cafe, "join/link"), {"ticket": link.partition("=")[2]})

        assert (again.status_code, Client().get(link).status_code) == (422, 422)
        assert "This link does not work any more" in again.text
        assert (Member.objects.count(), PortalSession.objects.count()) == (1, 1)
        assert Application.objects.count() == 0

    def test_is_over_after_a_quarter_of_an_hour(self, cafe):
        """S-15, S-54: and a tick erases what was told."""
        link = the_link(cafe)
        Application.objects.update(ends_at=timezone.now())

        answer = Client().post(page_of(cafe, "join/link"), {"ticket": link.partition("=")[2]})

        assert answer.status_code == 422
        assert nobody_joined()
        assert tick_works["portal.applications"](at=timezone.now()) == 1
        assert Application.objects.count() == 0

    @pytest.mark.parametrize("ticket", ["", "x", "a" * 5000, "\x07"])
    def test_that_nobody_mailed_opens_nothing(self, cafe, ticket):
        answer = Client().post(page_of(cafe, "join/link"), {"ticket": ticket})

        assert answer.status_code == 422
        assert nobody_joined()

    def test_of_another_programme_opens_nothing(self, cafe):
        """S-2."""
        link = the_link(cafe)
        other = an_open_door("other")

        answer = Client().post(page_of(other, "join/link"), {"ticket": link.partition("=")[2]})

        assert answer.status_code == 422
        assert nobody_joined()
        assert pressed(link)[1].status_code == 303

    def test_waits_while_joining_is_off(self, cafe):
        link = the_link(cafe)
        received(cafe, joining=False)

        answer = Client().post(page_of(cafe, "join/link"), {"ticket": link.partition("=")[2]})

        assert answer.status_code == 422
        assert nobody_joined()
        received(cafe, joining=True)
        assert pressed(link)[1].status_code == 303

    def test_of_a_letter_that_did_not_leave_is_another_one_next_time(self, cafe, settings):
        applied_for(cafe)
        settings.EMAIL_BACKEND = "tests.portal.test_letters.Away"
        nothing = sent()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

        assert nothing == []
        assert pressed(link_in(sent()[0]))[1].status_code == 303

    def test_is_not_mailed_after_its_end(self, cafe):
        applied_for(cafe)

        assert sent(at=timezone.now() + timedelta(minutes=15)) == []
