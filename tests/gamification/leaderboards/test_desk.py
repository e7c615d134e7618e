"""Boards in the admin: periods with their first places, and a member's standing on the play page."""

import pytest
from django.urls import reverse

from gamification.leaderboards.models import BoardPeriod, BoardRuling
from tests.world.access import a_staff
from tests.world.boards import a_board_cafe, moved_on, seen_as, set_clock
from tests.world.members import a_member
from tests.world.pages import said
from tests.world.play import at, bought, member_of

pytestmark = pytest.mark.django_db
PERIODS = "/admin/gamification/boardperiod/"
WHY = "A promise of the shop."


@pytest.fixture
def cafe():
    cafe = a_board_cafe()
    for name, total in (("ana", 300), ("bo", 500)):
        seen_as(a_member(cafe, name), "pseudonym", nickname=f"{name} the bold")
        bought(cafe, f"o-{name}", who=name, total=total, when="11-05 09:00")
    return cafe


def page(cafe, address):
    told = a_staff(cafe).get(address)
    assert told.status_code == 200
    return told.content.decode()


def test_periods_show_who_stands_where(cafe):
    """G-79: the list with states, the page with places, who it is and as whom they are seen."""
    row = BoardPeriod.objects.get(key="2026-11")
    listed = page(cafe, reverse("admin:gamification_boardperiod_changelist"))
    told = page(cafe, reverse("admin:gamification_boardperiod_change", args=[row.pk]))

    assert "2026-11" in listed
    assert told.index("bo the bold") < told.index("ana the bold")


def test_a_members_page_tells_score_and_rank(cafe):
    told = page(
        cafe, reverse("admin:gamification_definition_of_member", args=[member_of(cafe, "ana").pk])
    )

    assert "Leaderboards" in told
    assert "Under a nickname" in told
    assert "Levels" in told


class TestPeriods:
    def decided(self, cafe, role="marketer", **told):
        period = BoardPeriod.objects.get(key="2026-11")
        body = {"member": "bo", "ruling": "suspended", "reason": WHY, **told}
        return a_staff(cafe, role).post(f"{PERIODS}{period.pk}/entry/", body)

    def test_lose_an_entry_and_get_it_back(self, cafe):
        """G-84: both decisions are told on the page of the entry."""
        page = f"{PERIODS}{BoardPeriod.objects.get(key='2026-11').pk}"

        self.decided(cafe)
        without = said(a_staff(cafe).get(f"{page}/change/"))
        self.decided(cafe, ruling="reinstated")
        after = said(a_staff(cafe).get(f"{page}/entry/"))

        assert "bo the bold" not in without
        assert "Suspended entries" in without
        assert after.count(WHY) == 2
        assert "bo the bold" in said(a_staff(cafe).get(f"{page}/change/"))

    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({"reason": ""}, "This field is required."),
            ({"member": "cy"}, "This member has no score in the period 2026-11."),
            ({"role": "support"}, "403"),
        ],
    )
    def test_lose_nothing_against_the_rule(self, cafe, told, words):
        a_member(cafe, "cy")

        answer = self.decided(cafe, **told)

        assert words in f"{answer.status_code} {said(answer)}"
        assert not BoardRuling.objects.exists()

    def test_close_early_once_they_are_over(self, cafe):
        """G-79, G-80: five minutes later; with a reason, and not while they go on or stand for good."""
        period = BoardPeriod.objects.get(key="2026-11")
        browser, door = a_staff(cafe, "marketer"), f"{PERIODS}{period.pk}/close/"

        early = browser.post(door, {"reason": WHY})
        set_clock(cafe, "12-01 00:00")
        moved_on(cafe, when="12-01 00:00")
        without = browser.post(door, {"reason": ""})
        untouched = BoardPeriod.objects.get(key="2026-11").closes_at
        closed = browser.post(door, {"reason": WHY})
        told = BoardPeriod.objects.get(key="2026-11").closes_at
        set_clock(cafe, "12-01 00:06")
        moved_on(cafe, when="12-01 00:06")
        again = browser.post(door, {"reason": WHY})

        assert "has not ended yet" in said(early)
        assert (without.status_code, untouched) == (200, period.closes_at)
        assert (closed.status_code, told) == (302, at("12-01 00:05"))
        assert BoardPeriod.objects.get(key="2026-11").state == "final"
        assert "is final" in said(again)
