"""The golden examples T-G1 to T-G20, each under its number, at every programme's own clock.

Bronze 0, Silver 500, Gold 1,500, Platinum 4,000; points, rolling P12M, defaults.
"""

from datetime import date

import pytest

from loyalty.tiers.kinds import CycleKind
from loyalty.tiers.maths.windows import Cycle, window_start
from tests.world.ledger import a_member, moving, posted
from tests.world.tiers import (
    a_cafe,
    a_gold_member,
    claimed,
    earned,
    history_of,
    lived_until,
    moves_of,
    noon,
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


@pytest.mark.parametrize(
    ("points", "tier"),
    [
        (1, "bronze"),
        (499, "bronze"),
        (500, "silver"),
        (1499, "silver"),
        (1500, "gold"),
        (3999, "gold"),
        (4000, "platinum"),
    ],
)
def test_g1_equality_is_enough(zone, points, tier):
    """T-G1 (T-10)."""
    ada = a_member(a_cafe(zone=zone))

    earned(points, by=ada, on="2026-02-01")

    assert tier_of(ada) == tier


def test_g2_silver_through_the_months_end(zone):
    """T-G2 (T-9, T-10)."""
    ada = a_member(a_cafe(zone=zone))

    earned(499, by=ada, on="2026-02-01")
    assert tier_of(ada) == "bronze"

    earned(1, by=ada, on="2026-02-02")
    assert standing_of(ada) == ("silver", "2026-02-02", "2026-02-02", "2027-02-28", None)


def test_g3_then_gold(zone):
    """T-G3 (T-9, T-10)."""
    ada = a_gold_member(a_cafe(zone=zone))

    assert standing_of(ada) == ("gold", "2026-06-10", "2026-06-10", "2027-06-30", None)
    assert moves_of(ada) == [("bronze", "silver", "reached"), ("silver", "gold", "reached")]


def test_g4_then_nothing(zone):
    """T-G4 (T-15 to T-17)."""
    program = a_cafe(zone=zone)
    ada = a_gold_member(program)

    lived_until("2027-07-01", program)
    assert standing_of(ada) == ("gold", "2026-06-10", "2026-06-10", "2027-06-30", "2027-07-30")

    lived_until("2027-07-30", program)
    assert tier_of(ada) == "gold"

    lived_until("2027-07-31", program)
    assert standing_of(ada) == ("silver", "2027-07-31", "2027-07-30", "2028-07-31", None)
    *_, (before, after, cause, since, _at) = history_of(ada)
    assert (before, after, cause, since[:19]) == ("gold", "silver", "review", "2027-07-31T00:00:00")


def test_g4_falls_to_what_is_counted(zone):
    """T-G4, `to_metric` (T-17)."""
    program = a_cafe(zone=zone, drop="to_metric")
    ada = a_gold_member(program)

    lived_until("2027-07-31", program)

    assert standing_of(ada) == ("bronze", None, None, None, None)


def test_g5_renewed_in_grace(zone):
    """T-G5 (T-16)."""
    program = a_cafe(zone=zone)
    ada = a_gold_member(program)
    lived_until("2027-07-15", program)

    earned(1500, by=ada, on="2027-07-15")

    assert standing_of(ada) == ("gold", "2026-06-10", "2027-07-15", "2028-06-30", None)


def test_g6_renewed_on_the_day_of_the_review(zone):
    """T-G6 (T-16)."""
    program = a_cafe(zone=zone)
    ada = a_gold_member(program)
    earned(1499, by=ada, on="2027-06-30")
    lived_until("2027-07-01", program)
    assert standing_of(ada) == ("gold", "2026-06-10", "2026-06-10", "2027-06-30", "2027-07-30")

    earned(1, by=ada, on="2027-07-01")

    assert standing_of(ada) == ("gold", "2026-06-10", "2027-07-01", "2028-06-30", None)


def test_g7_straight_to_the_highest_tier(zone):
    """T-G7 (T-10): one move, one fact."""
    ada = a_member(a_cafe(zone=zone))

    earned(4000, by=ada, on="2026-02-01")

    assert moves_of(ada) == [("bronze", "platinum", "reached")]
    assert tier_facts_about(ada) == ["tier.upgraded"]


def test_g9_a_return_takes_the_tier_at_once(zone):
    """T-G9 (T-25)."""
    program = a_cafe(zone=zone)
    ada = a_member(program)
    earned(500, by=ada, on="2026-04-03")
    earned(1000, by=ada, on="2026-11-01")

    claimed(200, of=ada, earned_on="2026-11-01", told_on="2026-11-20")

    assert standing_of(ada) == ("silver", "2026-04-03", "2026-04-03", "2027-04-30", None)
    assert moves_of(ada)[-1] == ("gold", "silver", "return")


def test_g10_a_return_moves_the_day(zone):
    """T-G10 (T-25)."""
    program = a_cafe(zone=zone)
    ada = a_member(program)
    earned(500, by=ada, on="2026-04-03")
    earned(1000, by=ada, on="2026-11-01")
    earned(300, by=ada, on="2026-11-10")

    claimed(200, of=ada, earned_on="2026-11-01", told_on="2026-11-20")

    assert standing_of(ada) == ("gold", "2026-11-10", "2026-11-10", "2027-11-30", None)
    assert moves_of(ada)[-1] == ("silver", "gold", "reached")


def test_g11_spending_never_costs_a_tier(zone):
    """T-G11 (T-5)."""
    ada = a_gold_member(a_cafe(zone=zone))

    posted(moving(-1500, of=ada), at=noon("2026-07-01", ada.program))

    assert tier_of(ada) == "gold"


@pytest.mark.parametrize(
    ("ends", "begins"),
    [("2027-02-28", "2026-03-01"), ("2028-02-29", "2027-03-01"), ("2026-03-31", "2025-04-01")],
)
def test_g12_windows_are_calendar_months(ends, begins):
    """T-G12 (T-9)."""
    rolling = Cycle(kind=CycleKind.ROLLING, months=12)

    start = window_start(rolling, date.fromisoformat(ends), joined_on=date(2020, 1, 1))

    assert start == date.fromisoformat(begins)
