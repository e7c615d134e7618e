"""What is kept of whoever was erased: digests of contacts, for a year, so that joining is not rewarded twice."""

from datetime import timedelta

import pytest

from loyalty.foundation.units import run
from loyalty.members.leaving import erase_person, forget_former_contacts, mark_merged
from loyalty.members.models import FormerContact
from tests.world.members import JOINED_AT, a_member
from tests.world.programs import a_program
from tests.world.tables import copied, refused

pytestmark = pytest.mark.django_db


def test_erasing_leaves_a_digest_of_each_contact_for_a_year():
    """S-58: of those that were merged into it too, once; erased again, the year begins anew."""
    cafe = a_program()
    for year, name in ((0, "ada"), (1, "again")):
        ada = a_member(cafe, name, email="ada@example.org", phone="+4420794601234")
        grace = a_member(cafe, f"grace-{name}", email="Ada@Example.org")
        run(lambda gone=grace, into=ada: mark_merged(gone=gone, survivor=into, at=JOINED_AT))
        ada.refresh_from_db()
        at = JOINED_AT + timedelta(days=year)
        run(lambda member=ada, at=at: erase_person(member=member, at=at))

    ends = {each.ends_at for each in FormerContact.objects.all()}
    kept = forget_former_contacts(program=cafe, at=JOINED_AT + timedelta(days=365))
    gone = forget_former_contacts(program=cafe, at=JOINED_AT + timedelta(days=366))

    assert ends == {JOINED_AT + timedelta(days=366)}
    assert (kept, gone) == (0, 2)


def test_each_digest_is_kept_once():
    """S-58: former_contact_stands_once."""
    ada = a_member(a_program(), email="ada@example.org")
    run(lambda: erase_person(member=ada, at=JOINED_AT))

    with refused(by="former_contact_stands_once"):
        copied(FormerContact.objects.get())
