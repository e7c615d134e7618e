"""Changing members: what is told is different afterwards, and nothing else."""

from datetime import timedelta

import pytest

from loyalty.foundation.units import run
from loyalty.members.changing import Change, MemberGone, change, set_status, sign_out_everywhere
from loyalty.members.contacts import (
    ATTRIBUTES_MAX,
    Birthday,
    BirthdayNotADate,
    TooManyAttributes,
    birthday_of,
    email_of,
    phone_of,
)
from loyalty.members.enrolling import CardTaken, MemberExists
from loyalty.members.finding import epoch_of
from loyalty.members.kinds import MemberStatus
from loyalty.members.leaving import erase_person
from loyalty.members.models import Member, MemberProfile
from loyalty.outbox.models import AnnouncedFact
from tests.world.members import ENROLLER, JOINED_AT, a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


def changed(member, **told):
    fields = {
        name: told.pop(name) for name in ("external_id", "locale", "time_zone") if name in told
    }
    return change(member=member, told=Change(**fields, profile=told), actor=ENROLLER, at=JOINED_AT)


def facts():
    return list(AnnouncedFact.objects.order_by("id").values_list("name", flat=True))


class TestChange:
    def test_changes_what_is_told_and_leaves_the_rest(self):
        ada = a_member(a_program(), "ada", first_name="Ada", email="ada@example.org")

        changed(ada, last_name="Lovelace", phone="+44 20 7946 0000")

        profile = MemberProfile.objects.get(member=ada)
        assert (profile.first_name, profile.last_name) == ("Ada", "Lovelace")
        assert (email_of(profile), phone_of(profile)) == ("ada@example.org", "+44 20 7946 0000")
        assert facts() == ["member.enrolled", "member.contact_changed"]

    def test_clears_what_is_told_as_nothing(self):
        ada = a_member(a_program(), email="ada@example.org", birthday=Birthday(month=2, day=29))

        changed(ada, email=None, birthday=None, card=None)

        profile = MemberProfile.objects.get(member=ada)
        assert (email_of(profile), profile.email_digest, birthday_of(profile)) == (None, None, None)
        assert profile.card is None

    def test_tells_a_new_zone(self):
        """Rooms that keep local days hear of it."""
        ada = a_member(a_program())

        changed(ada, time_zone="Asia/Tehran")
        changed(ada, time_zone="Asia/Tehran")

        assert facts() == ["member.enrolled", "member.zone_changed"]

    def test_signs_out_when_a_contact_changes(self):
        """S-12: contact changes raise the epoch; a first contact or a new name do not."""
        cafe = a_program()
        ada = a_member(cafe)

        epochs = [
            changed(ada, email="ada@example.org").epoch,
            changed(ada, first_name="Ada").epoch,
            changed(ada, email="ada@example.net").epoch,
        ]

        assert epochs == [0, 0, 1]
        assert epoch_of(cafe.pk, ada.pk) == 1

    def test_lets_costly_deeds_rest_when_a_contact_changes(self):
        """S-20: for 48 hours from the newest change on; neither the first contact nor a new name does."""
        ada = a_member(a_program())

        rests = [
            changed(ada, phone="+44 20").rests_until,
            changed(ada, first_name="Ada").rests_until,
            changed(ada, email="ada@example.org").rests_until,
            changed(ada, phone=None).rests_until,
        ]

        assert rests == [None, None, *[JOINED_AT + timedelta(hours=48)] * 2]

    def test_merges_attributes_and_bounds_them(self):
        ada = a_member(a_program(), attributes={"milk": "oat", "size": 3})

        changed(ada, attributes={"milk": None, "sugar": True})
        with pytest.raises(TooManyAttributes):
            changed(ada, attributes={f"a{n}": n for n in range(ATTRIBUTES_MAX)})

        assert MemberProfile.objects.get(member=ada).attributes == {"size": 3, "sugar": True}

    def test_refuses_what_belongs_to_others(self):
        cafe = a_program()
        ada, grace = a_member(cafe, "ada", card="A-1"), a_member(cafe, "grace", card="G-1")

        with pytest.raises(MemberExists) as refusal:
            changed(grace, external_id="ada")
        with pytest.raises(CardTaken):
            changed(grace, card="a 1")

        assert refusal.value.values == {"member": ada.shown_id}
        grace.refresh_from_db()
        assert (grace.external_id, grace.profile.card) == ("grace", "G1")

    def test_refuses_the_erased(self):
        """S-58: nobody comes back."""
        ada = a_member(a_program())
        run(lambda: erase_person(member=ada, at=JOINED_AT))

        with pytest.raises(MemberGone):
            changed(ada, first_name="Ada")

        assert MemberProfile.objects.get(member=ada).first_name == ""


class TestStatus:
    def test_suspending_signs_out_and_is_told_once(self):
        """S-12, S-59: freezing raises the epoch; nothing is lost."""
        cafe = a_program()
        ada = a_member(cafe)

        for _time in range(2):
            set_status(members=[ada], status=MemberStatus.SUSPENDED, actor=ENROLLER, at=JOINED_AT)

        ada.refresh_from_db()
        assert (ada.status, ada.epoch, epoch_of(cafe.pk, ada.pk)) == ("suspended", 1, None)
        assert facts() == ["member.enrolled", "member.status_changed"]

    def test_all_or_none(self):
        cafe = a_program()
        ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
        run(lambda: erase_person(member=grace, at=JOINED_AT))

        with pytest.raises(MemberGone):
            set_status(
                members=[ada, grace], status=MemberStatus.RESTRICTED, actor=ENROLLER, at=JOINED_AT
            )

        assert Member.objects.get(pk=ada.pk).status == "active"

    def test_signing_out_everywhere_raises_the_epoch(self):
        """S-12."""
        assert sign_out_everywhere(member=a_member(a_program())).epoch == 1


class TestBirthday:
    @pytest.mark.parametrize("text", ["13-01", "02-30", "1990-2-1", "2023-02-29", "", "0000-01-01"])
    def test_refuses_days_that_do_not_exist(self, text):
        with pytest.raises(BirthdayNotADate):
            Birthday.read(text)

    @pytest.mark.parametrize("text", ["12-10", "02-29", "1815-12-10"])
    def test_reads_with_and_without_a_year(self, text):
        assert Birthday.read(text).shown == text

    def test_is_kept_on_the_28th_in_common_years(self):
        """E-7: 29 February falls on the 28th in common years."""
        leap = Birthday.read("02-29")

        assert [leap.in_year(year).isoformat() for year in (2027, 2028)] == [
            "2027-02-28",
            "2028-02-29",
        ]
