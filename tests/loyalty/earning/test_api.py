"""What a key reads about rules."""

import pytest

from loyalty.earning.models import EarningRule
from tests.world.access import a_shop
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.programs import applied

pytestmark = pytest.mark.django_db

HAPPY_HOUR = a_rule(
    "happy-hour",
    name={"en": "Happy hour", "uk": "Щаслива година"},
    effect={"kind": "multiplier", "by": "2"},
    windows=[{"weekdays": ["mon", "fri"], "from": "15:00", "to": "18:00"}],
    lines={"include": {"categories": ["coffee"]}},
)
REVIEW = a_rule(
    "review",
    name={"en": "Reviews"},
    triggers=["review.written"],
    effect={"kind": "fixed", "points": 50},
    conditions={"all": [{"review": "verified"}]},
    limits={"once_per": ["data.sku"], "points_per_member": {"points": 200, "period": "month"}},
)
REVIEWED = (
    "When a review is written: 50 points, if the review is verified, "
    "once per data.sku in all, at most 200 points a month."
)
HAPPY = (
    "When an order is paid: 2 times the points, on coffee, "
    "on Monday and Friday from 15:00 to 18:00."
)


def test_lists_rules_with_a_sentence_each():
    cafe = a_cafe(a_rule(), HAPPY_HOUR, REVIEW | {"state": "paused"})

    answer = a_shop(cafe, "rules:read").get("/v1/rules")

    told = {rule["slug"]: (rule["state"], rule["sentence"]) for rule in answer.json()["data"]}
    assert list(told) == ["review", "happy-hour", "order"]
    assert told["review"] == ("paused", REVIEWED)
    assert told["happy-hour"] == ("live", HAPPY)
    assert told["order"] == ("live", "When an order is paid: 1 point for each 1.00 EUR.")


def test_shows_the_newest_live_revision_with_its_definition():
    cafe = a_cafe(a_rule())
    changed = a_rule(effect={"kind": "per_amount", "points": 2, "per": 100})
    applied({"program": {"slug": cafe.slug}, "rules": [changed]}, at=NOON)
    rule = EarningRule.objects.get()

    answer = a_shop(cafe, "rules:read").get(f"/v1/rules/{rule.shown_id}")

    assert answer.json() == {
        "id": rule.shown_id,
        "slug": "order",
        "name": "Purchases",
        "state": "live",
        "version": 2,
        "sentence": "When an order is paid: 2 points for each 1.00 EUR.",
        "definition": changed,
    }
