"""Mails that customers ask for: a link to come in by. Nobody learns from it who is known."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.members.changing import set_status
from loyalty.members.kinds import MemberStatus
from loyalty.outbox.scheduling import tick_works
from portal.entry.models import EntryTicket, PortalSession
from portal.letters.asking import Asker, ask_for_link
from portal.letters.models import Letter
from tests.portal.visiting import page_of
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.racing import at_once

# What a statement is given: whom it is about may be somebody or NULL.
VALUES = re.compile(r"\s*(?:'[^']*'|\bNULL\b|-?\b\d+)(?:::\w+)?")
pytestmark = pytest.mark.django_db(transaction=True)
ADA = "ada@example.org"


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada", email=ADA)


def sent(at=None):
    """Whatever waits leaves; the mails that did."""
    mail.outbox.clear()
    tick_works["portal.letters"](at=at or timezone.now())
    return list(mail.outbox)


def asked(cafe, email=ADA, *, network="192.0.2.1", at=None, language="en"):
    asker = Asker(network=network, language=language)
    ask_for_link(program=cafe, email=email, asker=asker, at=at or timezone.now())


def wanted(cafe, email, **rest):
    return Client(**rest).post(page_of(cafe, "enter/mail"), {"email": email})


class TestALinkByMail:
    def test_lets_in_once_by_its_button(self, cafe, ada):
        """S-15: asked for, mailed, opened, pressed; a second time it opens nothing."""
        wanted(cafe, " Ada@Example.org ")
        (letter,) = sent()
        link = re.search(r"https?://\S+?(/p/\S+)", letter.body)[1]
        browser = Client()

        looked = browser.get(link)
        ticket = re.search(r'name="ticket" value="([^"]+)"', looked.text)[1]
        entered = browser.post(page_of(cafe, "enter"), {"ticket": ticket})

        assert letter.to == [ADA]
        assert (entered.status_code, entered["Location"]) == (303, page_of(cafe, ""))
        assert browser.get(page_of(cafe, "")).status_code == 200
        assert Client().get(link).status_code == 422
        assert PortalSession.objects.count() == 1

    def test_is_read_in_the_language_of_the_page(self, cafe, ada):
        """U-63, U-75: language and direction on every part, the name isolated, a part without marks; nothing is fetched."""
        languages = ["ar", "fa", "uk"]
        for language in languages:
            wanted(cafe, ADA, headers={"accept-language": language})

        letters = dict(zip(languages, sent(), strict=True))

        for language, letter in letters.items():
            self.reads_in(language, letter)

    def reads_in(self, language, letter):
        ((page, kind),) = letter.alternatives
        direction = "rtl" if language in {"ar", "fa"} else "ltr"
        assert page.count(f'lang="{language}" dir="{direction}"') == 4
        assert "\u2068Corner Café\u2069" in letter.subject
        assert "http" in letter.body
        assert not re.search(r"<img|<link|\sstyle=|src=", page)
        assert (kind, letter.extra_headers["Content-Language"]) == ("text/html", language)

    def test_is_sent_once_however_many_workers_there_are(self, cafe, ada):
        """S-15: each letter is taken by one of them."""
        asked(cafe)
        mail.outbox.clear()
        now = timezone.now()

        at_once(*[lambda: tick_works["portal.letters"](at=now)] * 4)

        assert len(mail.outbox) == 1
        assert EntryTicket.objects.count() == 1

    def test_is_tried_again_when_the_mail_server_was_away(self, cafe, ada, settings):
        """S-15: with another secret, as long as there is time."""
        asked(cafe)
        settings.EMAIL_BACKEND = "tests.portal.test_letters.Away"
        nothing = sent()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

        assert nothing == []
        assert [each.to for each in sent()] == [[ADA]]
        assert sent() == []

    def test_is_not_sent_after_its_end(self, cafe, ada):
        asked(cafe)

        assert sent(at=timezone.now() + timedelta(minutes=15)) == []

    @pytest.mark.parametrize("status", [MemberStatus.SUSPENDED, MemberStatus.ERASED])
    def test_reaches_who_may_come_in(self, cafe, ada, status):
        asked(cafe)
        if status == MemberStatus.ERASED:
            type(ada).objects.update(status=status, external_id=None)
        else:
            set_status(members=[ada], status=status, actor=_hand(ada), at=timezone.now())

        assert len(sent()) == (1 if status == MemberStatus.SUSPENDED else 0)


class TestWhoIsKnown:
    def test_is_not_told_by_the_answer(self, cafe, ada):
        """S-16: the same words, status, headers and place; and nothing to be heard of by mail."""
        answers = [wanted(cafe, email) for email in (ADA, "nobody@example.org")]
        pages = [Client().get(answer["Location"]).text for answer in answers]

        assert [(each.status_code, each["Location"]) for each in answers] == [
            (303, page_of(cafe, "enter/mail?asked"))
        ] * 2
        assert _plain(pages[0]) == _plain(pages[1])
        assert [letter.to for letter in sent()] == [[ADA]]

    def test_is_not_told_by_the_work(self, cafe, ada):
        """S-16: the same statements for both, so the same time; secret and mail are a worker's."""
        works = []
        for email in (ADA, "nobody@example.org", "somebody@example.org"):
            with CaptureQueriesContext(connection) as statements:
                wanted(cafe, email)
            works.append([VALUES.sub(" ?", each["sql"]) for each in statements])

        assert works[0] == works[1] == works[2]

    def test_is_not_told_by_the_limit(self, cafe, ada):
        """S-36: three an hour to a mailbox, known or not; then the same refusal, and nothing is written."""
        for email in (ADA, "nobody@example.org"):
            answers = [wanted(cafe, email, REMOTE_ADDR=f"192.0.2.{at}") for at in range(4)]
            assert [each.status_code for each in answers] == [303, 303, 303, 429]
            assert "Enough mails for now" in answers[3].text
            assert f'value="{email}"' in answers[3].text
        assert Letter.objects.count() == 6

    def test_is_not_told_across_programmes(self, cafe, ada):
        """S-2."""
        asked(a_program("other"))

        assert sent() == []

    def test_is_asked_of_addresses_only(self, cafe):
        """U-4: what was typed stays."""
        for email in ("", "ada", "ada@", "a b@example.org"):
            answer = wanted(cafe, email)

            assert answer.status_code == 422
            assert f'value="{email}"' in answer.text
        assert Letter.objects.count() == 0


class Away:
    """A mail server that is not there."""

    def __init__(self, **_told):
        pass

    def send_messages(self, _mails):
        raise ConnectionRefusedError


def _plain(page):
    """A page without what differs for every visitor."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def _hand(member):
    from loyalty.foundation.actors import Actor, ActorKind

    return Actor(kind=ActorKind.STAFF, id=member.pk)
