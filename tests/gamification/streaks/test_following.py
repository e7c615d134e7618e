"""Streaks from what members buy, to the facts that are told."""

import pytest

from gamification.streaks.keeping.following import catch_up
from gamification.streaks.models import StreakDay, StreakState
from tests.world.clocked import a_test_cafe, bought, returned
from tests.world.play import at, coffees, in_a_unit, member_of
from tests.world.streaks import a_streak, items_of, moved, settled_until, shown, switched_off, told

pytestmark = pytest.mark.django_db

FREEZING = {"start": 1, "every": 5, "max": 2, "in_a_row": 1}
NONE = {"start": 0, "max": 0}


def buying_on(cafe, *days, hour=12):
    for day in days:
        bought(cafe, f"o-{day}", when=f"11-{day:02} {hour:02}:00")


def days_of(cafe):
    rows = StreakDay.objects.filter(streak__program=cafe).order_by("period_key")
    return list(rows.values_list("period_key", "value"))


class TestFollow:
    def test_counts_what_is_bought_in_each_day(self):
        """G-57: the day is Kyiv's."""
        cafe, _daily = a_streak(freezes=NONE)

        bought(cafe, "o-1", when="11-02 10:00")
        bought(cafe, "o-2", when="11-02 21:59:59")
        bought(cafe, "o-3", when="11-02 22:00")

        assert days_of(cafe) == [("2026-11-02", 2), ("2026-11-03", 1)]
        assert shown(cafe, when="11-03 11:00")["current"] == 2

    def test_walks_the_worked_example_and_returns_a_freeze_for_late_proof(self):
        """G-60, G-X3."""
        cafe, _daily = a_streak(freezes=FREEZING)
        buying_on(cafe, 2, 3, 4, 5, 6, 8, 9, 12, 13)
        before = shown(cafe, when="11-14 10:00")

        bought(cafe, "late", when="11-07 12:00", told_at="11-14 10:00")

        after = shown(cafe, when="11-14 10:00")
        assert [before[name] for name in ("current", "longest")] == [2, 7]
        assert [after[name] for name in ("current", "longest")] == [2, 8]
        assert (before["freezes"]["owned"], after["freezes"]["owned"]) == (0, 1)
        assert items_of() == [
            ("earned", "2026-11-06", 1),
            ("used", "2026-11-07", 1),
            ("used", "2026-11-10", 1),
            ("returned", "2026-11-07", 1),
        ]

    def test_takes_a_freeze_again_when_the_proof_is_returned(self):
        """G-60: items come and go in turns."""
        cafe, _daily = a_streak(freezes=FREEZING)
        buying_on(cafe, 2, 3, 4, 5, 6, 8)
        bought(cafe, "late", when="11-07 12:00", told_at="11-09 10:00")

        returned(cafe, "late", when="11-09 11:00")

        assert items_of() == [
            ("earned", "2026-11-06", 1),
            ("used", "2026-11-07", 1),
            ("returned", "2026-11-07", 1),
            ("used", "2026-11-07#2", 1),
        ]

    @pytest.mark.parametrize(("returned_on", "value"), [("12-02 21:59", None), ("12-02 22:00", 1)])
    def test_takes_corrections_for_thirty_days_after_the_period(self, returned_on, value):
        """G-57: 2 November ends in Kyiv at 22:00 UTC, thirty days later it stands."""
        cafe, _daily = a_streak(freezes=NONE)
        bought(cafe, "o-1", when="11-02 10:00")

        returned(cafe, "o-1", when=returned_on)

        assert days_of(cafe) == ([("2026-11-02", value)] if value else [])

    def test_counts_pieces_and_corrects_them(self):
        """G-57: three cups a day; one comes back."""
        three = {
            "measure": {
                "kind": "deeds.sum",
                "of": "order.line",
                "value": "quantity",
                "where": {"category": ["coffee"]},
            },
            "at_least": 3,
        }
        cafe, _daily = a_streak(condition=three, freezes=NONE)
        bought(cafe, "o-1", when="11-02 10:00", lines=coffees(2))
        bought(cafe, "o-2", when="11-02 11:00", lines=coffees(1))
        done = shown(cafe, when="11-02 12:00")

        returned(cafe, "o-1", when="11-02 13:00", lines=[{"sku": "COF-1", "quantity": 1}])

        assert (done["current"], done["now"]["is_done"]) == (1, True)
        assert shown(cafe, when="11-02 14:00")["now"]["value"] == 2
        assert shown(cafe, when="11-02 14:00")["current"] == 0

    def test_tells_of_growth_once_a_period(self):
        """G-64."""
        cafe, _daily = a_streak(freezes=NONE)

        buying_on(cafe, 2, 3)
        bought(cafe, "again", when="11-03 15:00")

        assert told(cafe) == [
            ("streak.extended", "2026-11-02", 1),
            ("streak.extended", "2026-11-03", 2),
        ]

    def test_says_nothing_to_whoever_switched_it_off(self):
        """G-29: what was done is kept all the same."""
        cafe, _daily = a_streak(freezes=NONE)
        switched_off(cafe)

        buying_on(cafe, 2)

        assert told(cafe) == []
        assert days_of(cafe) == [("2026-11-02", 1)]
        assert shown(cafe, when="11-02 13:00")["switched_off"]


class TestSettleDue:
    def test_freezes_and_then_loses_when_days_pass(self):
        """G-60, G-64: the tick alone writes items and tells."""
        cafe, _daily = a_streak(freezes=FREEZING)
        buying_on(cafe, 2, 3)

        settled_until(cafe, "11-04 22:00", "11-05 22:00", "11-06 22:00")

        assert items_of() == [("used", "2026-11-04", 1)]
        assert told(cafe)[2:] == [
            ("streak.frozen", "2026-11-04", 0),
            ("streak.lost", "2026-11-05", 2),
        ]
        assert StreakState.objects.get().deadline is None

    def test_changes_nothing_by_coming_late_or_twice(self):
        """G-64."""
        cafe, _daily = a_streak(freezes=FREEZING)
        buying_on(cafe, 2, 3)

        settled_until(cafe, "11-09 22:00", "11-09 22:00")

        assert items_of() == [("used", "2026-11-04", 1)]
        assert told(cafe)[2:] == [
            ("streak.lost", "2026-11-05", 2),
            ("streak.frozen", "2026-11-04", 0),
        ]

    def test_keeps_what_corrections_no_longer_reach(self):
        """G-64: a checkpoint, and the same answer from it."""
        cafe, _daily = a_streak(freezes={"start": 2, "max": 2, "in_a_row": 2})
        buying_on(cafe, 2, 3, 4)

        bought(cafe, "o-x", when="12-20 12:00")

        state = StreakState.objects.get()
        assert state.checkpoint["ends_at"] == "2026-11-19T22:00:00+00:00"
        assert (state.checkpoint["length"], state.checkpoint["longest"]) == (0, 3)
        assert shown(cafe, when="12-20 13:00")["longest"] == 3


class TestCatchUp:
    def test_counts_all_that_ever_was_without_a_word(self):
        """G-25, G-26."""
        cafe = a_test_cafe()
        buying_on(cafe, 2, 3, 5)
        _cafe, daily = a_streak(cafe=cafe, freezes=NONE)
        ada = member_of(cafe)

        in_a_unit(
            lambda: catch_up(
                program=cafe,
                streak_id=daily.definition_id,
                member_ids=[ada.pk],
                at=at("11-05 13:00"),
                is_silent=True,
            )
        )

        assert shown(cafe, when="11-05 13:00")["longest"] == 2
        assert told(cafe) == [("streak.extended", "2026-11-05", 1)]


class TestZones:
    def test_follow_the_member_at_the_next_boundary(self):
        """G-56, G-X5: from Kyiv to New York the 11th has 31 hours."""
        cafe, _daily = a_streak(clock="member", freezes=NONE)
        bought(cafe, "o-1", when="11-10 10:00")

        moved(cafe, "America/New_York", when="11-10 13:00")
        bought(cafe, "o-2", when="11-12 04:59:59")
        bought(cafe, "o-3", when="11-12 05:00")

        assert days_of(cafe) == [("2026-11-10", 1), ("2026-11-11", 1), ("2026-11-12", 1)]
        assert shown(cafe, when="11-12 06:00")["current"] == 3
        assert shown(cafe, when="11-12 06:00")["time_zone"] == "America/New_York"
