"""Who joins, and who is a member already: nobody learns it, and what was told stays sealed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.ledger.merging import erase
from loyalty.members.models import Consent, Member
from portal.entry.entering import LIFE
from portal.entry.models import EntryTicket, PortalSession, TicketKind
from portal.joining.forgetting import forget
from portal.joining.models import Application
from portal.letters.models import Letter
from tests.portal.visiting import a_frame, page_of
from tests.world.members import ENROLLER, a_member
from tests.world.portal import (
    ADA,
    FORM,
    an_open_door,
    applied_for,
    link_in,
    pressed,
    sent,
    the_link,
)
from tests.world.tables import changed, refused

VALUES = re.compile(r"\s*(?:'[^']*'|\bNULL\b|-?\b\d+)(?:::\w+)?")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return an_open_door()


def filled_in(cafe, *, browser=None, client=None, **form):
    return (browser or Client(**(client or {}))).post(page_of(cafe, "join"), FORM | form)


class TestWhoIsAMember:
    def test_is_not_told_by_the_answer(self, cafe):
        """S-16: the same words, status and place; the member's mail says it to the member alone."""
        a_member(cafe, email=ADA)
        answers = [filled_in(cafe, email=email) for email in (ADA, "new@example.org")]
        pages = [Client().get(each["Location"]).text for each in answers]

        assert [(each.status_code, each["Location"]) for each in answers] == [
            (303, page_of(cafe, "join?asked"))
        ] * 2
        assert _plain(pages[0]) == _plain(pages[1])
        known, new = sent()
        assert "You are a member of \u2068Corner Café\u2069 already." in known.body
        assert "/enter?" in link_in(known)
        assert "/join/link?" in link_in(new)

    def test_is_not_told_by_the_work(self, cafe):
        """S-16: the same statements for both, so the same time."""
        a_member(cafe, email=ADA)
        works = []
        for email in (ADA, "nobody@example.org", "somebody@example.org"):
            with CaptureQueriesContext(connection) as statements:
                filled_in(cafe, email=email)
            works.append([VALUES.sub(" ?", each["sql"]) for each in statements])

        assert works[0] == works[1] == works[2]

    def test_is_not_told_by_the_limits(self, cafe):
        """S-36: three letters an hour to a mailbox, known or not, and nothing is written for the fourth."""
        a_member(cafe, email=ADA)
        for email in (ADA, "new@example.org"):
            answers = [
                filled_in(cafe, email=email, client={"REMOTE_ADDR": f"192.0.2.{at}"})
                for at in range(4)
            ]
            assert [each.status_code for each in answers] == [303, 303, 303, 429]
        assert (Letter.objects.count(), Application.objects.count()) == (6, 6)

    def test_comes_in_as_who_they_are(self, cafe):
        """S-15: nobody becomes a member twice; what was told for joining opens nothing, and goes at its end."""
        ada = a_member(cafe, email=ADA)
        applied_for(cafe, " Ada@Example.org ".strip())

        _browser, entered = pressed(link_in(sent()[0]))

        assert entered.status_code == 303
        assert PortalSession.objects.get().member == ada
        assert Member.objects.count() == 1
        assert Application.objects.get().digest is None
        assert forget(at=timezone.now() + LIFE[TicketKind.LINK]) == 1
        assert not Consent.objects.exists()

    def test_is_looked_at_again_when_the_button_is_pressed(self, cafe):
        """Two links of one mailbox, or the shop was faster."""
        first, second = the_link(cafe), the_link(cafe)

        pressed(first)
        pressed(second)

        assert Member.objects.count() == 1
        assert PortalSession.objects.count() == 2

    def test_can_join_afresh_once_erased(self, cafe):
        """S-58: at nothing, as somebody new."""
        pressed(the_link(cafe))
        old = Member.objects.get()
        erase(program=cafe, member=old, actor=ENROLLER, at=timezone.now())

        pressed(the_link(cafe))

        assert Member.objects.exclude(pk=old.pk).get().status == "active"

    def test_is_home_after_a_second_click(self, cafe):
        """U-4: the browser shows the second answer, and the first has let them in."""
        link = the_link(cafe)
        browser, _entered = pressed(link)

        again = browser.post(page_of(cafe, "join/link"), {"ticket": link.partition("=")[2]})

        assert (again.status_code, again["Location"]) == (302, page_of(cafe, ""))
        assert (Member.objects.count(), PortalSession.objects.count()) == (1, 1)

    def test_is_not_asked_inside_a_shops_page(self, cafe):
        """U-71: a frame keeps no session, so the way in is a page of its own."""
        text = a_frame().get(f"/w/{cafe.slug}/welcome").text

        assert f'href="/p/{cafe.slug}/welcome" target="_blank"' in text
        assert "/join" not in text
        assert a_frame().get(f"/w/{cafe.slug}/join").status_code == 404


class TestLimits:
    def test_let_five_an_hour_of_one_network_ask(self, cafe):
        """S-36: then the same refusal for everybody there; a link to come in by may still be asked for."""
        answers = [filled_in(cafe, email=f"{at}@example.org") for at in range(6)]
        link = Client().post(page_of(cafe, "enter/mail"), {"email": ADA})
        elsewhere = filled_in(cafe, client={"REMOTE_ADDR": "198.51.100.1"})

        assert [each.status_code for each in answers] == [303] * 5 + [429]
        assert "Enough mails for now" in answers[5].text
        assert (link.status_code, elsewhere.status_code) == (303, 303)
        assert Application.objects.count() == 6

    def test_are_over_after_an_hour(self, cafe):
        early = timezone.now() - timedelta(hours=1)
        for at in range(5):
            applied_for(cafe, f"{at}@example.org", at=early)

        applied_for(cafe, "late@example.org")

        assert Letter.objects.count() == 6


class TestWhatWaits:
    def test_cannot_be_read_in_the_table(self, cafe):
        """S-54: no address, name or secret in clear, in any table."""
        applied_for(cafe, "canary@example.org", first_name="Canary")
        link = link_in(sent()[0])

        assert _found("canary") == []
        assert _found(link.partition("=")[2]) == []

    def test_goes_with_its_letter(self, cafe):
        applied_for(cafe)

        Letter.objects.all().delete()

        assert Application.objects.count() == 0

    def test_has_an_end(self, cafe):
        """S-54: application_ends_after_it_is_asked_for."""
        applied_for(cafe)
        row = Application.objects.get()

        with refused(by="application_ends_after_it_is_asked_for"):
            changed(row, ends_at=row.asked_at)

    def test_is_no_ticket(self, cafe):
        """A link to join by lets nobody in at the other door."""
        link = the_link(cafe)

        answer = Client().post(page_of(cafe, "enter"), {"ticket": link.partition("=")[2]})

        assert answer.status_code == 422
        assert not EntryTicket.objects.exists()


def _found(word):
    """The tables in which this word stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        names = [row[0] for row in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}" t WHERE t::text ILIKE %s', [f"%{word}%"])
            found += [name] * bool(cursor.fetchone()[0])
    return found


def _plain(page):
    """A page without what differs for every visitor."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
