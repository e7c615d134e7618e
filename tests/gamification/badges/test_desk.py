"""Awards, prizes and budgets in the admin (G-34, G-44)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gamification.badges.models import Award
from gamification.prizes.models import PlayBudget, PrizeGrant
from loyalty.programs.calendar import local_day
from tests.world.access import a_staff
from tests.world.badges import awards_of, points_of
from tests.world.play import FIRST_CUP, a_cafe, at, bought, member_of, with_parts

pytestmark = pytest.mark.django_db

AWARDS = "/admin/gamification/award/"
BUDGETS = "/admin/gamification/playbudget/"
GRANTS = "/admin/gamification/prizegrant/"
PRIZE = {"kind": "points", "currency": "stars", "points": 20, "cost": 30, "budget": "fun"}


def a_budget(cafe, limit=100, spent=0):
    return PlayBudget.objects.create(
        program=cafe, slug="fun", limit=limit, spent=spent, created_at=at("11-01 06:00")
    )


def chosen(browser, page, action, row, **told):
    return browser.post(
        page, {"action": action, "_selected_action": [str(row.pk)], **told}, follow=True
    )


class TestAwards:
    def test_are_given_and_taken_back_with_a_reason(self):
        """G-44."""
        cafe = a_cafe(badges=[FIRST_CUP])
        browser = a_staff(cafe, "manager")

        told = {"member": "ada", "badge": "first-cup/first-cup", "reason": "A fan."}
        given = browser.post(f"{AWARDS}add/", told, follow=True)
        again = browser.post(f"{AWARDS}add/", told)
        award = Award.objects.get()
        mute = chosen(browser, AWARDS, "take_back", award)
        assert awards_of(cafe)["first-cup", ""][0] == "active"
        chosen(browser, AWARDS, "take_back", award, reason="By mistake.")

        assert "A fan." in given.content.decode()
        assert "already holds" in again.content.decode()
        assert "Say why." in mute.content.decode()
        assert awards_of(cafe)["first-cup", ""][0] == "revoked"

    def test_are_held_back_through_a_day_and_let_stand_again(self):
        """G-41: by hand, with an end; not with an end that has passed, and not without a reason."""
        cafe = a_cafe(badges=[FIRST_CUP])
        bought(cafe, "o-1", when="11-02 09:00")
        browser, award = a_staff(cafe, "manager"), Award.objects.get()
        tomorrow = local_day(timezone.now(), cafe.zone) + timedelta(days=1)

        pages = [
            chosen(browser, AWARDS, "suspend_awards", award, **told).content.decode()
            for told in (
                {"reason": "We look into it."},
                {"until": str(tomorrow)},
                {"until": "2026-11-01", "reason": "We look into it."},
            )
        ]
        untouched = awards_of(cafe)["first-cup", ""][0]
        chosen(browser, AWARDS, "suspend_awards", award, until=str(tomorrow), reason="We look.")
        held_back = awards_of(cafe)["first-cup", ""][0]
        chosen(browser, AWARDS, "let_awards_stand", award, reason="All is well.")

        told = ["through which day", "Say why.", "until a day to come"]
        assert [sentence in page for sentence, page in zip(told, pages, strict=True)] == [True] * 3
        assert (untouched, held_back) == ("active", "suspended")
        assert awards_of(cafe)["first-cup", ""][0] == "active"
        assert [each.reason for each in award.changes.order_by("pk")][1:] == [
            "We look.",
            "All is well.",
        ]

    def test_stand_on_the_play_page(self):
        cafe = a_cafe(badges=[FIRST_CUP])
        bought(cafe, "o-1", when="11-02 09:00")

        page = a_staff(cafe, "support").get(
            f"/admin/gamification/definition/member/{member_of(cafe).pk}/"
        )

        assert "First cup" in page.content.decode()


class TestBudgets:
    def test_show_how_much_is_used(self):
        """G-34."""
        cafe = a_cafe()
        a_budget(cafe, spent=85)
        browser = a_staff(cafe, "owner")

        page = browser.get(BUDGETS).content.decode()
        below = browser.post(f"{BUDGETS}{PlayBudget.objects.get().pk}/change/", {"limit": "0.80"})
        browser.post(f"{BUDGETS}add/", {"slug": "more", "limit": "5.00"})

        assert "85 %" in page
        assert "0.15 EUR" in page
        assert "nearly spent" in page
        assert below.status_code == 200
        assert dict(PlayBudget.objects.values_list("slug", "limit")) == {"fun": 100, "more": 500}

    def test_what_was_held_back_is_given_later(self):
        """G-34: as soon as the budget reaches."""
        cafe = a_cafe(rules=[])
        budget = a_budget(cafe, limit=20)
        tier = FIRST_CUP["tiers"][0] | {"prize": PRIZE}
        with_parts(cafe, badges=[FIRST_CUP | {"tiers": [tier]}])
        bought(cafe, "o-1", when="11-02 09:00")
        browser, grant = a_staff(cafe, "owner"), PrizeGrant.objects.get()
        assert (grant.state, grant.reason) == ("capped", "budget_spent")

        refused = chosen(browser, GRANTS, "give_now", grant)
        browser.post(f"{BUDGETS}{budget.pk}/change/", {"limit": "0.50"})
        chosen(browser, GRANTS, "give_now", grant)

        assert "does not reach" in refused.content.decode()
        assert points_of(cafe) == 20
        assert PlayBudget.objects.get().spent == 30
