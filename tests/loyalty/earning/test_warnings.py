"""Before a rule goes live staff are told what deserves a second look (U-33)."""

import pytest

from loyalty.earning.launching.warning import warnings_of
from loyalty.earning.models import EarningRule
from loyalty.earning.rules.clauses import Origin, compile_clause
from tests.world.earning import NOON, a_rule
from tests.world.events import an_order, taken
from tests.world.programs import applied
from tests.world.replaying import a_draft, a_past
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db(transaction=True)

NAMED = {"name": {"en": "A", "ar": "A", "fa": "A", "uk": "A"}}
FIXED = {"kind": "fixed", "points": 5}
WARNED = {
    "nothing": ({}, []),
    "overlaps": ({"slug": "other"}, ["overlaps"]),
    "other goods": (
        {"slug": "other", "lines": {"include": {"categories": ["tea"]}}},
        ["overlaps", "goods_unknown"],
    ),
    "range": ({"conditions": {"all": [{"order": {"at_least": 9, "at_most": 5}}]}}, ["never_matches"]),
    "tier": ({"tiers": ["diamond"]}, ["never_matches"]),
    "articles": (
        {"lines": {"include": {"skus": ["ESP-1"]}, "exclude": {"skus": ["ESP-1"]}}},
        ["never_matches"],
    ),
    "days": (
        {"windows": [{"dates": {"from": "2026-01-01", "to": "2026-02-01"}}]},
        ["never_matches"],
    ),
    "unlimited": ({"effect": FIXED}, ["unlimited_points"]),
    "unlimited visit": (
        {"slug": "visit", "triggers": ["visit.made"], "effect": FIXED},
        ["unlimited_points"],
    ),
    "limited visit": (
        {
            "slug": "visit",
            "triggers": ["visit.made"],
            "effect": FIXED,
            "limits": {"times": {"times": 1, "period": "day"}},
        },
        [],
    ),
    "birthday": ({"slug": "b", "triggers": ["member.birthday"], "effect": FIXED}, []),
    "language": ({"name": {"en": "A", "fa": "A"}}, ["missing_language"]),
    "article": ({"conditions": {"all": [{"skus": {"any": ["NONE-1"]}}]}}, ["goods_unknown"]),
    "past": ({"ends_at": "2026-11-01T00:00:00+02:00"}, ["ends_in_the_past"]),
}  # fmt: skip


class TestWarnings:
    @pytest.mark.parametrize(("changed", "codes"), WARNED.values(), ids=WARNED)
    def test_say_what_deserves_a_second_look(self, changed, codes):
        """U-33: overlaps, never matches, unlimited points, missing language, unknown goods, ended."""
        line = {"sku": "ESP-1", "quantity": 1, "amount": 1000, "categories": ["coffee"]}
        cafe = a_past()
        applied({"program": {"slug": cafe.slug}, "tiers": a_ladder()})
        bought(cafe, [line])

        assert codes_of(cafe, a_rule(**{**NAMED, **changed})) == codes


def bought(cafe, lines):
    taken(cafe, an_order("o9", total=1000, lines=lines, at=NOON))


def codes_of(cafe, definition):
    rule = EarningRule.objects.filter(slug=definition["slug"]).first() or a_draft(cafe, "mine")
    origin = Origin(
        rule_id=rule.pk, revision_id=rule.pk, shown=rule.shown_id, version=9, created_at=NOON
    )
    clause = compile_clause(definition, origin=origin)
    return [each.code for each in warnings_of(program=cafe, clause=clause, at=NOON)]
