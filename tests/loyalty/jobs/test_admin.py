"""What staff see and do about facts, deliveries, runs and the test clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from loyalty.jobs import pulses
from loyalty.jobs.models import ScheduleRun
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import AnnouncedFact, FactDelivery
from tests.world.access import a_staff
from tests.world.jobs import only_these_jobs
from tests.world.outbox import a_cup, announced, members, receiving_later
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return a_program(test=True)


def a_parked_delivery(program):
    with receiving_later():
        announced([a_cup(1, program_id=program.pk)])
    FactDelivery.objects.update(state=DeliveryState.PARKED, tries=40)
    return FactDelivery.objects.latest("id")


def a_parked_run(program):
    return ScheduleRun.objects.create(
        program_id=program.pk, job="test.expiry", period="2026-03-02", queue="day",
        due_at=timezone.now(), state="parked",
    )  # fmt: skip


def chosen(browser, page, row, action, **more):
    return browser.post(
        reverse(f"admin:loyalty_{page}_changelist"),
        {"action": action, "_selected_action": [row.pk], **more},
        follow=True,
    )


class TestDeliveries:
    def test_show_the_open_programmes_only(self, cafe):
        """V-14, S-2."""
        with receiving_later():
            announced([a_cup(1, program_id=cafe.pk), a_cup(2, program_id=members(1)[0])])
        browser = a_staff(cafe, "developer")

        page = browser.get(reverse("admin:loyalty_factdelivery_changelist"))

        assert page.status_code == 200
        mine = AnnouncedFact.objects.get(program_id=cafe.pk)
        assert [row.fact_id for row in page.context["cl"].queryset] == [mine.pk]

    def test_are_tried_again(self, cafe):
        """V-14."""
        parked = a_parked_delivery(cafe)

        chosen(a_staff(cafe, "manager"), "factdelivery", parked, "try_again")

        parked.refresh_from_db()
        assert (parked.state, parked.tries) == (DeliveryState.WAITING, 0)

    def test_are_skipped_with_a_note_and_not_without(self, cafe):
        """V-14."""
        parked = a_parked_delivery(cafe)
        browser = a_staff(cafe, "manager")

        refused = chosen(browser, "factdelivery", parked, "skip", note="")
        parked.refresh_from_db()
        assert "Say in a note why this is skipped." in refused.content.decode()
        assert parked.state == DeliveryState.PARKED

        chosen(browser, "factdelivery", parked, "skip", note="the board is gone")
        parked.refresh_from_db()
        assert (parked.state, parked.note) == (DeliveryState.SKIPPED, "the board is gone")

    def test_cannot_be_touched_by_a_developer(self, cafe):
        """S-21."""
        parked = a_parked_delivery(cafe)

        chosen(a_staff(cafe, "developer"), "factdelivery", parked, "try_again")

        parked.refresh_from_db()
        assert parked.state == DeliveryState.PARKED


class TestRuns:
    def test_are_tried_again_and_skipped(self, cafe):
        """V-22."""
        browser, parked = a_staff(cafe, "owner"), a_parked_run(cafe)

        chosen(browser, "schedulerun", parked, "skip", note="not wanted")
        parked.refresh_from_db()
        assert (parked.state, parked.note) == ("skipped", "not wanted")

        again = chosen(browser, "schedulerun", parked, "try_again")
        assert "This is not parked any more" in again.content.decode()


class TestTheClockPage:
    def test_moves_a_test_programmes_clock(self, cafe):
        """V-25."""
        cafe.test_now = datetime(2026, 3, 2, 8, tzinfo=UTC)
        cafe.save()
        browser = a_staff(cafe, "owner")

        shown = browser.get(reverse("admin:advance_clock"))
        with only_these_jobs():
            browser.post(reverse("admin:advance_clock"), {"by": "P1D"})

        assert shown.status_code == 200
        cafe.refresh_from_db()
        assert cafe.test_now == datetime(2026, 3, 3, 8, tzinfo=UTC)

    def test_is_closed_to_those_who_may_not_and_for_live_programmes(self, cafe):
        """S-21, V-25."""
        live = a_program("bakery")

        answers = [
            a_staff(cafe, "support").post(reverse("admin:advance_clock"), {"by": "P1D"}),
            a_staff(live, "owner").post(reverse("admin:advance_clock"), {"by": "P1D"}),
        ]

        assert [answer.status_code for answer in answers] == [403, 403]
        cafe.refresh_from_db()
        assert cafe.test_now is None


def test_facts_and_pulses_have_pages(cafe):
    """V-26: the developer's facts, the owner's workers."""
    announced([a_cup(1, program_id=cafe.pk)])
    fact = AnnouncedFact.objects.get()
    pulses.beat(at=timezone.now() - timedelta(seconds=5), ticked=True)
    owner = a_staff(cafe, "owner")

    pages = [
        reverse("admin:loyalty_announcedfact_changelist"),
        reverse("admin:loyalty_announcedfact_change", args=[fact.pk]),
        reverse("admin:loyalty_pulse_changelist"),
        reverse("admin:loyalty_schedulerun_changelist"),
    ]

    assert [owner.get(page).status_code for page in pages] == [200] * 4
