"""Climbing, as members meet it: points in, tiers up, in the same transaction."""

import pytest

from tests.world.ledger import a_member
from tests.world.tiers import a_cafe, earned, moves_of, standing_of, tier_of

pytestmark = pytest.mark.django_db


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
def test_equality_is_enough(points, tier):
    """T-G1: M = 0, 499; 500, 1,499; 1,500, 3,999; 4,000 (T-10)."""
    ada = a_member(a_cafe())

    earned(points, by=ada, on="2026-02-01")

    assert tier_of(ada) == tier


def test_silver_through_the_end_of_the_month():
    """T-G2, T-G3: 499 on one day and 1 on the next; then 1,000 in June (T-9, T-10)."""
    ada = a_member(a_cafe())

    earned(499, by=ada, on="2026-02-01")
    earned(1, by=ada, on="2026-02-02")
    assert standing_of(ada) == ("silver", "2026-02-02", "2026-02-02", "2027-02-28", None)

    earned(1000, by=ada, on="2026-06-10")
    assert standing_of(ada) == ("gold", "2026-06-10", "2026-06-10", "2027-06-30", None)
    assert moves_of(ada) == [("bronze", "silver", "reached"), ("silver", "gold", "reached")]
