"""What is the member's own: how they read, birthday, consents, their data, and going for good."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from loyalty.access import tokens
from loyalty.members.models import Consent, Member, MemberProfile
from loyalty.outbox.models import AnnouncedFact
from portal.choices.choosing import export_choices
from portal.choices.models import Choice
from portal.entry.models import PortalSession, TicketKind
from tests.portal.visiting import a_browser, page_of
from tests.world.outbox import delivered_at
from tests.world.rewards import a_cafe, a_guest, a_reward

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_cafe(a_reward(), when=timezone.now() - timedelta(days=400))


@pytest.fixture
def ada(cafe):
    return a_guest(cafe, 1234, when=timezone.now() - timedelta(days=1))


class TestReading:
    def test_what_is_saved_is_heard_first(self, cafe, ada):
        """U-61: saved, before what the storefront told, the browser asks for, and a guest's cookie."""
        Member.objects.filter(pk=ada.pk).update(locale="ar")
        browser = a_browser(ada, language="en")
        assert '<html lang="ar"' in browser.get(page_of(cafe, "me")).text

        browser.post(page_of(cafe, "language"), {"language": "en", "next": page_of(cafe, "me")})
        browser.post(page_of(cafe, "me/reading"), {"language": "uk"})

        assert '<html lang="uk"' in browser.get(page_of(cafe, "me")).text
        assert '<html lang="uk"' in a_browser(ada, language="fa").get(page_of(cafe, "me")).text
        assert Client().get(page_of(cafe, "welcome")).text.count('<html lang="en"') == 1

    def test_an_empty_choice_is_as_usual_again(self, cafe, ada):
        browser = a_browser(ada, language="en")
        browser.post(page_of(cafe, "me/reading"), {"language": "uk"})

        browser.post(page_of(cafe, "me/reading"), {"language": ""})

        assert '<html lang="en"' in browser.get(page_of(cafe, "me")).text

    def test_digits_and_calendar_are_the_members_own(self, cafe, ada):
        """U-65, U-66: Persian with Latin digits and Gregorian dates."""
        browser = a_browser(ada, language="fa")
        before = browser.get(page_of(cafe, "")).text

        browser.post(page_of(cafe, "me/reading"), {"digits": "latin", "calendar": "gregorian"})

        after = browser.get(page_of(cafe, "me")).text
        year = str(timezone.now().year)
        assert "۱٬۲۳۴" in before
        assert "1,234" in browser.get(page_of(cafe, "")).text
        assert year in after.split("</time>")[0]

    def test_what_nobody_offers_is_not_kept(self, cafe, ada):
        browser = a_browser(ada)

        browser.post(page_of(cafe, "me/reading"), {"language": "xx", "digits": "roman"})

        row = Choice.objects.get(member_id=ada.pk)
        assert (row.language, row.digits, row.calendar) == ("", "", "")


class TestBirthday:
    def test_is_kept_and_forgotten(self, cafe, ada):
        browser = a_browser(ada)

        browser.post(page_of(cafe, "me/birthday"), {"month": "2", "day": "9"})
        kept = MemberProfile.objects.get(member=ada)
        browser.post(page_of(cafe, "me/birthday"), {"month": "", "day": ""})

        assert (kept.birth_month, kept.birth_day) == (2, 9)
        assert MemberProfile.objects.get(member=ada).birth_month is None

    @pytest.mark.parametrize("told", [("2", "31"), ("2", ""), ("x", "1")])
    def test_that_is_no_day_is_refused_and_stays_typed(self, cafe, ada, told):
        """U-4, U-13."""
        month, day = told

        answer = a_browser(ada).post(page_of(cafe, "me/birthday"), {"month": month, "day": day})

        assert answer.status_code == 422
        assert "No such day" in answer.text
        assert (month == "2") == ('value="2" selected' in answer.text)
        assert MemberProfile.objects.get(member=ada).birth_month is None


class TestConsents:
    def test_are_given_and_taken_back(self, cafe, ada):
        """S-60: rows are only added; the newest holds."""
        browser = a_browser(ada)
        for given in ("yes", "no"):
            browser.post(page_of(cafe, "me/consents"), {"purpose": "marketing", "given": given})

        rows = Consent.objects.filter(member=ada).order_by("id")
        told = [(row.purpose, row.is_given, row.source, row.actor_id) for row in rows]
        assert told == [
            ("marketing", True, "portal", ada.pk),
            ("marketing", False, "portal", ada.pk),
        ]
        assert (
            'value="yes" aria-label="Agree: News and offers"'
            in browser.get(page_of(cafe, "me")).text
        )

    def test_to_what_nobody_asked_are_not_kept(self, cafe, ada):
        a_browser(ada).post(page_of(cafe, "me/consents"), {"purpose": "anything", "given": "yes"})

        assert Consent.objects.count() == 0


class TestTheData:
    def test_are_a_file_for_who_just_came_from_the_shop(self, cafe, ada):
        """S-57, S-19."""
        browser = a_browser(ada)
        browser.post(page_of(cafe, "me/reading"), {"language": "uk"})

        answer = browser.post(page_of(cafe, "me/export"))

        told = answer.json()
        assert answer["Content-Disposition"].endswith(f'{ada.shown_id}.json"')
        assert told["member"]["id"] == ada.shown_id
        assert told["portal"] == {"language": "uk", "digits": "", "calendar": ""}
        assert export_choices(cafe, [], timezone.now()) == {}

    def test_want_a_fresh_entry(self, cafe, ada):
        """S-19: not by a link, and not six minutes later."""
        by_link = a_browser(ada, kind=TicketKind.LINK)
        later = a_browser(ada)
        PortalSession.objects.update(entered_at=timezone.now() - timedelta(minutes=6))

        for browser in (by_link, later):
            answer = browser.post(page_of(cafe, "me/export"))
            assert answer.status_code == 303
            assert answer["Location"].startswith(page_of(cafe, "me/confirm?"))


class TestGoing:
    def test_erases_when_the_word_is_typed(self, cafe, ada):
        """S-58, U-16: sessions end, the person is gone, and so are the choices."""
        browser, elsewhere = a_browser(ada), a_browser(ada)
        browser.post(page_of(cafe, "me/reading"), {"language": "en"})

        wrong = browser.post(page_of(cafe, "me/erase"), {"word": "yes"})
        still = Member.objects.get(pk=ada.pk).status
        answer = browser.post(page_of(cafe, "me/erase"), {"word": " ERASE "})
        delivered_at()

        assert (wrong.status_code, still) == (422, "active")
        assert 'value="yes"' in wrong.text
        assert (answer.status_code, answer["Location"]) == (303, page_of(cafe, "gone"))
        assert Member.objects.get(pk=ada.pk).status == "erased"
        assert browser.get(page_of(cafe, "gone")).status_code == 200
        assert elsewhere.get(page_of(cafe, "")).status_code == 302
        assert Choice.objects.count() == 0

    def test_wants_a_fresh_entry(self, cafe, ada):
        """S-19: the word alone is not enough."""
        facts = AnnouncedFact.objects.count()

        answer = a_browser(ada, kind=TicketKind.LINK).post(
            page_of(cafe, "me/erase"), {"word": "erase"}
        )

        assert answer.status_code == 422
        assert Member.objects.get(pk=ada.pk).status == "active"
        assert AnnouncedFact.objects.count() == facts

    def test_says_where_one_is_signed_in(self, cafe, ada):
        """S-12: what ended by itself or with the epoch is nowhere; other people's neither."""
        a_browser(ada)
        PortalSession.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
        a_browser(a_guest(cafe, 0, name="grace", when=timezone.now() - timedelta(days=1)))
        a_browser(ada)

        text = a_browser(ada).get(page_of(cafe, "me")).text

        assert (text.count("This browser"), text.count("Another browser")) == (1, 1)

    def test_signing_out_everywhere_kills_tokens_too(self, cafe, ada):
        """S-12."""
        at = timezone.now()
        token = tokens.issue(program_id=cafe.pk, member_id=ada.pk, epoch=0, at=at).token
        browser, elsewhere = a_browser(ada), a_browser(ada)

        browser.post(page_of(cafe, "leave"), {"everywhere": "yes"})

        assert elsewhere.get(page_of(cafe, "")).status_code == 302
        with pytest.raises(tokens.TokenRefused):
            tokens.read(token, at=at)
