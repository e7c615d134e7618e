"""Whoever's contact was changed hears of it, wherever it was changed, at both mailboxes (S-12, S-20)."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.utils import timezone

from loyalty.members.models import Member
from loyalty.outbox.scheduling import tick_works
from portal.contacts.models import Notice
from portal.entry.entering import TicketRefused, enter, make_ticket
from portal.entry.models import PortalSession, TicketKind
from portal.letters import sending
from tests.portal.test_contacts import NEW, OLD, ada, cafe
from tests.portal.test_letters import sent
from tests.world.access import a_shop, a_staff
from tests.world.members import a_member

__all__ = ["ada", "cafe"]
pytestmark = pytest.mark.django_db(transaction=True)


class TestNotices:
    def test_say_that_and_when_and_how_to_object(self, cafe, ada):
        """S-20: in the member's language; neither the new address nor anything about points."""
        Member.objects.filter(pk=ada.pk).update(locale="fa-IR")

        a_shop(cafe).patch("/v1/members/ext:ada", {"email": NEW, "phone": "+4420 7946"})

        old, new = sorted(sent(), key=lambda each: each.to[0] == NEW)
        assert (old.to, new.to, old.body) == ([OLD], [NEW], new.body)
        assert old.extra_headers["Content-Language"] == "fa"
        assert 'dir="rtl"' in old.alternatives[0].content
        for unsaid in (NEW, OLD, "7946", "/p/"):
            assert unsaid not in old.body + old.alternatives[0].content

    def test_follow_a_change_by_staff(self, cafe, ada):
        """S-20: whoever makes it."""
        form = {"external_id": "ada", "email": NEW}

        a_staff(cafe, "support").post(f"/admin/loyalty/member/{ada.pk}/edit/", form)

        letters = sent()
        assert sorted(each.to[0] for each in letters) == [NEW, OLD]
        assert "The e-mail address of your membership at" in letters[0].body

    @pytest.mark.parametrize(
        ("first", "told"),
        [
            ({}, {"email": NEW}),
            ({"email": OLD}, {"email": OLD.upper()}),
            ({"email": OLD}, {"last_name": "L"}),
        ],
    )
    def test_do_not_follow_what_is_no_other_contact(self, cafe, first, told):
        """S-20: a first contact, another spelling, a name."""
        joan = a_member(cafe, "joan", **first)

        a_shop(cafe).patch("/v1/members/ext:joan", told)

        assert sent() == []
        assert Member.objects.get(pk=joan.pk).rests_until is None

    def test_leave_once_and_nothing_stays(self, cafe, ada):
        """S-54: the address of before goes as soon as its notice has left."""
        a_shop(cafe).patch("/v1/members/ext:ada", {"email": NEW})
        now = timezone.now()
        tick_works["portal.addresses"](at=now)
        waiting, letters, again = Notice.objects.count(), sent(), sent()

        tick_works["portal.addresses"](at=now + timedelta(minutes=6))

        assert (waiting, len(letters), again) == (2, 2, [])
        assert Notice.objects.count() == 0

    @pytest.mark.parametrize(("code", "again"), [(550, []), (450, [OLD])])
    def test_to_a_mailbox_that_refuses_hold_nobody_up(self, cafe, ada, monkeypatch, code, again):
        """S-20: for good, it is not tried again; for now, it is, after everybody else's."""
        a_shop(cafe).patch("/v1/members/ext:ada", {"email": NEW})
        monkeypatch.setattr(sending, "get_connection", lambda **_how: Refusing(code))
        first = [each.to[0] for each in sent()]
        monkeypatch.undo()

        assert (first, [each.to[0] for each in sent()]) == ([NEW], again)


class Refusing:
    """A mail server that does not want the old mailbox."""

    def __init__(self, code):
        self.code = code

    def send_messages(self, letters):
        for each in letters:
            if each.to == [OLD]:
                raise SMTPRecipientsRefused({OLD: (self.code, b"no")})
            mail.outbox.append(each)


def test_a_ticket_of_before_opens_nothing(cafe, ada):
    """S-12: sent to a mailbox that is no longer the member's."""
    ticket = make_ticket(program=cafe, member=ada, kind=TicketKind.LINK, at=timezone.now())
    a_shop(cafe).patch("/v1/members/ext:ada", {"email": NEW})

    with pytest.raises(TicketRefused):
        enter(program=cafe, secret=ticket, at=timezone.now())

    assert PortalSession.objects.count() == 0
