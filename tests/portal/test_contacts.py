"""Another address, another phone: by whoever has proved who they are; both mailboxes hear of it (S-12, S-19, S-20)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from loyalty.members.contacts import email_of, phone_of
from loyalty.members.models import Member, MemberProfile
from loyalty.outbox.scheduling import tick_works
from portal.contacts.changing import believe_new_address
from portal.contacts.models import NewAddress, Notice
from portal.entry.framing import confirmed_token
from portal.entry.models import PortalSession, TicketKind
from portal.letters.models import Letter
from tests.portal.test_letters import sent
from tests.portal.visiting import a_browser, a_frame, page_of
from tests.world.access import a_customer
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW = "ada@example.org", "ada@example.net"


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada", email=OLD, locale="en")


@pytest.fixture
def browser(ada):
    """Her shop has just vouched for her."""
    return a_browser(ada)


def wanted(browser, cafe, email=NEW):
    return browser.post(page_of(cafe, "me/email"), {"email": email})


def typed(browser, cafe, code):
    return browser.post(page_of(cafe, "me/email"), {"code": code})


def code_in(letter):
    return re.search(r"^([0-9]{6})$", letter.body, re.MULTILINE)[1]


def mailed_code(browser, cafe, email=NEW):
    """A code asked for and mailed to the new address."""
    assert wanted(browser, cafe, email).status_code == 303
    (letter,) = sent()
    assert letter.to == [email]
    return code_in(letter)


def reached_at(member):
    profile = MemberProfile.objects.get(member=member)
    return email_of(profile), phone_of(profile)


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


class TestANewAddress:
    def test_is_believed_when_its_code_is_typed(self, cafe, ada, browser):
        """S-19, S-20: until then the old one stands; afterwards both hear, and only this session goes on."""
        elsewhere = a_browser(ada)
        code = mailed_code(browser, cafe)
        before = reached_at(ada)

        answer = typed(browser, cafe, code)

        letters = sent()
        assert (before, reached_at(ada)) == ((OLD, None), (NEW, None))
        assert answer["Location"] == page_of(cafe, "me")
        assert sorted(each.to[0] for each in letters) == [NEW, OLD]
        assert NEW in browser.get(page_of(cafe, "me")).text
        assert elsewhere.get(page_of(cafe, "me"))["Location"] == page_of(cafe, "ended")
        assert a_customer(cafe, ada.pk).get("/v1/me").status_code == 401
        assert Member.objects.get(pk=ada.pk).rests_until > timezone.now() + timedelta(hours=47)
        assert NewAddress.objects.count() == 0

    def test_wants_a_proof_of_who_asks(self, cafe, ada):
        """S-19: a mailed link alone changes nothing and mails nothing."""
        by_mail = a_browser(ada, kind=TicketKind.LINK)

        pages = [by_mail.get(page_of(cafe, "me/email")), wanted(by_mail, cafe)]

        assert [each.status_code for each in pages] == [200, 422]
        for each in pages:
            assert f"{page_of(cafe, 'me/confirm')}?next={page_of(cafe, 'me/email')}" in each.text
            assert 'name="email"' not in each.text
        assert (sent(), reached_at(ada), Letter.objects.count()) == ([], (OLD, None), 0)

    def test_of_somebody_else_is_answered_alike(self, cafe, ada, browser):
        """S-16: nobody learns who else is a member."""
        a_member(cafe, "grace", email="grace@example.org")

        answers = [wanted(browser, cafe, each) for each in (NEW, "grace@example.org")]

        assert {(each.status_code, each["Location"]) for each in answers} == {
            (303, page_of(cafe, "me/email?sent"))
        }
        assert [each.to for each in sent()] == [[NEW], ["grace@example.org"]]

    def test_holds_the_limits_of_letters(self, cafe, ada, browser):
        """S-36: three an hour to a mailbox, whoever asks."""
        answers = [wanted(browser, cafe).status_code for _ in range(4)]

        assert answers == [303, 303, 303, 429]
        assert len(sent()) == 3

    def test_that_is_none_is_refused_and_stays_typed(self, cafe, ada, browser):
        """U-4."""
        answer = wanted(browser, cafe, "ada@@example")

        assert answer.status_code == 422
        assert 'value="ada@@example"' in answer.text
        assert Letter.objects.count() == 0

    @pytest.mark.parametrize(("slips", "status"), [(4, 303), (5, 422)])
    def test_has_five_tries(self, cafe, ada, browser, slips, status):
        """S-36: after the fifth slip the right code is void as well."""
        code = mailed_code(browser, cafe)
        wrong = {typed(browser, cafe, other_than(code)).status_code for _ in range(slips)}

        assert (wrong, typed(browser, cafe, code).status_code) == ({422}, status)
        assert reached_at(ada)[0] == (NEW if status == 303 else OLD)

    def test_is_nobody_elses_to_take(self, cafe, ada, browser):
        """S-19: the session that asked alone; not another one, not a frame, not after ten minutes."""
        code = mailed_code(browser, cafe)
        others = [
            typed(a_browser(ada), cafe, code),
            typed(a_browser(a_member(cafe, "joan")), cafe, code),
        ]
        framed = a_frame(ada).post(f"/w/{cafe.slug}/me/email", {"code": code})
        NewAddress.objects.update(ends_at=timezone.now())

        late = typed(browser, cafe, code)

        assert {each.status_code for each in (*others, framed, late)} == {422}
        assert reached_at(ada) == (OLD, None)

    def test_is_taken_once_by_many_at_once(self, cafe, ada, browser):
        """S-19: a doubled click is one change, and one pair of notices."""
        code = mailed_code(browser, cafe)
        session = PortalSession.objects.get()

        def believe():
            believe_new_address(member=ada, session=session, told=code, at=timezone.now())

        outcomes = at_once(*[believe] * 4)

        assert sorted(outcomes) == ["code_not_usable"] * 3 + ["done"]
        assert (Member.objects.get(pk=ada.pk).epoch, Notice.objects.count()) == (1, 2)

    def test_is_changed_in_the_frame_too(self, cafe, ada):
        """S-18, S-19: with the token of whoever proved it; afterwards the storefront is asked for another."""
        address = f"/w/{cafe.slug}/me/email"
        refused = a_frame(ada).post(address, {"email": NEW})
        frame = a_frame(ada, token=confirmed_token(member=ada, at=timezone.now()).token)
        asked = frame.post(address, {"email": NEW})
        (letter,) = sent()

        done = frame.post(address, {"code": code_in(letter)})

        assert [each.status_code for each in (refused, asked, done)] == [422, 303, 303]
        assert reached_at(ada) == (NEW, None)
        assert frame.get(address).status_code == 401

    def test_is_sealed_and_goes_with_its_end(self, cafe, ada, browser):
        """S-54: neither the address nor the code can be read in the table; ten minutes later nothing is there."""
        code = mailed_code(browser, cafe)
        with connection.cursor() as cursor:
            cursor.execute("SELECT n::text, l::text FROM portal_newaddress n, portal_letter l")
            kept = "".join(cursor.fetchone())

        tick_works["portal.addresses"](at=timezone.now() + timedelta(minutes=10))

        for secret in (NEW, code, NEW.encode().hex(), code.encode().hex()):
            assert not re.search(rf"(?<![0-9a-f]){secret}(?![0-9a-f])", kept)
        assert NewAddress.objects.count() == 0

    def test_is_tried_a_few_times_by_the_database_alone(self, cafe, ada, browser):
        """S-36."""
        wanted(browser, cafe)

        with (
            pytest.raises(IntegrityError, match="new_address_is_tried_a_few_times"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE portal_newaddress SET tries = 6")


class TestAPhone:
    def test_is_changed_and_taken_away(self, cafe, ada, browser):
        """S-19, S-20: the mailbox hears of it."""
        answers = [
            browser.post(page_of(cafe, "me/phone"), {"phone": each}) for each in ("+44 20 7946", "")
        ]

        assert [each.status_code for each in answers] == [303, 303]
        assert reached_at(ada) == (OLD, None)
        assert [(each.to, "phone number" in each.body) for each in sent()] == [([OLD], True)] * 2

    @pytest.mark.parametrize("told", ["12", "+44 20 x", "0" * 40])
    def test_that_is_none_is_refused(self, cafe, ada, browser, told):
        """U-4: and stays typed."""
        answer = browser.post(page_of(cafe, "me/phone"), {"phone": told})

        assert (answer.status_code, reached_at(ada)) == (422, (OLD, None))
        assert f'value="{told}"' in answer.text

    def test_wants_a_proof_of_who_asks(self, cafe, ada):
        """S-19."""
        by_mail = a_browser(ada, kind=TicketKind.LINK)

        answer = by_mail.post(page_of(cafe, "me/phone"), {"phone": "+44 20 7946"})

        assert (answer.status_code, reached_at(ada)) == (422, (OLD, None))
        assert page_of(cafe, "me/confirm") in answer.text
