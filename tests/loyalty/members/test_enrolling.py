"""Enrolling: somebody becomes a member, once."""

from datetime import timedelta

import pytest

from loyalty.foundation.units import run
from loyalty.members.contacts import Birthday, birthday_of, email_of
from loyalty.members.enrolling import (
    CardTaken,
    Enrolment,
    JoinedInFuture,
    MemberExists,
    enrol,
    enrol_missing,
)
from loyalty.members.models import Consent, Member, MemberProfile
from loyalty.outbox.models import AnnouncedFact
from tests.world.members import ENROLLER, JOINED_AT, a_member, some_members
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


def facts_of(member):
    return list(
        AnnouncedFact.objects.filter(member_id=member.pk).order_by("id").values_list("name", "body")
    )


class TestEnrol:
    def test_makes_a_member_with_a_profile_a_card_and_a_fact(self):
        """S-54, S-56: the person stands in the profile, the fact carries no word of it."""
        cafe = a_program()

        ada = a_member(
            cafe,
            "ada",
            email="Ada@Example.org",
            first_name="Ada",
            birthday=Birthday(month=12, day=10),
            referral_code="FRIEND",
        )

        profile = MemberProfile.objects.get(member=ada)
        assert (ada.external_id, ada.status, ada.joined_at) == ("ada", "active", JOINED_AT)
        assert email_of(profile) == "Ada@Example.org"
        assert birthday_of(profile) == Birthday(month=12, day=10)
        assert len(profile.card) == 12
        assert b"xample" not in bytes(profile.email_sealed)
        assert facts_of(ada) == [("member.enrolled", {"how": "test", "referral_code": "FRIEND"})]

    def test_refuses_an_external_id_twice_and_names_its_owner(self):
        cafe = a_program()
        ada = a_member(cafe, "ada")

        with pytest.raises(MemberExists) as refusal:
            a_member(cafe, "ada", first_name="Another")

        assert refusal.value.values == {"member": ada.shown_id}
        assert Member.objects.count() == 1
        assert len(facts_of(ada)) == 1

    def test_takes_the_same_external_id_in_another_programme(self):
        """S-2: programmes do not see each other."""
        ada, other = a_member(a_program("one"), "ada"), a_member(a_program("two"), "ada")

        assert ada.pk != other.pk

    def test_refuses_a_card_twice_however_it_is_written(self):
        cafe = a_program()
        a_member(cafe, "ada", card="1234 5678-AB")

        with pytest.raises(CardTaken):
            a_member(cafe, "grace", card="12345678ab")

        assert Member.objects.count() == 1

    def test_refuses_somebody_who_joins_tomorrow(self):
        cafe = a_program()
        tomorrow = JOINED_AT + timedelta(days=1)

        with pytest.raises(JoinedInFuture):
            enrol(
                program=cafe,
                enrolments=[Enrolment(external_id="ada", joined_at=tomorrow)],
                how="test",
                actor=ENROLLER,
                at=JOINED_AT,
            )

        assert not Member.objects.exists()
        assert not Consent.objects.exists()

    @pytest.mark.parametrize("size", [1, 100])
    def test_asks_the_database_as_often_for_any_size(self, size, django_assert_num_queries):
        cafe = a_program()

        with django_assert_num_queries(6):
            some_members(cafe, size)


class TestEnrolMissing:
    def test_enrols_strangers_and_leaves_members_alone(self):
        """E-6: an unknown member is enrolled at the first event."""
        cafe = a_program()
        ada = a_member(cafe, "ada")

        fresh = run(
            lambda: enrol_missing(
                program=cafe, joined={"ada": JOINED_AT, "grace": JOINED_AT}, at=JOINED_AT
            )
        )

        assert list(fresh) == ["grace"]
        assert facts_of(fresh["grace"]) == [
            ("member.enrolled", {"how": "event", "referral_code": ""})
        ]
        assert Member.objects.get(external_id="ada") == ada
        assert MemberProfile.objects.count() == 2
