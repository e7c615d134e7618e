"""Boundaries of a streak's periods."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import available_timezones

import pytest

from gamification.streaks.walks.boundaries import Clock, ZoneMove, first_of, key_of
from loyalty.programs.calendar import Unit, zone_named

HOUR = timedelta(hours=1)
ASKED_ON = date(2026, 11, 10)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def zones_that_differ():
    """One of each group of zones whose clocks go alike this year."""
    weeks = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=7 * n) for n in range(53)]
    alike = {
        tuple(week.astimezone(zone_named(zone)).utcoffset() for week in weeks): zone
        for zone in sorted(available_timezones())
    }
    return alike.values()


def travelling(before, after):
    """The clock of somebody who asks for another zone on 10 November at 15:00 of the old one."""
    asked_at = datetime(2026, 11, 10, 15, tzinfo=zone_named(before))
    return Clock(unit=Unit.DAY, zone=before, moves=[ZoneMove(asked_at=asked_at, zone=after)])


class TestClock:
    @pytest.mark.parametrize(
        ("before", "after", "starts", "ends"),
        [
            ("Europe/Kyiv", "America/New_York", "2026-11-10T22:00", "2026-11-12T05:00"),
            ("America/New_York", "Europe/Kyiv", "2026-11-11T05:00", "2026-11-11T22:00"),
            ("Pacific/Honolulu", "Pacific/Auckland", "2026-11-11T10:00", "2026-11-11T11:00"),
            ("Pacific/Pago_Pago", "Pacific/Kiritimati", "2026-11-11T11:00", "2026-11-11T11:00"),
            ("Pacific/Auckland", "Pacific/Honolulu", "2026-11-10T11:00", "2026-11-12T10:00"),
        ],
    )
    def test_lets_a_new_zone_wait_for_the_next_boundary(self, before, after, starts, ends):
        """G-56, G-X5."""
        eleventh = travelling(before, after).on(date(2026, 11, 11))

        assert (eleventh.key, eleventh.zone) == ("2026-11-11", after)
        assert (eleventh.starts_at, eleventh.ends_at) == (utc(starts), utc(ends))

    @pytest.mark.parametrize(
        ("zone", "day", "starts", "hours"),
        [
            ("Europe/Kyiv", date(2026, 3, 29), "2026-03-28T22:00", 23),
            ("Europe/Kyiv", date(2026, 10, 25), "2026-10-24T21:00", 25),
            ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00", 0),
            ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00", 23),
        ],
    )
    def test_keeps_the_days_that_a_clock_moves(self, zone, day, starts, hours):
        """G-56, G-X5."""
        span = Clock(unit=Unit.DAY, zone=zone).on(day)

        assert (span.starts_at, span.length) == (utc(starts), hours * HOUR)

    def test_takes_the_last_zone_asked_before_the_boundary(self):
        """G-56."""
        moves = [
            ZoneMove(asked_at=utc("2026-11-10T10:00"), zone="America/New_York"),
            ZoneMove(asked_at=utc("2026-11-10T12:00"), zone="Asia/Tokyo"),
        ]
        clock = Clock(unit=Unit.DAY, zone="Europe/Kyiv", moves=moves)

        eleventh = clock.on(date(2026, 11, 11))

        assert (eleventh.starts_at, eleventh.ends_at) == (
            utc("2026-11-10T22:00"),
            utc("2026-11-11T15:00"),
        )

    def test_lets_a_zone_asked_at_the_boundary_wait_for_the_one_after(self):
        """G-56: asked before it, not at it."""
        moves = [ZoneMove(asked_at=utc("2026-11-10T22:00"), zone="America/New_York")]
        clock = Clock(unit=Unit.DAY, zone="Europe/Kyiv", moves=moves)

        assert clock.on(date(2026, 11, 11)).ends_at == utc("2026-11-11T22:00")
        assert clock.on(date(2026, 11, 12)).ends_at == utc("2026-11-13T05:00")

    def test_puts_an_instant_at_a_skipped_day_into_the_day_after_it(self):
        """G-56: a period without time holds nothing."""
        clock = travelling("Pacific/Pago_Pago", "Pacific/Kiritimati")

        assert clock.at(utc("2026-11-11T11:00")).key == "2026-11-12"
        assert clock.at(utc("2026-11-11T10:59:59")).key == "2026-11-10"

    def test_shifts_the_boundary_by_the_hours_of_day_start(self):
        """G-55: at two in the night it is still yesterday."""
        clock = Clock(unit=Unit.DAY, zone="Europe/Kyiv", day_start=4)

        assert clock.at(utc("2026-11-11T01:59:59")).key == "2026-11-10"
        assert clock.at(utc("2026-11-11T02:00:00")).key == "2026-11-11"

    def test_loses_and_doubles_no_day_in_any_zone(self):
        """G-56: a whole year, hence both days on which a clock moves."""
        year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

        for zone in zones_that_differ():
            clock = Clock(unit=Unit.DAY, zone=zone)
            spans = list(islice(clock.since(clock.on(year[0]).starts_at), 365))

            assert [span.first for span in spans] == year
            assert all(one.ends_at == two.starts_at for one, two in pairwise(spans))
            for span in spans:
                if span.length != 24 * HOUR:
                    assert clock.at(span.starts_at) == span
                    assert clock.at(span.ends_at - timedelta(seconds=1)) == span

    @pytest.mark.parametrize(
        ("unit", "day", "key"),
        [
            (Unit.DAY, date(2026, 11, 21), "2026-11-21"),
            (Unit.WEEK, date(2026, 12, 28), "2026-W53"),
            (Unit.WEEK, date(2027, 1, 4), "2027-W01"),
            (Unit.MONTH, date(2026, 11, 1), "2026-11"),
        ],
    )
    def test_names_periods_by_their_keys(self, unit, day, key):
        """G-6, G-X6: weeks are ISO weeks with the ISO year."""
        assert key_of(unit, day) == key
        assert first_of(unit, key) == day

    @pytest.mark.parametrize(
        ("at", "key"),
        [
            ("2026-12-27T22:00:00", "2026-W53"),
            ("2027-01-03T21:59:59", "2026-W53"),
            ("2027-01-03T22:00:00", "2027-W01"),
        ],
    )
    def test_puts_an_instant_into_its_week(self, at, key):
        """G-X6."""
        assert Clock(unit=Unit.WEEK, zone="Europe/Kyiv").at(utc(at)).key == key

    @pytest.mark.parametrize("key", ["2026-W54", "2026-13", "nonsense", "2026-11-21"])
    def test_knows_no_other_keys(self, key):
        """G-6."""
        with pytest.raises(ValueError, match=r".+"):
            first_of(Unit.WEEK, key)
