"""The staff's pages about members and events: the same rules as the API, and only for those who may."""

import pytest
from django.urls import reverse

from loyalty.members.contacts import email_of
from loyalty.members.models import Member
from loyalty.programs.clock import now_of
from tests.world.access import a_staff
from tests.world.earning import a_cafe
from tests.world.events import an_event, an_order, taken
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_cafe()


def page(name, *args):
    return reverse(f"admin:loyalty_{name}", args=args)


ADA = {
    "external_id": "ada",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.org",
    "birthday": "12-10",
}


class TestMembers:
    def test_support_enrols_and_edits(self, cafe):
        """S-21: support may write members, through the same rule as the API."""
        clerk = a_staff(cafe, "support")

        made = clerk.post(page("member_enrol"), ADA)
        ada = Member.objects.get(external_id="ada")
        edited = clerk.post(page("member_edit", ada.pk), ADA | {"email": "ada@example.net"})

        assert (made.status_code, edited.status_code) == (302, 302)
        assert made.url == page("member_change", ada.pk)
        assert email_of(Member.objects.get(pk=ada.pk).profile) == "ada@example.net"

    def test_are_edited_without_an_id_of_the_shops(self, cafe):
        """S-59: whoever joined in the portal has none until somebody knows it; then it is no longer left out."""
        joan = a_member(cafe, None, first_name="Jon")
        clerk, edit = a_staff(cafe, "support"), page("member_edit", joan.pk)

        corrected = clerk.post(edit, {"external_id": "", "first_name": "Joan"})
        named = clerk.post(edit, {"external_id": "customer-55", "first_name": "Joan"})
        emptied = clerk.post(edit, {"external_id": "", "first_name": "Nobody"})

        joan.refresh_from_db()
        assert [each.status_code for each in (corrected, named, emptied)] == [302, 302, 200]
        assert (joan.external_id, joan.profile.first_name) == ("customer-55", "Joan")

    def test_says_what_is_wrong(self, cafe):
        clerk = a_staff(cafe, "support")
        a_member(cafe, "ada")

        twice = clerk.post(page("member_enrol"), ADA)
        wrong = clerk.post(page("member_enrol"), ADA | {"external_id": "b", "birthday": "02-30"})

        assert (twice.status_code, wrong.status_code) == (200, 200)
        assert b"belongs to mem_" in twice.content
        assert b"day of the calendar" in wrong.content
        assert Member.objects.count() == 1

    def test_shows_the_member(self, cafe):
        ada = a_member(cafe, "ada", first_name="<b>Ada</b>", email="ada@example.org")
        taken(cafe, an_order(total=4500, at=now_of(cafe)), at=now_of(cafe))

        shown = a_staff(cafe, "support").get(page("member_change", ada.pk))

        assert shown.status_code == 200
        assert b"ada@example.org" in shown.content
        assert b"<b>Ada" not in shown.content  # S-46: text from people is text
        assert b"45" in shown.content

    @pytest.mark.parametrize(
        "asked", ["ada", "ADA@example.org", "+44 20 7946 0000", "ada-1", "love"]
    )
    def test_finds_by_what_people_have_in_hand(self, cafe, asked):
        """U-41, S-35."""
        a_member(cafe, "grace", email="grace@example.org")
        a_member(
            cafe,
            "ada",
            email="ada@example.org",
            phone="+442079460000",
            card="ADA1",
            last_name="Lovelace",
        )

        listed = a_staff(cafe, "support").get(page("member_changelist"), {"q": asked})

        assert [str(member) for member in listed.context["cl"].result_list] == ["ada"]

    def test_suspends_through_the_rule(self, cafe):
        ada = a_member(cafe, "ada")
        chosen = {"action": "suspend", "_selected_action": [str(ada.pk)]}

        a_staff(cafe, "support").post(page("member_changelist"), chosen)

        ada.refresh_from_db()
        assert ada.status == "suspended"

    @pytest.mark.parametrize("role", ["marketer", "till", "analyst", "developer"])
    def test_stays_closed_to_roles_that_may_not(self, cafe, role):
        """S-21: contacts are not for everybody."""
        ada = a_member(cafe, "ada")
        person = a_staff(cafe, role)

        for path in (
            page("member_changelist"),
            page("member_change", ada.pk),
            page("member_enrol"),
        ):
            assert person.get(path).status_code == 403
        assert person.post(page("member_enrol"), ADA | {"external_id": "new"}).status_code == 403
        assert Member.objects.count() == 1

    def test_an_auditor_reads_and_changes_nothing(self, cafe):
        ada = a_member(cafe, "ada")
        auditor = a_staff(cafe, "auditor")

        assert auditor.get(page("member_change", ada.pk)).status_code == 200
        assert auditor.post(page("member_edit", ada.pk), ADA).status_code == 403
        assert Member.objects.get(pk=ada.pk).profile.first_name == ""

    def test_members_of_others_are_not_shown(self, cafe):
        """S-21: the open programme only."""
        stranger = a_member(a_program("other"), "joan")
        clerk = a_staff(cafe, "support")

        assert clerk.get(page("member_change", stranger.pk)).status_code == 403
        assert clerk.get(page("member_edit", stranger.pk)).status_code == 404


class TestEvents:
    def test_show_what_was_told_and_why_it_brought_so_much(self, cafe):
        a_member(cafe, "ada")
        now = now_of(cafe)
        order, visit = taken(
            cafe, an_order(total=4500, at=now), an_event("visit.made", at=now), at=now
        )
        clerk = a_staff(cafe, "support")

        listed = clerk.get(page("event_changelist"))
        shown = clerk.get(page("event_change", order.event_id))
        nothing = clerk.get(page("event_change", visit.event_id))

        assert (listed.status_code, shown.status_code, nothing.status_code) == (200, 200, 200)
        assert b"1 point for each" in shown.content
        assert b"No rule looks at" in nothing.content
        assert clerk.get(page("order_changelist")).status_code == 200

    def test_are_found_by_their_numbers(self, cafe):
        a_member(cafe, "ada")
        (outcome,) = taken(cafe, an_order("order-77", at=now_of(cafe)), at=now_of(cafe))
        clerk = a_staff(cafe, "support")

        found = clerk.get(reverse("admin:search"), {"q": "order-77"})
        by_id = clerk.get(reverse("admin:search"), {"q": outcome.answer["id"]})

        assert found.status_code == 200
        assert by_id.status_code in (200, 302)
