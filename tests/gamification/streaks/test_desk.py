"""Streaks at the desk: pauses, rest for everybody, losses made good, freezes; each with a reason (G-58, G-61 to G-63)."""

import pytest

from gamification.criteria.models import DefinitionVersion
from gamification.streaks.models import FreezeItem, Repair, StreakPause, StreakState
from loyalty.access.models import AuditRow
from tests.world.access import a_staff
from tests.world.clocked import a_test_cafe, bought, it_is
from tests.world.pages import said, told_on
from tests.world.streaks import a_streak, shown

pytestmark = pytest.mark.django_db

PLAY = "/admin/gamification/"
PAUSES, RUNS = f"{PLAY}streakpause/", f"{PLAY}streakstate/"
WHY = "A promise of the shop."


class TestStreaks:
    @pytest.fixture
    def cafe(self):
        program, _daily = a_streak(freezes={"start": 0, "max": 2})
        for day in (2, 3, 4, 7):
            bought(program, f"o-{day}", when=f"11-{day:02} 12:00")
        it_is(program, "11-07 13:00")
        return program

    def paused(self, cafe, **told):
        days = {"first": "2026-11-10", "last": "2026-11-12"}
        body = {"member": "ada", "definition": "daily", "key": "k", "reason": WHY, **days, **told}
        return a_staff(cafe, "marketer").post(f"{PAUSES}add/", body)

    def test_are_paused_for_a_member(self, cafe):
        """G-61: the reason stands beside the days and in the audit log."""
        answer = self.paused(cafe)

        row = StreakPause.objects.get()
        assert (answer.status_code, str(row.first), row.reason) == (302, "2026-11-10", WHY)
        assert AuditRow.objects.get(object_kind__contains="gamification").reason == WHY

    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({"reason": ""}, "This field is required."),
            ({"member": "nobody"}, "There is nothing here"),
            ({"first": "2026-11-07"}, "A pause begins tomorrow at the earliest"),
            ({"last": "2026-12-31"}, "At most 30 days of a year"),
        ],
    )
    def test_are_not_paused_against_the_rule(self, cafe, told, words):
        """G-61: the refusal stands on the form, and nothing is kept."""
        answer = self.paused(cafe, **told)

        assert words in said(answer)
        assert not StreakPause.objects.exists()

    def test_rest_for_everybody(self, cafe):
        """G-58, G-22: a next version that is looked at before it goes live; days to come only."""
        browser = a_staff(cafe, "marketer")
        body = {"definition": "daily", "key": "k", "reason": "Holidays.", "first": "2026-12-25"}

        late = browser.post(f"{PAUSES}rest/", body | {"first": "2026-11-07", "last": "2026-11-08"})
        long = browser.post(f"{PAUSES}rest/", body | {"last": "2027-03-01"})
        before = DefinitionVersion.objects.count()
        answer = browser.post(f"{PAUSES}rest/", body | {"last": "2026-12-26"})
        browser.get(answer["Location"])
        browser.post(answer["Location"])

        newest = DefinitionVersion.objects.order_by("-number").first()
        assert "tomorrow at the earliest" in said(late)
        assert (long.status_code, before) == (200, 1)
        assert newest.settings["rest"] == {"dates": ["2026-12-25", "2026-12-26"]}
        assert newest.published_at is not None

    def test_are_made_good_with_a_reason(self, cafe):
        """G-63."""
        browser = a_staff(cafe, "manager")
        state = StreakState.objects.get()
        chosen = {"action": "make_good", "_selected_action": [str(state.pk)]}

        without = told_on(browser, browser.post(RUNS, chosen | {"reason": " "}))
        nothing = Repair.objects.count()
        done = told_on(browser, browser.post(RUNS, chosen | {"reason": "The till was down."}))

        assert ("Say why." in without, nothing) == (True, 0)
        assert "Made good." in done
        assert shown(cafe, when="11-07 13:00")["current"] == 4
        page = said(browser.get(f"{RUNS}{state.pk}/change/"))
        assert "The till was down." in page
        assert "2026-11-05 · Repaired" in page

    def test_get_freezes(self, cafe):
        """G-62."""
        body = {"member": "ada", "definition": "daily", "key": "k", "reason": WHY, "quantity": 1}
        refused = a_staff(cafe, "marketer").post(f"{RUNS}freezes/", body | {"quantity": 11})
        nothing = FreezeItem.objects.count()
        answer = a_staff(cafe, "marketer").post(f"{RUNS}freezes/", body)

        assert (refused.status_code, nothing, answer.status_code) == (200, 0, 302)
        assert FreezeItem.objects.get().reason == WHY

    def test_of_another_programme_are_no_choice(self, cafe):
        """S-2: neither in the list nor among what it can be filtered by."""
        a_streak("secret-run", cafe=a_test_cafe("other-cafe"))

        page = said(a_staff(cafe, "marketer").get(RUNS))

        assert "Secret-Run" not in page

    def test_are_closed_to_support(self, cafe):
        """S-21: who reads may not decide."""
        browser = a_staff(cafe, "support")

        pages = [f"{PAUSES}add/", f"{PAUSES}rest/", f"{RUNS}freezes/"]

        assert [browser.get(page).status_code for page in pages] == [403] * 3
        assert [browser.get(page).status_code for page in (PAUSES, RUNS)] == [200] * 2
