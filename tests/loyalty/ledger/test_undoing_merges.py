"""The doors through which a merge is undone (L-52)."""

from datetime import timedelta

import pytest

from loyalty.access.models import AuditRow
from loyalty.ledger.merging import merge
from loyalty.ledger.models import Entry, Merge
from loyalty.members.models import Member
from tests.world.access import a_shop, a_staff
from tests.world.ledger import TILL, a_hold, a_member, day, moving, parts_of, posted
from tests.world.members import a_member as a_person_with_mail
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
JOINED = day("01-05")


@pytest.fixture
def cafe():
    cafe = a_program(zone="UTC", test=True)
    cafe.test_now = JOINED + timedelta(days=1)
    cafe.save()
    return cafe


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada", points=5)


@pytest.fixture
def twin(cafe):
    return a_member(cafe, "ada-2", points=30)


def joined(twin, ada):
    return merge(program=ada.program, source=twin, target=ada, actor=TILL, at=JOINED)


def undone(shop, row, key="undo"):
    return shop.post(f"/v1/merges/{row.shown_id}/undo", {}, key=key)


def is_merged(member):
    return Member.objects.get(pk=member.pk).status == "merged"


class TestTheAPI:
    def test_parts_two_memberships(self, cafe, ada, twin):
        """L-52"""
        row = joined(twin, ada)

        answer = undone(a_shop(cafe), row)

        assert answer.status_code == 200, answer.json()
        assert (answer.json()["id"], answer.json()["member"]) == (row.shown_id, twin.shown_id)
        assert answer.json()["undone_at"] == "2026-01-06T00:00:00Z"
        assert (parts_of(twin), parts_of(ada)) == ((30, 0, 0, 0), (5, 0, 0, 0))
        assert not is_merged(twin)

    def test_answers_the_same_for_the_same_key_and_refuses_another(self, cafe, ada, twin):
        """L-52, V-4"""
        row, shop = joined(twin, ada), a_shop(cafe)
        first = undone(shop, row)
        entries = Entry.objects.count()

        again, other = undone(shop, row), undone(shop, row, key="other")

        assert (again.status_code, again.json()) == (200, first.json())
        assert (other.status_code, other.json()["code"]) == (409, "merge_not_undoable")
        assert Entry.objects.count() == entries

    def test_tells_before_what_would_come_of_it(self, cafe, ada, twin):
        """E-8"""
        row = joined(twin, ada)

        answer = a_shop(cafe).post(f"/v1/merges/{row.shown_id}/undo?dry_run=true", {}, key="dry")

        assert (answer.status_code, answer.json()["undone_at"] is None) == (200, False)
        assert is_merged(twin)

    @pytest.mark.parametrize("gone", ["spent", "held", "late", "erased"])
    def test_refuses_once_something_is_gone_and_changes_nothing(self, cafe, ada, twin, gone):
        """L-52"""
        row, shop = joined(twin, ada), a_shop(cafe)
        if gone == "spent":
            posted(moving(-31, of=ada))
        elif gone == "held":
            a_hold(ada, 31)
        elif gone == "late":
            cafe.test_now = JOINED + timedelta(days=30, seconds=1)
            cafe.save()
        else:
            erased = shop.post(f"/v1/members/{ada.shown_id}/erase", {}, key="erase")
            assert erased.status_code == 200
        before = (parts_of(twin), parts_of(ada), Entry.objects.count())

        answer = undone(shop, row)

        assert (answer.status_code, answer.json()["code"]) == (409, "merge_not_undoable")
        assert (parts_of(twin), parts_of(ada), Entry.objects.count()) == before
        assert Merge.objects.get().undone_at is None

    def test_knows_no_merge_of_another_programme(self, cafe, ada, twin):
        """S-2"""
        row = joined(twin, ada)

        answer = undone(a_shop(a_program("bakery")), row)

        assert answer.status_code == 404
        assert is_merged(twin)


def acted(browser, row):
    chosen = {"action": "undo_merges", "_selected_action": str(row.pk), "index": "0"}
    return browser.post("/admin/loyalty/merge/", chosen, follow=True)


class TestTheDesk:
    def test_gives_back_what_is_owed(self, cafe):
        """L-52: entries of staff have a reason (entry_of_staff_has_a_reason)."""
        grace, other = a_member(cafe, "grace"), a_member(cafe, "grace-2")
        posted(moving(-80, of=other, kind="return_earned", may_owe=True))
        row = joined(other, grace)

        acted(a_staff(cafe, "manager"), row)

        assert (parts_of(other), parts_of(grace)) == ((0, 0, 0, 80), (0, 0, 0, 0))
        assert set(Entry.objects.filter(actor_kind="staff").values_list("reason", flat=True)) == {
            "merge_undone"
        }

    def test_parts_two_memberships_and_says_who_did(self, cafe, ada, twin):
        """L-52"""
        row = joined(twin, ada)
        before = AuditRow.objects.count()

        page = acted(a_staff(cafe, "manager"), row)

        assert "Parted again." in page.content.decode()
        assert not is_merged(twin)
        assert AuditRow.objects.count() == before + 1

    def test_tells_why_not(self, cafe, ada, twin):
        """L-52"""
        row = joined(twin, ada)
        posted(moving(-31, of=ada))

        page = acted(a_staff(cafe, "manager"), row)

        assert "everything that was moved is still there" in page.content.decode()
        assert is_merged(twin)

    def test_is_no_matter_of_support(self, cafe, ada, twin):
        """S-21"""
        row = joined(twin, ada)

        acted(a_staff(cafe, "support"), row)

        assert is_merged(twin)

    def test_leaves_ones_own_membership_to_others(self, cafe, twin):
        """S-28"""
        browser = a_staff(cafe, "manager", username="grace")
        grace = a_person_with_mail(cafe, "grace", email="grace@cafe.example")
        row = joined(twin, grace)

        acted(browser, row)

        assert is_merged(twin)
