"""When points end."""

from datetime import UTC, datetime

import pytest

from loyalty.foundation.shapes import Shape
from loyalty.programs.expiry import POLICY, ends_at

OPENED = datetime(2026, 12, 5, 8, 0, tzinfo=UTC)  # 10:00 in Kyiv


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"kind": "never"}, None),
        ({"kind": "rolling", "period": "P12M"}, "2027-12-05T22:00:00+00:00"),
        # E-G18: twelve months, to the end of the month: usable to the end of 31 December 2027.
        ({"kind": "rolling", "period": "P12M", "round_up": "month"}, "2027-12-31T22:00:00+00:00"),
        ({"kind": "rolling", "period": "P1M", "round_up": "quarter"}, "2027-03-31T21:00:00+00:00"),
        (
            {"kind": "rolling", "period": "P1M", "round_up": "half_year"},
            "2027-06-30T21:00:00+00:00",
        ),
        ({"kind": "rolling", "period": "P1M", "round_up": "year"}, "2027-12-31T22:00:00+00:00"),
        ({"kind": "rolling", "period": "PT48H"}, "2026-12-07T08:00:00+00:00"),
        ({"kind": "fixed_dates", "dates": ["06-30", "12-31"]}, "2026-12-31T22:00:00+00:00"),
        ({"kind": "fixed_dates", "dates": ["02-29"]}, "2027-02-28T22:00:00+00:00"),
        ({"kind": "fixed_dates", "dates": ["12-05"]}, "2026-12-05T22:00:00+00:00"),
        ({"kind": "end_of_year", "years": 1}, "2026-12-31T22:00:00+00:00"),
        ({"kind": "end_of_year", "years": 2}, "2027-12-31T22:00:00+00:00"),
        (
            {"kind": "sliding", "period": "P6M", "activities": ["order.paid"]},
            "2027-06-05T21:00:00+00:00",
        ),
    ],
)
def test_points_can_be_used_to_the_end_of_their_last_day(policy, expected):
    """L-15, E-56: in the programme's zone, counted from opening."""
    end = ends_at(policy, OPENED, "Europe/Kyiv")

    assert Shape(POLICY).fits(policy)
    assert (end.isoformat() if end else None) == expected


def test_a_month_after_31_january_ends_with_february():
    """L-15: 31 January + 1 month = last day of February."""
    opened = datetime(2026, 1, 31, 12, tzinfo=UTC)

    assert ends_at({"kind": "rolling", "period": "P1M"}, opened, "UTC") == datetime(
        2026, 3, 1, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"kind": "rolling"},
        {"kind": "rolling", "period": "12 months"},
        {"kind": "never", "period": "P1M"},
        {"kind": "fixed_dates", "dates": ["02-30"]},
        {"kind": "fixed_dates", "dates": []},
        {"kind": "end_of_year", "years": 0},
    ],
)
def test_other_policies_do_not_fit_the_shape(policy):
    assert not Shape(POLICY).fits(policy)
