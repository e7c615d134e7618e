"""Forms of definitions: what they show is what they say, and every problem stands at its field (U-30)."""

import json
from pathlib import Path

import pytest
from django.utils import translation

import gamification.admin  # registers the forms  # noqa: F401
from gamification.criteria.desk.editors import editor_of, why_not
from gamification.criteria.telling.sentences import Names
from tests.world.play import FIRST_CUP, a_cafe

pytestmark = pytest.mark.django_db

CAFE = json.loads(Path("loyalty/presets/cafe.json").read_text(encoding="utf-8"))
PARTS = {"badges": "badge", "challenges": "challenge"}
STARS = {"kind": "points", "currency": "stars", "points": 20}
COFFEE = {"category": ["coffee"], "min_amount": 0, "weekday": ["mon", "fri"], "hours": ["08:00", "11:00"], "attribute": {"cup.size": "large", "cups": 2, "hot": True}}  # fmt: skip
ORDERS = {"measure": {"kind": "deeds.count", "of": "order.paid"}}
GOLD = {"measure": {"kind": "badge.held", "badge": "first-cup"}}
SPENT = {"measure": {"kind": "deeds.sum", "of": "order.paid", "value": "amount"}}


def tiers(*targets):
    return [{"slug": f"t-{each}", "target": each} for each in targets]


# One wording for everything that a form can say of a badge, and of a challenge.
BADGES = [
    {"slug": "counted", "condition": {"measure": {**ORDERS["measure"], "where": COFFEE, "window": {"rolling": "P30D"}, "daily_cap": 2}}, "tiers": tiers(3, 30), "repeat": "once"},
    {"slug": "spent", "condition": SPENT, "tiers": tiers(4500), "revocation": "while_true", "valid_for": "P1Y", "secret": True, "by_hand": "nobody", "grant_existing": "notify"},
    {"slug": "points", "condition": {"measure": {"kind": "deeds.sum", "of": "points.earned", "value": "points", "currency": "stars", "include_prizes": True, "window": "ever"}}, "tiers": tiers(10)},
    {"slug": "different", "condition": {"measure": {"kind": "deeds.distinct", "of": "order.line", "value": "category", "window": {"since": "opened"}}}, "tiers": tiers(2)},
    {"slug": "monthly", "condition": {"measure": {**ORDERS["measure"], "window": {"calendar": "month"}}}, "tiers": tiers(2), "repeat": "per_period"},
    {"slug": "between", "condition": {"measure": {**ORDERS["measure"], "window": {"between": ["2026-11-01", "2026-12-01"]}}}, "tiers": tiers(2)},
    {"slug": "both", "condition": {"all": [ORDERS, {"any": [GOLD, {"measure": {"kind": "segment.in", "segment": "vip"}}]}, {"not": {"measure": {"kind": "tier.rank", "tier": "gold", "when": "now"}}}]}, "tiers": tiers(2)},
    {"slug": "either", "condition": {"any": [{"all": [ORDERS, {**SPENT, "at_least": 4500}]}, {"measure": {"kind": "member.tenure", "unit": "days"}, "at_least": 30}]}, "tiers": tiers(1)},
    {"slug": "alone", "condition": {"all": [ORDERS]}, "tiers": [{"slug": "t", "target": 1, "name": {"en": "T", "de": "T"}, "description": {"en": "D"}, "image": "https://x.test/i.png", "edition": 7, "prize": {**STARS, "cost": 0, "take_back": "full", "counts_for_tier": True}}]},
    {"slug": "days", "condition": {"all": [{"measure": {"kind": "date.within", "from": "2026-11-01", "to": "2026-12-01"}}, {"measure": {"kind": "referral.count"}}, {"measure": {"kind": "challenge.completed", "challenge": "gone"}, "at_least": 2}, {"measure": {"kind": "streak.length", "streak": "gone", "which": "current"}, "at_least": 3}, {"measure": {"kind": "level.reached", "level": "gone"}, "at_least": 2}]}, "tiers": tiers(2)},
]  # fmt: skip
CHALLENGES = [
    {"slug": "steps", "name": {"en": "Steps"}, "window": {"calendar": "month"}, "recurrence": "on_expiration", "order": "strict", "steps": [{**ORDERS, "at_least": 2, "name": {"en": "Twice"}}, {**SPENT, "at_least": 4500}], "winners": 10, "prize": STARS},
    {"slug": "joined", "activation": "join", "window": {"from_joining": "P30D", "through": "month"}, "count_from": "joined", "on_correction": "keep", "after": "steps", "who": GOLD, "steps": [{**ORDERS, "at_least": 2}], "carry_over": True, "max_repeats_per_event": 2, "recurrence": "on_completion"},
    {"slug": "together", "window": {"between": ["2026-11-01", "2026-12-01"]}, "steps": [{**SPENT, "at_least": 100}], "goal": {"target": 100000, "min_contribution": 500, "pool": "everyone"}},
]  # fmt: skip
ALL = [
    *((game, told) for part, game in PARTS.items() for told in CAFE[part]),
    *(("badge", told) for told in BADGES),
    *(("challenge", told) for told in CHALLENGES),
]


class TestRoundTrip:
    def test_shows_and_says_every_definition_unchanged(self):
        """U-30: the café's, and everything else that a form can say; nothing is lost."""
        cafe = a_cafe(badges=[FIRST_CUP])

        told = {
            f"{game}/{each['slug']}": why_not(editor_of(game), program=cafe, told=each)
            for game, each in ALL
        }

        assert {name: why for name, why in told.items() if why} == {}

    @pytest.mark.parametrize(
        ("condition", "why"),
        [
            (
                {"all": [{"any": [{"all": [ORDERS, GOLD]}, GOLD]}, GOLD]},
                "The form has no field for what stands at /condition",
            ),
            ({"not": {"all": [GOLD, GOLD]}}, "Something must be measured"),
            ({"measure": {"kind": "deeds.guess"}}, "deeds.guess"),
        ],
    )
    def test_says_why_it_cannot_show_a_definition(self, condition, why):
        """A tree of more than two levels, a `not` over several lines, what is not in the catalogue."""
        told = {"slug": "deep", "condition": condition, "tiers": tiers(1)}

        assert why in why_not(editor_of("badge"), program=a_cafe(), told=told)


class TestSentences:
    def test_tell_every_definition_in_every_language(self):
        """U-30: no short name of a measure, and nothing English, is left in them."""
        cafe = a_cafe(badges=[FIRST_CUP])
        english = (
            "or more",
            "How ",
            "Taken",
            "Held",
            "brings",
            "orders",
            "Only",
            "until",
            "Nothing",
        )
        left = {}

        for language in ("en", "ar", "fa", "uk"):
            with translation.override(language):
                lines = [
                    line for game, told in ALL for line in editor_of(game).tells(told, Names(cafe))
                ]
            foreign = ("deeds.", "{", *(english if language != "en" else ()))
            left[language] = [line for line in lines if any(each in line for each in foreign)]

        assert left == {"en": [], "ar": [], "fa": [], "uk": []}

    def test_are_exact(self):
        cafe = a_cafe(badges=[FIRST_CUP])
        counted, spent, both = BADGES[0], BADGES[1], BADGES[6]

        lines = [editor_of("badge").tells(told, Names(cafe))[0] for told in (counted, spent, both)]

        assert lines == [
            (
                "t-3: Paid orders: 3 or more (only goods of coffee; each from 0.00 EUR; on Monday or Friday;"
                " from 08:00 to 11:00; cup.size: large; cups: 2; hot: True; within 30 days; at most 2 a day)."
            ),
            "t-4500: Paid orders, money in all: 45.00 EUR or more.",
            (
                "t-2: Paid orders: 2 or more, [holds the badge first-cup or is in the group vip]"
                " and not: is now in the tier gold or above."
            ),
        ]
