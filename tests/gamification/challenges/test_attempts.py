"""Ada takes challenges up, gets on, is done, and falls back when things are returned."""

import pytest

from gamification.challenges.models import Attempt
from gamification.criteria.models import PlaySetting
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.actors import job
from loyalty.outbox.models import AnnouncedFact
from tests.world.challenges import (
    CUPS,
    ORDERS,
    a_challenge,
    balance_of,
    closed,
    goes_of,
    joined,
    stars_of,
)
from tests.world.clocked import bought, it_is, returned
from tests.world.members import a_member
from tests.world.play import at, coffees, happened, heard, member_of

pytestmark = pytest.mark.django_db

CLERK = job("test")


def told_of(program):
    rows = AnnouncedFact.objects.filter(program_id=program.pk, name__startswith="challenge.")
    return list(rows.order_by("pk").values_list("name", flat=True))


class TestGettingOn:
    def test_three_orders_in_november(self):
        """G-48, G-50: what happens before the window does not count; the third is done and paid, once."""
        cafe, _three = a_challenge()
        bought(cafe, "o-0", when="10-31 20:00")
        for day in (2, 3):
            bought(cafe, f"o-{day}", when=f"11-{day:02} 09:00")
        assert goes_of(cafe) == [("", "active", [2])]

        for day in (4, 5):
            bought(cafe, f"o-{day}", when=f"11-{day:02} 09:00")

        assert goes_of(cafe) == [("", "completed", [4])]
        assert Attempt.objects.get().completed_at == at("11-04 09:00")
        assert (told_of(cafe), stars_of(cafe)) == (["challenge.completed"], 60)

    @pytest.mark.parametrize(("third", "is_done"), [("11-30 21:59:59", True), ("11-30 22:00:00", False)])  # fmt: skip
    def test_three_uses_within_thirty_days_of_joining(self, third, is_done):
        """G-X6, SR-62: joined on 1 November; the third use on 30 November 23:59:59 in Kyiv counts, on day 31 not."""
        cafe, challenge = a_challenge(window={"from_joining": "P30D"}, activation="join")
        joined(cafe, challenge, when="11-01 10:00")
        bought(cafe, "o-1", when="11-05 09:00")
        bought(cafe, "o-2", when="11-20 09:00")
        assert stars_of(cafe) == 0

        bought(cafe, "o-3", when=third)

        assert (stars_of(cafe) == 60) is is_done

    def test_in_strict_order_a_step_counts_only_after_the_one_before(self):
        """G-48: the order that came first does not count for the second step."""
        steps = [{"measure": CUPS, "at_least": 2}, {"measure": ORDERS, "at_least": 1}]
        cafe, _two = a_challenge(steps=steps, order="strict")
        bought(cafe, "o-1", when="11-02 09:00", lines=coffees(1))
        bought(cafe, "o-2", when="11-03 09:00", lines=coffees(1))
        assert goes_of(cafe) == [("", "active", [2, 0])]

        bought(cafe, "o-3", when="11-04 09:00", lines=coffees(1))

        assert goes_of(cafe) == [("", "completed", [3, 1])]

    @pytest.mark.parametrize(("count_from", "progress"), [("opened", [2]), ("joined", [1])])
    def test_what_was_bought_before_joining(self, count_from, progress):
        """G-49: what a member bought earlier in the window counts, unless it counts from joining."""
        cafe, challenge = a_challenge(activation="join", count_from=count_from)
        bought(cafe, "o-1", when="11-02 09:00")
        assert goes_of(cafe) == []
        joined(cafe, challenge, when="11-03 09:00")

        bought(cafe, "o-2", when="11-04 09:00")

        assert goes_of(cafe) == [("", "active", progress)]

    def test_again_as_soon_as_it_is_done(self):
        """G-49: every ten cups, again and again; each pays once."""
        steps = [{"measure": CUPS, "at_least": 10}]
        cafe, _ten = a_challenge(steps=steps, recurrence="on_completion", carry_over=True)
        bought(cafe, "o-1", when="11-02 09:00", lines=coffees(14))
        bought(cafe, "o-2", when="11-03 09:00", lines=coffees(7))

        assert goes_of(cafe) == [
            ("#1", "completed", [10]),
            ("#2", "completed", [10]),
            ("#3", "active", [1]),
        ]
        assert stars_of(cafe) == 120

        returned(cafe, "o-2", when="11-04 09:00")

        assert goes_of(cafe) == [
            ("#1", "completed", [10]),
            ("#2", "active", [4]),
            ("#3", "active", [0]),
        ]
        assert stars_of(cafe) == 60

    def test_a_new_month_is_a_new_go(self):
        """G-47, G-50: the occasion is the key of the period."""
        cafe, _monthly = a_challenge(
            window={"calendar": "month"}, recurrence="on_expiration", at_least=1
        )
        bought(cafe, "o-1", when="10-31 21:59")
        bought(cafe, "o-2", when="10-31 22:00")

        assert goes_of(cafe) == [("2026-10", "completed", [1]), ("2026-11", "completed", [1])]
        assert stars_of(cafe) == 120

    def test_what_is_recorded_while_a_member_wants_no_challenges_waits(self):
        """G-29."""
        cafe, _one = a_challenge(at_least=1)
        PlaySetting.objects.create(
            program=cafe, member=member_of(cafe), game="challenge", at=at("10-01 06:00")
        )

        bought(cafe, "o-1", when="11-02 09:00")

        assert (goes_of(cafe), told_of(cafe)) == ([], [])


class TestComingBack:
    def test_a_return_reopens_and_a_new_order_pays_no_second_time(self):
        """G-53, G-35: reopened, the prize is taken back; done again, the same prize is given, once in total."""
        cafe, _three = a_challenge()
        for day in (2, 3, 4):
            bought(cafe, f"o-{day}", when=f"11-{day:02} 09:00")
        full = balance_of(cafe)
        returned(cafe, "o-3", when="11-05 09:00")
        assert goes_of(cafe) == [("", "active", [2])]
        assert balance_of(cafe) == full - 60 - 10

        bought(cafe, "o-6", when="11-06 09:00")

        assert goes_of(cafe) == [("", "completed", [3])]
        assert Attempt.objects.get().completed_at == at("11-06 09:00")
        assert balance_of(cafe) == full
        assert PrizeGrant.objects.count() == 1
        assert told_of(cafe) == ["challenge.completed", "challenge.reopened", "challenge.completed"]

    def test_what_is_kept_stays_done(self):
        """G-53: `keep`."""
        cafe, _one = a_challenge(at_least=1, on_correction="keep")
        bought(cafe, "o-1", when="11-02 09:00")

        returned(cafe, "o-1", when="11-03 09:00")

        assert goes_of(cafe) == [("", "completed", [0])]
        assert stars_of(cafe) == 60

    def test_after_the_window_what_is_undone_is_over(self):
        """G-53: reopened when the window is closed, it ends with the next tick."""
        cafe, _one = a_challenge(at_least=1)
        bought(cafe, "o-1", when="11-30 09:00")
        it_is(cafe, "12-10 09:00")

        returned(cafe, "o-1", when="12-10 09:00")
        closed(cafe, when="12-10 09:01")

        assert goes_of(cafe) == [("", "expired", [0])]
        assert stars_of(cafe) == 0


class TestClosing:
    @pytest.mark.parametrize(("told_at", "state"), [("12-02 21:59", "completed"), ("12-02 22:00", "active")])  # fmt: skip
    def test_what_is_told_late_counts_for_48_hours(self, told_at, state):
        """G-51: it happened in the window; told within 48 hours of its end it counts, later not."""
        cafe, _two = a_challenge(at_least=2)
        bought(cafe, "o-1", when="11-29 09:00")

        bought(cafe, "o-2", when="11-30 09:00", told_at=told_at)

        assert [go[1] for go in goes_of(cafe)] == [state]

    def test_windows_close_48_hours_after_their_end(self):
        """G-51."""
        cafe, _two = a_challenge(at_least=2)
        bought(cafe, "o-1", when="11-29 09:00")
        closed(cafe, when="12-02 21:59")
        assert goes_of(cafe) == [("", "active", [1])]

        closed(cafe, when="12-02 22:00")
        closed(cafe, when="12-02 22:00")

        assert goes_of(cafe) == [("", "expired", [1])]

    def test_nothing_closes_while_what_was_told_is_waiting(self):
        """G-51, G-80: the last order is told and not heard yet."""
        cafe, _two = a_challenge(at_least=2)
        bought(cafe, "o-1", when="11-29 09:00")
        bought(cafe, "o-2", when="11-30 09:00", heard=False)

        closed(cafe, when="12-02 22:00")
        assert goes_of(cafe) == [("", "active", [1])]
        heard(cafe)

        assert goes_of(cafe) == [("", "completed", [2])]


class TestWinners:
    def test_who_comes_later_has_done_it_and_gets_nothing(self):
        """G-52: one winner; the second is completed with a grant that was held back."""
        cafe, _one = a_challenge(at_least=1, winners=1)
        a_member(cafe, "grace")
        bought(cafe, "o-1", when="11-02 09:00")
        bought(cafe, "o-2", when="11-02 10:00", who="grace")

        assert goes_of(cafe, "grace") == [("", "completed", [1])]
        grants = PrizeGrant.objects.order_by("pk").values_list("state", "reason")
        assert list(grants) == [("given", ""), ("capped", "winners_full")]


def test_any_event_may_be_asked_for():
    """G-1: a review is a deed as well."""
    cafe, _review = a_challenge(
        steps=[{"measure": {"kind": "deeds.count", "of": "review.written"}, "at_least": 1}]
    )
    it_is(cafe, "11-02 09:00")
    happened(cafe, "review.written", when="11-02 09:00", rating=5, sku="COF-1")

    assert goes_of(cafe) == [("", "completed", [1])]
