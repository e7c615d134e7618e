"""Walks of a streak: the worked examples of the page, and each verdict."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gamification.streaks.kinds import Verdict
from gamification.streaks.walks.boundaries import Clock, ZoneMove
from gamification.streaks.walks.terms import Terms
from gamification.streaks.walks.walking import Course, Day, Gift, Pause, walk
from loyalty.programs.calendar import Unit, zone_named

KYIV = zone_named("Europe/Kyiv")
NOON = datetime(2026, 11, 14, 12, tzinfo=KYIV)
FREEZING = {"initial": 1, "earn_every": 5, "cap": 2, "in_a_row": 1}
NONE = {"initial": 0, "cap": 0}


def nov(day, hour=0, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=KYIV)


def told(*deeds, unit=Unit.DAY, zone="Europe/Kyiv", moves=(), grace=0, **more):
    """A course on which one thing was done at each of these instants."""
    clock = Clock(unit=unit, zone=zone, moves=moves)
    terms = Terms(
        unit=unit,
        grace=timedelta(hours=grace),
        **{name: more.pop(name) for name in list(more) if name in Terms.__dataclass_fields__},
    )
    days = {}
    for at in deeds:
        span = clock.at(at)
        day = days.get(span.first, Day())
        is_early = at < span.starts_at + terms.grace
        days[span.first] = Day(value=day.value + 1, early=day.early + is_early)
    return Course(clock=clock, terms=terms, days=days, **more)


def on_days(*days, **more):
    return told(*[nov(day, 12) for day in days], **more)


def days_of(walked, verdict):
    return [int(key[-2:]) for key in walked.keys(verdict)]


class TestFreezes:
    DONE = (2, 3, 4, 5, 6, 8, 9, 12, 13)

    def test_keep_a_run_while_one_is_owned(self):
        """G-60, G-X3."""
        walked = walk(on_days(*self.DONE, **FREEZING), now=NOON)

        assert walked.earned == ["2026-11-06"]
        assert days_of(walked, Verdict.FROZEN) == [7, 10]
        assert days_of(walked, Verdict.MISSED) == [11]
        assert days_of(walked, Verdict.OPEN) == [14]
        assert (walked.current, walked.longest, walked.freezes) == (2, 7, 0)
        assert [step.freezes for step in walked.steps if step.span.first.day in {6, 7, 10}] == [
            2,
            1,
            0,
        ]

    def test_come_back_with_late_proof(self):
        """G-60, G-X3: proof for 7 November."""
        walked = walk(on_days(*self.DONE, 7, **FREEZING), now=NOON)

        assert days_of(walked, Verdict.FROZEN) == [10]
        assert (walked.current, walked.longest, walked.freezes) == (2, 8, 1)

    def test_bridge_two_in_a_row_where_that_is_allowed(self):
        """G-X3: the same before the proof, another streak after it."""
        two = FREEZING | {"in_a_row": 2}

        before = walk(on_days(*self.DONE, **two), now=NOON)
        after = walk(on_days(*self.DONE, 7, **two), now=NOON)

        assert (before.current, before.longest, before.freezes) == (2, 7, 0)
        assert days_of(after, Verdict.FROZEN) == [10, 11]
        assert after.earned == ["2026-11-06", "2026-11-13"]
        assert (after.current, after.longest, after.freezes) == (10, 10, 1)

    def test_are_never_more_than_the_cap(self):
        """G-60."""
        gifts = [Gift(at=nov(2, 18), quantity=5)]

        walked = walk(on_days(2, 3, gifts=gifts, **FREEZING), now=nov(4, 12))

        assert walked.freezes == 2

    def test_given_too_late_keep_nothing(self):
        """G-60: owned as of the end of the period."""
        broke = {"initial": 0, "cap": 2}

        in_time = walk(on_days(2, 4, gifts=[Gift(at=nov(4), quantity=1)], **broke), now=nov(4, 13))
        too_late = walk(
            on_days(2, 4, gifts=[Gift(at=nov(4, 0, 1), quantity=1)], **broke), now=nov(4, 13)
        )

        assert (in_time.current, in_time.freezes) == (2, 0)
        assert (too_late.current, too_late.freezes) == (1, 1)

    def test_wait_while_no_run_needs_them(self):
        """G-60: after a loss nothing is frozen until something is done again."""
        walked = walk(on_days(2, **FREEZING), now=NOON)

        assert days_of(walked, Verdict.FROZEN) == [3]
        assert days_of(walked, Verdict.MISSED) == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
        assert [step.span.key for step in walked.losses] == ["2026-11-04"]


class TestGrace:
    def test_lets_the_next_day_count_for_the_one_before(self):
        """G-59, G-X4."""
        course = told(nov(2, 10), nov(4, 12), nov(5, 9), grace=24, **NONE)

        walked = walk(course, now=nov(5, 10))

        assert days_of(walked, Verdict.DONE) == [2, 3, 4]
        assert days_of(walked, Verdict.OPEN) == [5]
        assert walked.current == 3
        assert walked.deadline == nov(7)

    def test_forgives_one_missed_day_and_not_two(self):
        """G-59, G-X4."""
        walked = walk(told(nov(2, 10), nov(5, 12), grace=24, **NONE), now=nov(5, 13))

        assert days_of(walked, Verdict.MISSED) == [3, 4]
        assert days_of(walked, Verdict.DONE) == [2, 5]
        assert (walked.current, walked.longest) == (1, 1)

    def test_keeps_a_period_open_for_its_hours(self):
        """G-58, G-59."""
        course = told(nov(2, 10), grace=6, **NONE)

        before, after = walk(course, now=nov(4, 5, 59)), walk(course, now=nov(4, 6))

        assert (days_of(before, Verdict.OPEN), before.current) == ([3, 4], 1)
        assert before.deadline == nov(4, 6)
        assert (days_of(after, Verdict.MISSED), after.current, after.deadline) == ([3], 0, None)

    def test_leaves_to_its_day_what_would_not_be_enough(self):
        """G-59: nothing is taken from a day that would not make the one before it done."""
        deeds = [nov(2, 10), nov(2, 11), nov(4, 1), nov(4, 12)]

        walked = walk(told(*deeds, grace=6, need=2, **NONE), now=nov(4, 13))

        assert days_of(walked, Verdict.MISSED) == [3]
        assert days_of(walked, Verdict.DONE) == [2, 4]


class TestVerdicts:
    def test_need_the_whole_of_what_is_asked(self):
        """G-57."""
        walked = walk(on_days(2, 2, 3, need=2, **NONE), now=nov(4, 12))

        assert days_of(walked, Verdict.DONE) == [2]
        assert days_of(walked, Verdict.MISSED) == [3]

    def test_let_the_shops_rest_days_bridge(self):
        """G-58: 7 and 8 November 2026 are a weekend, 10 November is a holiday."""
        rest = {"rest_weekdays": frozenset({5, 6}), "rest_dates": frozenset({date(2026, 11, 10)})}

        walked = walk(on_days(5, 6, 9, 11, **rest, **NONE), now=nov(11, 13))

        assert days_of(walked, Verdict.REST) == [7, 8, 10]
        assert walked.current == 4

    def test_let_a_repair_bridge_and_restore_the_length(self):
        """G-63."""
        days = (2, 3, 4, 7)

        lost = walk(on_days(*days, **NONE), now=nov(7, 13))
        repaired = walk(
            on_days(*days, repairs=frozenset({"2026-11-05", "2026-11-06"}), **NONE),
            now=nov(7, 13),
        )

        assert (lost.current, lost.longest) == (1, 3)
        assert (repaired.current, repaired.longest) == (4, 4)

    def test_let_a_pause_bridge_and_cost_nothing(self):
        """G-61."""
        pauses = [Pause(first=date(2026, 11, 3), last=date(2026, 11, 9))]

        walked = walk(on_days(2, 10, pauses=pauses, **FREEZING), now=nov(10, 13))

        assert days_of(walked, Verdict.PAUSED) == [3, 4, 5, 6, 7, 8, 9]
        assert (walked.current, walked.freezes) == (2, 1)

    def test_pause_a_week_whose_greater_part_is_paused(self):
        """G-61: Wednesday to Tuesday pauses the first week only."""
        pauses = [Pause(first=date(2026, 11, 4), last=date(2026, 11, 10))]

        walked = walk(on_days(2, 17, unit=Unit.WEEK, pauses=pauses, **NONE), now=nov(17, 13))
        later = walk(
            told(nov(1, 9), nov(17, 9), unit=Unit.WEEK, pauses=pauses, **NONE), now=nov(17, 13)
        )

        assert [step.verdict for step in walked.steps] == ["done", "missed", "done"]
        assert [step.verdict for step in later.steps] == ["done", "paused", "missed", "done"]

    def test_let_a_day_bridge_that_travel_made_short(self):
        """G-58, G-X5: Honolulu to Auckland leaves one hour of 11 November."""
        moves = [
            ZoneMove(
                asked_at=datetime(2026, 11, 10, 15, tzinfo=zone_named("Pacific/Honolulu")),
                zone="Pacific/Auckland",
            )
        ]
        deeds = [datetime(2026, 11, 10, 20, tzinfo=UTC), datetime(2026, 11, 11, 20, tzinfo=UTC)]

        course = told(*deeds, zone="Pacific/Honolulu", moves=moves, **NONE)
        walked = walk(course, now=datetime(2026, 11, 11, 21, tzinfo=UTC))

        assert [(step.span.key, step.verdict) for step in walked.steps] == [
            ("2026-11-10", Verdict.DONE),
            ("2026-11-11", Verdict.SHORT),
            ("2026-11-12", Verdict.DONE),
        ]

    def test_say_when_something_has_to_be_done_next(self):
        """G-65: done today, resting tomorrow: the day after."""
        rest = {"rest_dates": frozenset({date(2026, 11, 15)})}

        done = walk(on_days(13, 14, **rest, **NONE), now=NOON)
        not_yet = walk(on_days(13, **rest, **NONE), now=NOON)

        assert (done.deadline, not_yet.deadline) == (nov(17), nov(15))

    def test_begin_with_nothing(self):
        """G-64."""
        walked = walk(on_days(**FREEZING), now=NOON)

        assert (walked.current, walked.longest, walked.freezes) == (0, 0, 1)
        assert (walked.steps, walked.deadline) == ([], None)


@pytest.mark.parametrize("unit", [Unit.WEEK, Unit.MONTH])
def test_a_streak_of_longer_periods_walks_alike(unit):
    """G-55."""
    deeds = [datetime(2026, 1, 15, 12, tzinfo=UTC) + timedelta(days=7 * n) for n in range(20)]

    walked = walk(told(*deeds, unit=unit, **NONE), now=deeds[-1])

    assert walked.current == {Unit.WEEK: 20, Unit.MONTH: 5}[unit]
