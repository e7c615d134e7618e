"""Many who press one button, or ask from one network, in the same moment (S-15, S-36, S-37)."""

from functools import partial

import pytest
from django.utils import timezone

from loyalty.members.models import Member
from portal.entry.models import PortalSession
from portal.joining import becoming
from portal.joining.applicants import Applicant
from portal.joining.becoming import become_member
from portal.joining.models import Application
from portal.letters import asking
from tests.world.portal import an_open_door, applied_for, the_link, ticket_in
from tests.world.racing import at_once, meet

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 6


@pytest.fixture
def cafe():
    return an_open_door()


def pressing(cafe, *links):
    """The buttons behind these links, each pressed at the same moment."""
    now = timezone.now()
    return [partial(become_member, program=cafe, secret=ticket_in(each), at=now) for each in links]


def test_one_link_makes_one_member_with_one_session(cafe):
    """S-15: a doubled click, or somebody who read the mail beside them."""
    link = the_link(cafe)

    outcomes = at_once(*pressing(cafe, *[link] * RACERS))

    assert sorted(outcomes) == ["application_not_usable"] * (RACERS - 1) + ["done"]
    assert (Member.objects.count(), PortalSession.objects.count()) == (1, 1)


def test_control_one_link_would_make_many_if_they_looked_first(cafe, monkeypatch):
    """Control: reading, thinking and then deleting takes several in."""
    link = the_link(cafe)

    def look_then_delete(**_told):
        row = Application.objects.first()
        meet()
        Application.objects.all().delete()
        return Applicant.unsealed(bytes(row.sealed), about=row.pk)

    monkeypatch.setattr(becoming, "_taken", look_then_delete)
    monkeypatch.setattr(becoming, "members_by", lambda **_told: Member.objects.none())

    assert at_once(*pressing(cafe, *[link] * RACERS)).count("done") > 1
    assert Member.objects.count() > 1


def test_two_links_of_one_mailbox_make_one_member(cafe):
    """S-15: asked for twice, and both mails opened."""
    links = [the_link(cafe), the_link(cafe)]

    outcomes = at_once(*pressing(cafe, *links))

    assert outcomes == ["done", "done"]
    assert (Member.objects.count(), PortalSession.objects.count()) == (1, 2)


def test_control_two_links_would_make_two_if_nobody_waited(cafe, monkeypatch):
    """Control: the mailbox is held from looking to writing."""
    links = [the_link(cafe), the_link(cafe)]
    looked_up = becoming.members_by

    def looking(**told):
        found = list(looked_up(**told))
        meet()
        return Member.objects.filter(pk__in=[each.pk for each in found])

    monkeypatch.setattr(becoming, "one_after_the_other", lambda **_told: None)
    monkeypatch.setattr(becoming, "members_by", looking)

    assert at_once(*pressing(cafe, *links)) == ["done", "done"]
    assert Member.objects.count() == 2


def applying(cafe, count):
    now = timezone.now()
    return [partial(applied_for, cafe, f"{each}@example.org", at=now) for each in range(count)]


def test_five_of_a_network_are_heard_however_many_ask_at_once(cafe):
    """S-36, S-37."""
    outcomes = at_once(*applying(cafe, 8))

    assert sorted(outcomes) == ["done"] * 5 + ["too_many_mails"] * 3
    assert Application.objects.count() == 5


def test_control_more_are_heard_when_nobody_waits(cafe, monkeypatch):
    """Control: counting and then writing lets more in."""
    demand = asking._demand

    def demanded_by_all(letters, most, *, at):
        demand(letters, most, at=at)
        meet()

    monkeypatch.setattr(asking, "_hold", lambda _digests: None)
    monkeypatch.setattr(asking, "_demand", demanded_by_all)

    assert at_once(*applying(cafe, 8)).count("done") > 5
