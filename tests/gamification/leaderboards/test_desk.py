"""Boards in the admin: periods with their first places, and a member's standing on the play page."""

import pytest
from django.urls import reverse

from gamification.leaderboards.models import BoardPeriod
from tests.world.access import a_staff
from tests.world.boards import a_board_cafe, seen_as
from tests.world.members import a_member
from tests.world.play import bought, member_of

pytestmark = pytest.mark.django_db


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
