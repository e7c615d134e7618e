"""Coming in without a password: a ticket opens one session, once, and a session ends by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from loyalty.members.kinds import MemberStatus
from portal.entry.entering import TicketRefused, enter, kind_of, make_ticket
from portal.entry.models import EntryTicket, PortalSession, TicketKind
from portal.entry.staying import leave, leave_everywhere, prune, session_of
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.racing import at_once, meet

NOW = timezone.now()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada")


def a_ticket(member, kind=TicketKind.STOREFRONT, at=NOW):
    return make_ticket(program=member.program, member=member, kind=kind, at=at)


def a_session(member, at=NOW):
    return enter(program=member.program, secret=a_ticket(member, at=at), at=at)


class TestTickets:
    def test_open_one_session(self, cafe, ada):
        """S-15: the same ticket a second time opens nothing."""
        ticket = a_ticket(ada)

        session, secret = enter(program=cafe, secret=ticket, at=NOW)

        assert session_of(program=cafe.slug, secret=secret, at=NOW) == session
        with pytest.raises(TicketRefused):
            enter(program=cafe, secret=ticket, at=NOW)
        assert PortalSession.objects.count() == 1

    @pytest.mark.parametrize(
        ("kind", "seconds"), [(TicketKind.STOREFRONT, 60), (TicketKind.LINK, 15 * 60)]
    )
    def test_are_over_at_their_end(self, cafe, ada, kind, seconds):
        """S-15: 60 seconds from the storefront, 15 minutes by a link; at that instant it is over."""
        ticket = a_ticket(ada, kind)
        end = NOW + timedelta(seconds=seconds)

        assert kind_of(program=cafe, secret=ticket, at=end - timedelta(seconds=1)) == kind
        for ask in (kind_of, enter):
            with pytest.raises(TicketRefused):
                ask(program=cafe, secret=ticket, at=end)
        assert PortalSession.objects.count() == 0
        assert EntryTicket.objects.get().used_at is None

    def test_of_another_programme_open_nothing(self, ada):
        """S-2."""
        ticket = a_ticket(ada)

        with pytest.raises(TicketRefused):
            enter(program=a_program("other"), secret=ticket, at=NOW)

        assert PortalSession.objects.count() == 0

    def test_are_kept_as_digests(self, ada):
        """S-15: whoever reads the table can open nothing."""
        ticket = a_ticket(ada)

        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM portal_entryticket t")
            kept = cursor.fetchone()[0]

        assert ticket not in kept
        assert ticket.encode().hex() not in kept

    def test_let_one_in_of_two_at_once(self, cafe, ada):
        """S-15: a doubled click, or a thief beside the customer."""
        ticket = a_ticket(ada)

        outcomes = at_once(*[lambda: enter(program=cafe, secret=ticket, at=NOW)] * 8)

        assert sorted(outcomes) == ["done"] + ["ticket_not_usable"] * 7
        assert PortalSession.objects.count() == 1

    def test_would_let_all_in_if_they_looked_first(self, cafe, ada):
        """Control: reading, thinking and then writing lets several in; so the race above is one."""
        row = EntryTicket.objects.get(pk=_row_of(a_ticket(ada)))
        seen = []

        def look_then_write():
            if EntryTicket.objects.filter(pk=row.pk, used_at__isnull=True).exists():
                meet()
                EntryTicket.objects.filter(pk=row.pk).update(used_at=NOW)
                seen.append(1)

        at_once(*[look_then_write] * 4)

        assert len(seen) > 1


class TestSessions:
    def test_end_when_left_idle(self, cafe, ada):
        """S-17: 30 minutes after the last look; a look prolongs it."""
        _session, secret = a_session(ada)
        second, idle = timedelta(seconds=1), timedelta(minutes=30)
        look = NOW + idle - second

        assert session_of(program=cafe.slug, secret=secret, at=look)
        assert not session_of(program=cafe.slug, secret=secret, at=look + idle)
        assert session_of(program=cafe.slug, secret=secret, at=look + idle - second)

    def test_end_after_twelve_hours(self, cafe, ada):
        """S-17: however busy it is."""
        _session, secret = a_session(ada)
        last = NOW + timedelta(hours=12) - timedelta(seconds=1)
        PortalSession.objects.update(seen_at=last)

        assert session_of(program=cafe.slug, secret=secret, at=last)
        assert not session_of(program=cafe.slug, secret=secret, at=NOW + timedelta(hours=12))

    def test_end_with_the_members_epoch(self, cafe, ada):
        """S-12: whatever raises the epoch ends every session."""
        _session, secret = a_session(ada)
        ada.epoch += 1
        ada.save()

        assert session_of(program=cafe.slug, secret=secret, at=NOW) is None

    @pytest.mark.parametrize("status", [MemberStatus.ERASED, MemberStatus.MERGED])
    def test_end_when_the_member_is_gone(self, cafe, ada, status):
        """S-17."""
        _session, secret = a_session(ada)
        grace = a_member(cafe, "grace")
        ada.status = status
        ada.merged_into = grace if status == MemberStatus.MERGED else None
        ada.external_id = None
        ada.save()

        assert session_of(program=cafe.slug, secret=secret, at=NOW) is None

    def test_end_here_or_everywhere(self, cafe, ada):
        (phone, at_phone), (_laptop, at_laptop) = a_session(ada), a_session(ada)
        a_ticket(ada)

        leave(session=phone)
        left = [
            session_of(program=cafe.slug, secret=each, at=NOW) for each in (at_phone, at_laptop)
        ]
        leave_everywhere(member=ada)

        assert left[0] is None
        assert left[1] is not None
        assert session_of(program=cafe.slug, secret=at_laptop, at=NOW) is None
        assert EntryTicket.objects.filter(used_at__isnull=True).count() == 0

    def test_are_forgotten_a_day_after_their_end(self, ada):
        a_session(ada)

        assert prune(at=NOW + timedelta(hours=36)) == 1  # the ticket, not yet the session
        assert prune(at=NOW + timedelta(hours=37)) == 1


class TestConstraints:
    @pytest.mark.parametrize(
        ("table", "change", "name"),
        [
            ("entryticket", "ends_at = made_at", "ticket_ends_after_it_is_made"),
            ("entryticket", "used_at = ends_at", "ticket_is_used_before_its_end"),
            ("portalsession", "ends_at = entered_at", "session_ends_after_it_begins"),
        ],
    )
    def test_refuse_alone(self, ada, table, change, name):
        """S-15, S-17: the database by itself."""
        a_session(ada)

        with (
            pytest.raises(IntegrityError, match=name),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE portal_{table} SET {change}")


def _row_of(ticket):
    from portal.entry.entering import digest_of

    return EntryTicket.objects.get(digest=digest_of(ticket)).pk
