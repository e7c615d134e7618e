"""The ledger in the admin: everything is shown, and changed by the same rules (S-21, L-50, L-23)."""

import pytest

from loyalty.access.approvals.models import Proposal
from loyalty.ledger.models import Entry, Hold
from tests.world.access import a_staff
from tests.world.ledger import (
    a_hold,
    a_member,
    account_of,
    day,
    entries_of,
    movements_of,
    moving,
    parts_of,
    posted,
    time_passes,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

LISTS = ["account", "entry", "lot", "hold", "claim", "debt", "merge", "seal", "proposal"]
SAID = {"reason": "goodwill", "note": "counted twice", "index": "0"}


@pytest.fixture
def cafe():
    return a_program(zone="UTC")


def acted(browser, table, action, row, **told):
    """What comes of choosing this row and this action."""
    chosen = {"action": action, "_selected_action": str(row.pk)} | SAID | told
    return browser.post(f"/admin/loyalty/{table}/", chosen, follow=True)


@pytest.mark.parametrize("table", LISTS)
def test_every_table_can_be_looked_at(cafe, table):
    a_hold(a_member(cafe, points=10), 5)

    assert a_staff(cafe).get(f"/admin/loyalty/{table}/").status_code == 200


@pytest.mark.parametrize("table", ["account", "entry", "lot", "hold"])
def test_every_row_can_be_looked_at_and_not_edited(cafe, table):
    """L-2"""
    a_hold(a_member(cafe, points=10), 5)
    entry = Entry.objects.get()
    row = {
        "account": entry.account,
        "entry": entry,
        "lot": entry.lots.get(),
        "hold": Hold.objects.get(),
    }[table]
    browser = a_staff(cafe)
    address = f"/admin/loyalty/{table}/{row.pk}/change/"

    assert browser.get(address).status_code == 200
    assert browser.post(address, {"points": 99}).status_code == 403


def test_the_story_of_a_member_tells_every_entry(cafe):
    """L-61"""
    ada = a_member(cafe, points=10)
    posted(moving(-4, of=ada))

    page = a_staff(cafe).get(f"/admin/loyalty/account/member/{ada.pk}/").content.decode()

    assert "10 Stars earned." in page
    assert "4 Stars spent on a purchase." in page


class TestActions:
    def test_adjust(self, cafe):
        """L-50"""
        ada = a_member(cafe, points=10)

        acted(a_staff(cafe, "support"), "account", "adjust_points", account_of(ada), points="-4")

        assert movements_of(ada) == [10, -4]

    def test_adjust_twice_by_a_double_click_counts_once(self, cafe):
        """L-4"""
        ada, browser = a_member(cafe, points=10), a_staff(cafe)
        key = "0198c7f0-0000-7000-8000-000000000001"

        for _ in range(2):
            acted(browser, "account", "adjust_points", account_of(ada), points="5", key=key)

        assert movements_of(ada) == [10, 5]

    def test_adjust_without_a_note_does_nothing(self, cafe):
        """S-24"""
        ada = a_member(cafe, points=10)

        acted(a_staff(cafe), "account", "adjust_points", account_of(ada), points="5", note="")

        assert movements_of(ada) == [10]

    def test_adjust_is_not_for_analysts(self, cafe):
        """S-21"""
        ada = a_member(cafe, points=10)

        acted(a_staff(cafe, "analyst"), "account", "adjust_points", account_of(ada), points="5")

        assert movements_of(ada) == [10]

    def test_above_the_limit_is_proposed_and_then_approved_by_somebody_else(self, cafe):
        """S-26, S-27"""
        ada, clerk = a_member(cafe, points=10), a_staff(cafe, "manager")
        acted(clerk, "account", "adjust_points", account_of(ada), points="6000")
        proposal = Proposal.objects.get()
        assert movements_of(ada) == [10]

        acted(clerk, "proposal", "approve_chosen", proposal)
        assert movements_of(ada) == [10]
        acted(a_staff(cafe, "owner"), "proposal", "approve_chosen", proposal)

        assert movements_of(ada) == [10, 6_000]

    def test_release(self, cafe):
        """L-31"""
        ada = a_member(cafe, points=10)
        row = a_hold(ada, 5)

        acted(a_staff(cafe, "support"), "hold", "release_holds", row)

        assert parts_of(ada) == (10, 0, 0, 0)

    def test_reinstate(self, cafe):
        """L-23"""
        ada = a_member(cafe)
        posted(moving(30, of=ada, ends=day("03-01")))
        time_passes(cafe, to=day("03-01"))

        acted(a_staff(cafe), "entry", "reinstate_points", entries_of(ada)[-1])

        assert movements_of(ada) == [30, -30, 30]
