"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows."""

import pytest
from django.db import connection, transaction

from loyalty.members.consenting import ConsentTold
from loyalty.members.models import Consent, Member, MemberProfile
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.tables import changed, refused

pytestmark = pytest.mark.django_db


def test_an_external_id_names_one_member():
    cafe = a_program()
    a_member(cafe, "ada")
    grace = a_member(cafe, "grace")

    with refused("external_id_names_one_member"):
        changed(grace, external_id="ada")

    assert Member.objects.get(pk=grace.pk).external_id == "grace"


def test_a_card_names_one_member():
    cafe = a_program()
    card = MemberProfile.objects.get(member=a_member(cafe, "ada")).card
    grace = MemberProfile.objects.get(member=a_member(cafe, "grace"))

    with refused("card_names_one_member"):
        changed(grace, card=card)

    grace.refresh_from_db()
    assert grace.card != card


@pytest.mark.django_db(transaction=True)
def test_consents_cannot_be_swept_away():
    """S-60: what somebody agreed to stays on record."""
    cafe = a_program()
    a_member(cafe, "ada", consents=(ConsentTold(purpose="marketing", is_given=True),))

    with (
        refused("consents_are_not_truncated"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE loyalty_consent")

    assert Consent.objects.count() == 1
