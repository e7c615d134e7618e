"""From told events to points in the ledger: many at once, a constant number of statements."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.earning.explaining import explanations_of
from loyalty.earning.models import BudgetUse, Earning
from loyalty.foundation.ids import new_id
from loyalty.ledger.models import Entry, Lot
from loyalty.outbox.models import AnnouncedFact
from tests.world.earning import NOON, ORDER_5990, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.ledger import movements_of, parts_of
from tests.world.members import a_member, some_members
from tests.world.programs import applied

pytestmark = pytest.mark.django_db(transaction=True)

FIFTY = {"kind": "fixed", "points": 50}
REVIEWS = a_rule(
    "review",
    triggers=["review.written"],
    effect=FIFTY,
    limits={
        "once_per": ["data.sku"],
        "cooldown": "PT1H",
        "points_per_member": {"points": 120, "period": "month"},
        "budget": {"points": 100_000, "period": "ever"},
    },
)
STATEMENTS_MAX = 28  # of the 40 that taking in may use
LADDER = {
    "metric": "points",
    "currency": "stars",
    "cycle": {"kind": "rolling", "period": "P12M"},
    "tiers": [
        {"slug": "silver", "name": {"en": "Silver"}, "reach": 0, "benefits": {}},
        {"slug": "gold", "name": {"en": "Gold"}, "reach": 1500, "benefits": {"multiplier": "1.5"}},
    ],
}


def given(answers):
    return [sum(points["points"] for points in answer.points) for answer in answers]


class TestReward:
    def test_brings_points_with_their_terms_and_their_reason(self):
        cafe = a_cafe(a_rule(unlock={"after": "P14D", "from": "event"}, counts_for_tier=True))
        ada = a_member(cafe)

        (answer,) = rewarded(cafe, told := telling(ORDER_5990, of=ada))

        earning, entry, lot = Earning.objects.get(), Entry.objects.get(), Lot.objects.get()
        assert answer.points == [
            {
                "currency": "stars",
                "points": 45,
                "status": "pending",
                "available_at": "2026-12-04T12:00:00+02:00",
                "expires_at": "2028-01-01T00:00:00+02:00",
                "rule": earning.rule.shown_id,
            }
        ]
        assert (earning.points, earning.entry_id, earning.version) == (45, entry.pk, 1)
        assert (earning.event_id, earning.counts_for_tier) == (told.event_id, True)
        assert (entry.rule_id, entry.event_id) == (earning.rule_id, told.event_id)
        assert (lot.opens_at.isoformat(), lot.opened_at) == ("2026-12-04T10:00:00+00:00", None)
        assert parts_of(ada) == (0, 45, 0, 0)

    def test_gives_one_earning_per_rule(self):
        """E-34: their terms differ."""
        xp = a_rule("xp", effect={"kind": "fixed", "points": 10}) | {"currency": "xp"}
        cafe = a_cafe(a_rule(), a_rule("bonus", effect=FIFTY), xp)
        ada = a_member(cafe)

        rewarded(cafe, telling(ORDER_5990, of=ada))

        assert movements_of(ada) == [45, 50]
        assert movements_of(ada, "xp") == [10]
        assert Earning.objects.count() == 3

    def test_keeps_an_explanation_of_what_brought_nothing(self):
        """E-34, E-50: zero points make no earning."""
        cafe = a_cafe(a_rule())
        told = telling(an_order(99), of=a_member(cafe))

        (answer,) = rewarded(cafe, told)

        assert (answer.points, answer.why_nothing) == ([], "nothing_counts")
        assert Earning.objects.count() == 0
        assert explanations_of([told.event_id])[told.event_id]["rules"][0]["exact"] == "0.99"

    def test_carries_the_tier_from_event_to_event(self):
        """E-2, T-12, T-G19: orders of 20.00 and 100.00 across the threshold, as when told singly."""
        told = [an_order(148_000), an_order(2_000), an_order(10_000)]
        results = []
        for slug, together in (("batch", True), ("single", False)):
            cafe = a_cafe(a_rule(counts_for_tier=True), slug=slug)
            _with_ladder(cafe)
            ada = a_member(cafe)
            events = [
                telling(data, of=ada, at=NOON + timedelta(hours=n)) for n, data in enumerate(told)
            ]
            lists = [events] if together else [[event] for event in events]
            answers = [
                answer
                for each in lists
                for answer in rewarded(cafe, *each, at=events[-1].occurred_at)
            ]
            results.append((given(answers), [(a.tier_before, a.tier_after) for a in answers]))

        assert results[0] == results[1]
        assert results[0] == (
            [1480, 20, 150],
            [("silver", "silver"), ("silver", "gold"), ("gold", "gold")],
        )

    def test_carries_limits_from_event_to_event(self):
        """E-2: gates, caps and budgets of a batch are those of its events one by one."""
        skus = ["A", "A", "B", "C", "D"]
        outcomes = []
        for slug, together in (("batch", True), ("single", False)):
            cafe = a_cafe(REVIEWS, slug=slug)
            ada = a_member(cafe)
            events = [
                telling({"sku": sku}, of=ada, kind="review.written", at=NOON + timedelta(hours=n))
                for n, sku in enumerate(skus)
            ]
            lists = [events] if together else [[event] for event in events]
            answers = [answer for each in lists for answer in rewarded(cafe, *each)]
            outcomes.append((given(answers), [answer.why_nothing for answer in answers]))

        assert outcomes[0] == outcomes[1]
        assert outcomes[0] == (
            [50, 0, 50, 20, 0],
            [None, "once_per", None, None, "trimmed_to_zero"],
        )

    def test_a_budget_gives_what_it_has_and_says_when_it_is_used_up(self):
        """E-44."""
        rule = a_rule(limits={"budget": {"points": 100, "period": "month"}})
        cafe = a_cafe(rule)
        first, second = some_members(cafe, 2)

        answers = rewarded(
            cafe, telling(an_order(7000), of=first), telling(an_order(7000), of=second)
        )

        assert given(answers) == [70, 30]
        use = BudgetUse.objects.get()
        assert (use.used, use.cap, use.starts_on.isoformat()) == (100, 100, "2026-11-01")
        fact = AnnouncedFact.objects.get(name="budget.exhausted")
        assert fact.body == {"rule_id": str(use.rule_id), "period": "month", "cap": 100}
        assert given(rewarded(cafe, telling(an_order(7000), of=first))) == [0]

    def test_the_programmes_budget_covers_all_its_rules(self):
        cafe = a_cafe(
            a_rule(), a_rule("bonus", effect=FIFTY), points_budget={"points": 60, "period": "ever"}
        )
        ada = a_member(cafe)

        rewarded(cafe, telling(ORDER_5990, of=ada))

        assert movements_of(ada) == [45, 15]

    def test_asks_the_database_as_often_for_a_hundred_as_for_one(self):
        """E-2, section 16: counted here for both, because the tiers below have their share in it."""
        cafe = a_cafe(a_rule(counts_for_tier=True), REVIEWS)
        _with_ladder(cafe)
        members = some_members(cafe, 101)
        rewarded(cafe, *[telling(an_order(1000), of=member) for member in members])

        counts = [_statements(cafe, some) for some in (members[:1], members[1:])]

        assert counts[0] == counts[1]
        assert counts[0] <= STATEMENTS_MAX


def _with_ladder(cafe):
    applied({"program": {"slug": cafe.slug}, "tiers": LADDER}, at=NOON - timedelta(days=300))


def _statements(cafe, members):
    """How many statements it takes to reward an order and a review of each of them."""
    told = [telling(an_order(1000), of=member) for member in members]
    told += [telling({"sku": "A"}, of=member, kind="review.written") for member in members]
    with CaptureQueriesContext(connection) as asked:
        rewarded(cafe, *told)
    return len(asked)


class TestThePlan:
    def test_usage_is_read_by_index_alone(self):
        """E-46: however many earnings there are, only those of the member and period are looked at."""
        cafe = a_cafe(REVIEWS)
        ada = a_member(cafe)
        rewarded(cafe, telling({"sku": "A"}, of=ada, kind="review.written"))
        _with_the_earnings_of_many()
        told = telling({"sku": "B"}, of=ada, kind="review.written")
        with CaptureQueriesContext(connection) as asked:
            rewarded(cafe, told)
        (usage,) = [query["sql"] for query in asked if "'span'" in query["sql"]]

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE loyalty_earning")
            cursor.execute(f"EXPLAIN {usage}")
            plan = "\n".join(row[0] for row in cursor.fetchall())

        assert "Seq Scan on loyalty_earning" not in plan, plan
        assert plan.count("earning_of_a_member") == 3, plan
        assert "earning_once_per_key" in plan, plan


def _with_the_earnings_of_many():
    """4,000 of 400 members over ten days: the planner decides by what the table holds."""
    kept = Earning.objects.get()
    own = {field.attname: getattr(kept, field.attname) for field in Earning._meta.concrete_fields}
    Earning.objects.bulk_create(
        Earning(
            **own
            | {"id": new_id(), "event_id": new_id(), "member_id": UUID(int=n % 400)}
            | {"once_key": n.to_bytes(16, "big"), "day": kept.day - timedelta(days=n // 400)}
            | {"occurred_at": kept.occurred_at - timedelta(days=n // 400)}
        )
        for n in range(4_000)
    )
