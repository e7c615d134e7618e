"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows."""

import pytest

from loyalty.access.models import ApiKey, Membership
from tests.world.access import a_page, a_person, a_shop, a_staff
from tests.world.programs import a_program
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db


def test_an_address_names_one_person():
    """Whatever its capitals: mail goes to one of them."""
    ada, grace = a_person(username="ada"), a_person(username="grace")

    with refused("staff_email_names_one_person"):
        changed(grace, email=ada.email.upper())

    grace.refresh_from_db()
    assert grace.email == "grace@cafe.example"


def test_a_role_is_one_of_ours_and_given_once():
    """S-21."""
    role = Membership.objects.get(user=a_staff(a_program(), "till").user)

    with refused("membership_has_a_known_role"):
        changed(role, role="emperor")
    with refused("membership_gives_a_role_once"):
        copied(role)

    assert Membership.objects.get(user=role.user).role == "till"


def test_a_key_is_of_a_known_kind():
    """S-7."""
    key = a_shop(a_program()).key

    with refused("key_has_a_known_kind"):
        changed(key, kind="golden")

    assert ApiKey.objects.get(pk=key.pk).kind == "secret"


def test_a_publishable_key_has_origins():
    """S-10: without one it would work on every page."""
    key = a_page(a_program()).key

    with refused("key_publishable_has_origins"):
        changed(key, origins=[])

    assert ApiKey.objects.get(pk=key.pk).origins == ["https://shop.example"]
