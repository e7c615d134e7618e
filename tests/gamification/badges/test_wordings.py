"""Wordings of badges that cannot be decided, and one that needs more than a count (G-11 to G-20)."""

import pytest

from gamification.criteria.models import Definition, DefinitionVersion
from gamification.criteria.refusals import (
    ConditionGoesRound,
    ConditionTooDeep,
    ConditionUnsupported,
    MeasureUnknown,
)
from gamification.prizes.refusals import PrizeNotPossible
from loyalty.foundation.refusals import Malformed
from tests.world.badges import REGULAR, STARS, a_draft, awards_of
from tests.world.play import (
    FIRST_CUP,
    a_cafe,
    bought,
    happened,
    with_parts,
)

pytestmark = pytest.mark.django_db


def nested(depth):
    leaf = {"measure": {"kind": "deeds.count", "of": "order.paid"}}
    return leaf if depth == 1 else {"all": [nested(depth - 1)]}


def changed(**told):
    return REGULAR | told


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (changed(condition=nested(5)), ConditionTooDeep),
        (changed(condition={"measure": {"kind": "deeds.guess"}}), MeasureUnknown),
        (changed(condition={"measure": {"kind": "deeds.count", "of": "custom.none"}}), MeasureUnknown),
        (changed(condition={"measure": {"kind": "deeds.sum", "of": "points.earned", "value": "points"}}), ConditionUnsupported),
        (changed(condition={"measure": {"kind": "deeds.distinct", "of": "order.line", "value": "sku", "window": {"rolling": "P30D"}}}), ConditionUnsupported),
        (changed(condition={"all": [nested(1), {"not": {"measure": {"kind": "deeds.count", "of": "order.paid"}, "at_least": 1}}]}), ConditionUnsupported),
        (changed(condition={"measure": {"kind": "deeds.count", "of": "order.paid", "window": {"between": ["2026-12-01", "2026-11-01"]}}}), Malformed),
        (changed(tiers=[{"slug": "a", "target": 5}, {"slug": "b", "target": 5}]), ConditionUnsupported),
        (changed(tiers=[{"slug": "a", "target": 5, "prize": STARS | {"currency": "gold"}}]), PrizeNotPossible),
        (changed(tiers=[{"slug": "a", "target": 5, "prize": STARS | {"budget": "none"}}]), PrizeNotPossible),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_decided(told, refusal):
    """G-11, G-13, G-14, G-15: nothing is kept."""
    cafe = a_cafe()

    with pytest.raises(refusal):
        a_draft(cafe, told)

    assert Definition.objects.count() == 0


def test_refuses_a_circle():
    """G-20: a badge pays stars, and stars of prizes bring the badge."""
    stars = {"kind": "deeds.sum", "of": "points.earned", "value": "points", "currency": "stars"}
    cafe = a_cafe(
        badges=[
            changed(
                condition={"measure": stars}, tiers=[{"slug": "a", "target": 5, "prize": STARS}]
            )
        ]
    )

    with pytest.raises(ConditionGoesRound):
        with_parts(cafe, badges=[changed(condition={"measure": stars | {"include_prizes": True}})])

    assert DefinitionVersion.objects.count() == 1


def test_needs_what_is_true_besides():
    """G-12, G-13: the latest instant of all; `not` over a segment gives none."""
    condition = {
        "all": [
            {"measure": {"kind": "deeds.count", "of": "order.paid"}},
            {"measure": {"kind": "deeds.count", "of": "visit.made"}, "at_least": 1},
            {"not": {"measure": {"kind": "segment.in", "segment": "staff"}}},
        ]
    }
    cafe = a_cafe(badges=[FIRST_CUP | {"condition": condition}])
    bought(cafe, "o-1", when="11-02 09:00")
    assert awards_of(cafe) == {}

    happened(cafe, "visit.made", when="11-05 09:00")

    assert awards_of(cafe) == {("first-cup", ""): ("active", "2026-11-05")}
