"""Reviews, drops, grants and days on the two nights on which clocks change, in Kyiv, Tehran and UTC (T-7, T-9, T-15, T-17).

Kyiv skips an hour at 03:00 and repeats one at 04:00. In Tehran, which kept summer time until 2022, it was midnight itself
that was skipped on one day and came twice on another.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from loyalty.foundation.units import run
from loyalty.programs.calendar import midnight
from loyalty.tiers.midnights.turning import turn_members
from tests.world.ledger import a_member
from tests.world.tiers import (
    a_cafe,
    days_of,
    earned,
    granted,
    history_of,
    lived_until,
    moves_of,
    noon,
    standing_of,
    tier_of,
)

pytestmark = pytest.mark.django_db

NIGHTS = [
    ("Europe/Kyiv", "2027-03-28"),
    ("Europe/Kyiv", "2027-10-31"),
    ("Asia/Tehran", "2021-03-22"),
    ("Asia/Tehran", "2021-09-22"),
    ("UTC", "2027-03-28"),
    ("UTC", "2027-10-31"),
]
SECOND = timedelta(seconds=1)


@pytest.fixture(params=NIGHTS, ids=lambda night: f"{night[0]} {night[1]}")
def night(request):
    """The zone, and the day that begins with the night."""
    zone, day = request.param
    return zone, date.fromisoformat(day)


def reviewed(program, day, *, at):
    run(partial(turn_members, program=program, day=day, cursor=None, at=at))


def a_cycle_from(day, **terms):
    return {"cycle": {"kind": "calendar", "starts_on": f"{day:%m-%d}"}} | terms


def a_member_of_then(program, day):
    return a_member(program, at=noon(day - timedelta(days=500), program))


def in_local_time(at, zone):
    return at.astimezone(ZoneInfo(zone)).isoformat()


def test_the_night_is_one():
    """Control: the clocks of these places do change on these nights, and those of UTC do not."""
    lengths = {
        night: midnight(date.fromisoformat(night[1]) + timedelta(days=1), night[0])
        - midnight(date.fromisoformat(night[1]), night[0])
        for night in NIGHTS
    }
    eves = {
        night: midnight(date.fromisoformat(night[1]), night[0])
        - midnight(date.fromisoformat(night[1]) - timedelta(days=1), night[0])
        for night in NIGHTS
    }
    hours = {night: {lengths[night], eves[night]} for night in NIGHTS}

    assert all(
        (each == {timedelta(hours=24)}) == (night[0] == "UTC") for night, each in hours.items()
    )


def test_a_drop_one_second_before_at_and_after(night):
    """T-15, T-17: without grace the review is the drop."""
    zone, day = night
    program = a_cafe(zone=zone, **a_cycle_from(day, grace="P0D"))
    ada = a_member_of_then(program, day)
    earned(1500, by=ada, on=noon(day - timedelta(days=400), program))
    lived_until((day - timedelta(days=1)).isoformat(), program)
    assert tier_of(ada) == "gold"
    begins = midnight(day, zone)

    reviewed(program, day - timedelta(days=1), at=begins - SECOND)
    assert tier_of(ada) == "gold"
    reviewed(program, day, at=begins)
    assert tier_of(ada) == "silver"
    reviewed(program, day, at=begins + SECOND)

    assert [move[:2] for move in moves_of(ada)].count(("gold", "silver")) == 1
    assert history_of(ada)[-1][3] == in_local_time(begins, zone)


def test_grace_one_second_before_at_and_after(night):
    """T-16, T-17: grace begins before the night and ends with it."""
    zone, day = night
    starts = day - timedelta(days=30)
    program = a_cafe(zone=zone, **a_cycle_from(starts))
    ada = a_member_of_then(program, day)
    earned(1500, by=ada, on=noon(day - timedelta(days=400), program))
    lived_until(starts.isoformat(), program)
    last = (day - timedelta(days=1)).isoformat()
    assert standing_of(ada)[4] == last
    begins = midnight(day, zone)

    reviewed(program, day - timedelta(days=1), at=begins - SECOND)
    assert tier_of(ada) == "gold"
    reviewed(program, day, at=begins)
    assert (tier_of(ada), standing_of(ada)[2]) == ("silver", last)


def test_kept_by_what_was_earned_in_the_last_second(night):
    """T-7, T-16: the last second before the night counts for the old cycle, the first one after it does not."""
    zone, day = night
    begins = midnight(day, zone)
    tiers = {}
    for name, at in (("last", begins - SECOND), ("first", begins)):
        program = a_cafe(zone=zone, **a_cycle_from(day, grace="P0D"))
        member = a_member(program, name, at=noon(day - timedelta(days=500), program))
        earned(1500, by=member, on=noon(day - timedelta(days=400), program))
        lived_until((day - timedelta(days=1)).isoformat(), program)
        earned(
            1499, by=member, on=noon(day - timedelta(days=300), program), told_at=begins - SECOND
        )
        earned(1, by=member, on=at)
        reviewed(program, day, at=begins)
        tiers[name] = tier_of(member)
        eve = (day - timedelta(days=1)).isoformat()
        assert days_of(member)[eve if name == "last" else day.isoformat()] == (1, 0, 0)

    assert tiers == {"last": "gold", "first": "silver"}


def test_an_hour_late_and_twice(night):
    """T-15, T-45: the same dates and one move."""
    zone, day = night
    program = a_cafe(zone=zone, **a_cycle_from(day, grace="P0D"))
    ada = a_member_of_then(program, day)
    earned(1500, by=ada, on=noon(day - timedelta(days=400), program))
    lived_until((day - timedelta(days=1)).isoformat(), program)

    for _ in range(2):
        reviewed(program, day, at=midnight(day, zone) + timedelta(hours=1))

    eve = (day - timedelta(days=1)).isoformat()
    assert standing_of(ada)[:3] == ("silver", day.isoformat(), eve)
    assert [move[:2] for move in moves_of(ada)].count(("gold", "silver")) == 1


def test_a_rolling_window_and_its_end(night):
    """T-9, T-G2, T-G12: whole local days, whatever their length; twelve months and the month's rest."""
    zone, day = night
    program = a_cafe(zone=zone)
    ada = a_member_of_then(program, day)

    earned(499, by=ada, on=midnight(day, zone) - SECOND)
    earned(1, by=ada, on=midnight(day, zone))

    end = day.replace(year=day.year + 1)
    month_end = (end.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert standing_of(ada) == ("silver", str(day), str(day), str(month_end), None)


def test_a_grant_ends_at_its_midnight(night):
    """T-21."""
    zone, day = night
    program = a_cafe(zone=zone)
    ada = a_member_of_then(program, day)
    granted("gold", to=ada, until=day.isoformat(), at=noon(day - timedelta(days=40), program))
    begins = midnight(day, zone)

    reviewed(program, day - timedelta(days=1), at=begins - SECOND)
    assert tier_of(ada) == "gold"
    reviewed(program, day, at=begins)

    assert tier_of(ada) == "bronze"
    assert history_of(ada)[-1][3] == in_local_time(begins, zone)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_is_one_day(fold):
    """T-7: both times belong to the same local day."""
    program = a_cafe()
    ada = a_member(program)
    at = datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Kyiv"), fold=fold).astimezone(UTC)

    earned(500, by=ada, on=at)

    assert days_of(ada) == {"2026-10-25": (500, 0, 0)}
