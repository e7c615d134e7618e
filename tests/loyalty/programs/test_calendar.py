"""Local days, midnights and periods."""

from datetime import UTC, date, datetime

import pytest

from loyalty.programs.calendar import (
    Period,
    Unit,
    add_months,
    first_day_after,
    first_day_of,
    last_day_of,
    local_day,
    midnight,
)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2026, 11, 22), "Europe/Kyiv", "2026-11-21T22:00:00+00:00"),
        (date(2026, 3, 29), "Europe/Kyiv", "2026-03-28T22:00:00+00:00"),  # the clock jumps at 03:00
        (date(2026, 10, 25), "Europe/Kyiv", "2026-10-24T21:00:00+00:00"),
        (date(2026, 3, 21), "Asia/Tehran", "2026-03-20T20:30:00+00:00"),
        # Tehran jumped from 00:00 to 01:00 on 22 March 2021: the day began an hour late.
        (date(2021, 3, 22), "Asia/Tehran", "2021-03-21T20:30:00+00:00"),
        # Havana fell back from 01:00 to 00:00 on 1 November 2026: the first midnight counts.
        (date(2026, 11, 1), "America/Havana", "2026-11-01T04:00:00+00:00"),
        # Samoa left out 30 December 2011 altogether: what begins there begins with the 31st.
        (date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_local_day_begins_at_its_first_instant(day, zone, instant):
    """V-24: a midnight that does not exist is the first instant after it, a double one is the first."""
    assert midnight(day, zone).isoformat() == instant


def test_a_local_day_follows_the_zone():
    assert local_day(datetime(2026, 11, 30, 21, 59, 59, tzinfo=UTC), "Europe/Kyiv") == date(
        2026, 11, 30
    )
    assert local_day(datetime(2026, 11, 30, 22, 0, 0, tzinfo=UTC), "Europe/Kyiv") == date(
        2026, 12, 1
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), -12, date(2027, 2, 28)),
        (date(2026, 11, 21), 12, date(2027, 11, 21)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_are_held_to_their_last_day(day, months, expected):
    """L-15, T-9."""
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P12M", Period(months=12)),
        ("P1Y2M10DT2H30M", Period(months=14, days=10, seconds=9000)),
        ("P2W", Period(days=14)),
        ("PT15M", Period(seconds=900)),
        ("P0D", Period()),
    ],
)
def test_durations_are_iso_8601(text, period):
    assert Period.read(text) == period


@pytest.mark.parametrize("text", ["", "P", "PT", "12M", "P1.5D", "-P1D", "P1M2Y", "P99999999D"])
def test_other_durations_are_refused(text):
    with pytest.raises(ValueError, match="ISO 8601"):
        Period.read(text)


def test_days_are_calendar_days_over_a_clock_change():
    before = datetime(2026, 3, 28, 10, 0, tzinfo=UTC)  # 12:00 in Kyiv, the night before the jump

    assert Period.read("P1D").after(before, zone="Europe/Kyiv") == datetime(
        2026, 3, 29, 9, 0, tzinfo=UTC
    )
    assert Period.read("PT24H").after(before, zone="Europe/Kyiv") == datetime(
        2026, 3, 29, 10, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("unit", "first", "last"),
    [
        (Unit.DAY, date(2026, 11, 22), date(2026, 11, 22)),
        (Unit.WEEK, date(2026, 11, 16), date(2026, 11, 22)),
        (Unit.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Unit.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        (Unit.HALF_YEAR, date(2026, 7, 1), date(2026, 12, 31)),
        (Unit.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_calendar_periods_have_a_first_and_a_last_day(unit, first, last):
    """E-45."""
    sunday = date(2026, 11, 22)

    assert (first_day_of(unit, sunday), last_day_of(unit, sunday)) == (first, last)


def test_a_week_starts_when_the_programme_says():
    sunday = date(2026, 11, 22)

    assert first_day_of(Unit.WEEK, sunday, week_starts_on=6) == sunday
    assert first_day_after(Unit.WEEK, sunday, week_starts_on=6) == date(2026, 11, 29)
