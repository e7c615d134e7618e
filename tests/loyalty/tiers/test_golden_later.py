"""More golden examples: cycles, grants, what is coming, other ladders, late news; each under its number, at every programme's own clock.

Bronze 0, Silver 500, Gold 1,500, Platinum 4,000; points, rolling P12M, defaults.
"""

from datetime import date, datetime

import pytest

from loyalty.programs.calendar import midnight, zone_named
from tests.world.ledger import a_member
from tests.world.tiers import (
    a_cafe,
    a_gold_member,
    changed_ladder,
    days_of,
    earned,
    granted,
    history_of,
    lived_until,
    moves_of,
    noon,
    shown,
    standing_of,
    tier_facts_about,
    tier_of,
)

pytestmark = pytest.mark.django_db

ZONES = ["Europe/Kyiv", "Asia/Tehran", "UTC"]
CALENDAR = {"cycle": {"kind": "calendar", "starts_on": "01-01"}}


@pytest.fixture(params=ZONES)
def zone(request):
    return request.param


def test_g8_what_is_missing_and_until_when(zone):
    """T-G8 (T-35)."""
    program = a_cafe(zone=zone)
    ada = a_member(program)
    earned(900, by=ada, on="2026-01-20")
    earned(300, by=ada, on="2026-09-05")

    view = shown(ada, at=noon("2026-11-21", program))
    assert view["next"] == {
        "slug": "gold",
        "name": "Gold",
        "remaining": [{"metric": "points", "missing": 300, "of": 1500, "by": "2027-01-19"}],
    }

    later = shown(ada, at=noon("2027-01-20", program))
    assert later["next"]["remaining"][0]["missing"] == 1200


@pytest.mark.parametrize(
    ("where", "day", "through"),
    [
        ("Europe/Kyiv", "2027-01-01", "2027-12-31"),
        ("Asia/Tehran", "2027-01-01", "2027-12-31"),
        ("UTC", "2026-12-31", "2026-12-31"),
    ],
)
def test_g13_the_local_day_counts(where, day, through):
    """T-G13 (T-7): 23:30 of the old year in Berlin is a day of the new one in Kyiv and Tehran, not by UTC."""
    program = a_cafe(zone=where, **CALENDAR)
    ada = a_member(program)

    earned(600, by=ada, on=datetime.fromisoformat("2026-12-31T23:30:00+01:00"))

    assert days_of(ada) == {day: (600, 0, 0)}
    assert standing_of(ada) == ("silver", day, day, through, None)


def test_g14_a_calendar_year(zone):
    """T-G14 (T-15, T-16)."""
    program = a_cafe(zone=zone, **CALENDAR)
    ada = a_member(program)
    earned(1500, by=ada, on="2026-05-15")
    assert standing_of(ada) == ("gold", "2026-05-15", "2026-05-15", "2026-12-31", None)
    lived_until("2027-01-01", program)
    assert standing_of(ada) == ("gold", "2026-05-15", "2026-12-31", "2027-12-31", None)

    earned(1200, by=ada, on="2027-06-01")
    lived_until("2028-01-01", program)
    assert standing_of(ada) == ("gold", "2026-05-15", "2026-12-31", "2027-12-31", "2028-01-30")

    earned(300, by=ada, on="2028-01-10")
    assert standing_of(ada) == ("gold", "2026-05-15", "2028-01-10", "2028-12-31", None)


def test_g15_the_tier_of_the_next_cycle(zone):
    """T-G15 (T-11)."""
    program = a_cafe(zone=zone, up="next_cycle", **CALENDAR)
    ada = a_member(program)

    earned(1500, by=ada, on="2026-05-15")
    lived_until("2026-12-31", program)
    assert tier_of(ada) == "bronze"

    lived_until("2027-01-01", program)
    assert standing_of(ada) == ("gold", "2026-05-15", "2026-12-31", "2027-12-31", None)


def test_g16_a_grant_ends(zone):
    """T-G16 (T-19, T-21): told thirty days before, Silver at the end."""
    program = a_cafe(zone=zone)
    ada = a_member(program)
    earned(500, by=ada, on="2026-11-01")
    granted("gold", to=ada, until="2027-02-01", at=noon("2026-11-02", program))
    assert (tier_of(ada), standing_of(ada)[0]) == ("gold", "silver")

    lived_until("2027-01-01", program)
    assert "tier.will_downgrade" not in tier_facts_about(ada)
    lived_until("2027-01-02", program)
    assert tier_facts_about(ada)[-1] == "tier.will_downgrade"

    lived_until("2027-01-31", program)
    assert tier_of(ada) == "gold"
    lived_until("2027-02-01", program)
    assert tier_of(ada) == "silver"
    assert moves_of(ada)[-1] == ("gold", "silver", "grant_ended")


def test_g16_reached_meanwhile(zone):
    """T-G16 (T-21): the standing lives on below the grant and climbs."""
    program = a_cafe(zone=zone)
    ada = a_member(program)
    earned(500, by=ada, on="2026-11-01")
    granted("gold", to=ada, until="2027-02-01", at=noon("2026-11-02", program))

    earned(1000, by=ada, on="2026-12-01")
    lived_until("2027-02-01", program)

    assert tier_of(ada) == "gold"
    assert "tier.downgraded" not in tier_facts_about(ada)
    assert moves_of(ada)[-1] == ("gold", "gold", "reached")


def test_g17_what_is_coming(zone):
    """T-G17 (T-35), as the page on tiers prints it."""
    program = a_cafe(zone=zone)
    ada = a_gold_member(program)
    earned(1100, by=ada, on="2027-03-10")
    zone_of = zone_named(zone)

    view = shown(ada, at=noon("2027-05-15", program))

    assert view["current"] == {
        "slug": "gold",
        "name": "Gold",
        "since": noon("2026-06-10", program),
        "until": midnight(date(2027, 7, 1), zone).astimezone(zone_of),
        "from": "standing",
        "state": "held",
        "benefits": {"multiplier": "1.5"},
    }
    assert view["next"] == {
        "slug": "platinum",
        "name": "Platinum",
        "remaining": [{"metric": "points", "missing": 1900, "of": 4000, "by": "2027-06-09"}],
    }
    assert view["projected"] == "silver"
    assert view["risks"] == [
        {
            "from": "gold",
            "to": "silver",
            "missing": 400,
            "keep_by": "2027-07-30",
            "at": midnight(date(2027, 7, 31), zone).astimezone(zone_of),
            "cause": "review",
        }
    ]


@pytest.mark.parametrize(
    ("reach", "ada_is", "grace_is"), [(2000, "gold", "silver"), (1200, "gold", "gold")]
)
def test_g18_another_ladder(zone, reach, ada_is, grace_is):
    """T-G18 (T-41): nobody drops before a review; who reaches a lower threshold climbs at publishing."""
    program = a_cafe(zone=zone)
    ada = a_gold_member(program)
    grace = a_member(program, "grace")
    earned(1250, by=grace, on="2026-06-11")

    changed_ladder(program, gold=reach, at=noon("2026-07-01", program))

    assert (tier_of(ada), tier_of(grace)) == (ada_is, grace_is)


def test_g20_told_late(zone):
    """T-G20 (T-10, T-12): since the telling, qualified on the day; June earns as Silver."""
    program = a_cafe(zone=zone)
    ada = a_gold_member(program, told_at=noon("2026-07-02", program))

    assert standing_of(ada) == ("gold", "2026-06-10", "2026-06-10", "2027-06-30", None)
    assert history_of(ada)[-1][3][:10] == "2026-07-02"
    assert tier_of(ada, at=noon("2026-06-20", program)) == "silver"
    assert tier_of(ada, at=noon("2026-07-03", program)) == "gold"
