"""Gates stop a rule, caps trim it and never refuse (E-40 to E-46)."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from loyalty.earning.limits.counters import Budget, BudgetKey, Usage
from loyalty.programs.calendar import Unit
from tests.world.earning import (
    NOON,
    a_rule,
    a_setting,
    an_order,
    facts_of,
    judged,
    points_of,
    rule_set,
    telling,
)

FIFTY = {"kind": "fixed", "points": 50}
DAY = timedelta(days=1)


class Story:
    """One member's events, judged one after the other by the same rules."""

    def __init__(self, *rules, setting=None, **currency):
        self.rules = rule_set(*rules, **currency)
        self.member, self.usage, self.setting = facts_of(), Usage(), setting or a_setting()
        self.last = None

    def tells(self, data=None, *, at=NOON, kind="review.written", **more):
        told = telling(data or {}, of=self.member, at=at, kind=kind, **more)
        self.last = judged(self.rules, told, usage=self.usage, setting=self.setting)
        return points_of(self.last)

    @property
    def entry(self):
        return self.last.explanation["rules"][0]


def a_review_rule(**limits):
    return a_rule("review", triggers=["review.written"], effect=FIFTY, limits=limits)


class TestGates:
    def test_counts_once_per_value_of_a_field(self):
        """E-40."""
        story = Story(a_review_rule(once_per=["data.sku"]))

        told = [story.tells({"sku": sku}) for sku in ("A", "B", "A")]

        assert told == [[50], [50], [0]]
        assert story.entry["why_not"] == "once_per"

    def test_counts_once_per_field_and_period(self):
        """E-40: a visit once a store and day, by the local day."""
        rule = a_rule(
            "visit",
            triggers=["visit.made"],
            effect=FIFTY,
            limits={"once_per": {"fields": ["store"], "period": "day"}},
        )
        story = Story(rule)
        late = NOON.replace(hour=21, minute=59)

        told = [
            story.tells(kind="visit.made", store="kyiv-1", at=at)
            for at in (NOON, late, late + timedelta(minutes=1))
        ]

        assert told == [[50], [0], [50]]

    def test_a_missing_field_cannot_count_once_and_is_named(self):
        story = Story(a_review_rule(once_per=["data.sku"]))

        assert story.tells({}) == [0]
        assert (story.entry["why_not"], story.entry["field"]) == ("field_missing", "data.sku")

    @pytest.mark.parametrize(("hours", "points"), [(23, 0), (24, 50)], ids=["within", "at its end"])
    def test_waits_between_two_earnings_on_either_side(self, hours, points):
        """E-41: a late event waits as well."""
        later, earlier = NOON + timedelta(hours=hours), NOON - timedelta(hours=hours)
        for at in (later, earlier):
            story = Story(a_review_rule(cooldown="PT24H"))
            story.tells(at=NOON)

            assert story.tells(at=at) == [points]

    def test_counts_so_many_times_in_each_period(self):
        """E-41: once a day and three times a week; the week starts on Monday."""
        rule = a_review_rule(times=[{"times": 1, "period": "day"}, {"times": 3, "period": "week"}])
        story = Story(rule)
        friday = NOON

        told = [story.tells(at=friday + days * DAY) for days in (-4, -3, -3, -2, -1, 3)]

        assert told == [[50], [50], [0], [50], [0], [50]]

    def test_the_week_starts_where_the_programme_says(self):
        rule = a_review_rule(times={"times": 1, "period": "week"})
        story = Story(rule, setting=a_setting(week_starts_on=6))
        story.usage.week_starts_on = 6
        sunday = NOON + 2 * DAY

        told = [story.tells(at=at) for at in (NOON, sunday, sunday + DAY)]

        assert told == [[50], [50], [0]]


class TestCaps:
    def test_a_rule_gives_so_many_points_for_one_event(self):
        """E-42."""
        story = Story(a_rule(limits={"points_per_event": 30}))

        assert story.tells(an_order(4500), kind="order.paid") == [30]

    @pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year", "ever"])
    def test_a_rule_gives_so_many_points_in_a_period(self, period):
        """E-42, E-45."""
        rule = a_review_rule(points_per_member={"points": 120, "period": period})
        story = Story(rule)

        assert [story.tells() for _ in range(4)] == [[50], [50], [20], [0]]
        assert story.entry["why_not"] == "trimmed_to_zero"

    def test_a_late_event_fills_its_own_period(self):
        """E-45."""
        rule = a_review_rule(points_per_member={"points": 50, "period": "month"})
        story = Story(rule)
        october = NOON.replace(month=10)

        assert [story.tells(at=at) for at in (NOON, october, october)] == [[50], [50], [0]]

    def test_a_currency_gives_so_many_points_for_one_event(self):
        """E-43: over all rules, by priority, then age."""
        second = a_rule("second", effect=FIFTY, priority=10)
        story = Story(a_rule(), second, points_per_event=70)

        story.tells(an_order(4500), kind="order.paid")

        told = {e["rule"]: e["points"] for e in story.last.explanation["rules"]}
        assert list(told.values()) == [50, 20]

    def test_the_balance_has_a_cap(self):
        """E-43: pending points included, so a credit that waits takes space as well."""
        story = Story(
            a_review_rule() | {"unlock": {"after": "P14D", "from": "event"}}, balance_cap=80
        )

        assert [story.tells(), story.tells(), story.tells()] == [[50], [30], [0]]

    def test_each_cap_tells_its_numbers(self):
        rule = a_review_rule(
            points_per_event=40, points_per_member={"points": 60, "period": "month"}
        )
        story = Story(rule)
        story.tells()
        story.tells()

        assert story.entry["steps"] == [
            {"code": "fixed", "after": "50", "each": 50},
            {"code": "points_per_event", "limit": 40, "used": 0, "space": 40, "before": "50", "after": "40"},
            {"code": "points_per_member", "limit": 60, "used": 40, "space": 20, "before": "40", "after": "20", "period": "month"},
        ]  # fmt: skip

    def test_budgets_of_the_rule_come_before_those_of_the_programme(self):
        """E-44."""
        story = Story(a_review_rule(budget={"points": 1000, "period": "month"}))
        first, rule_id = NOON.date().replace(day=1), story.rules.tracks[0].periods[0][2].rule_id
        story.usage.budgets = {
            BudgetKey(None, Unit.YEAR, first.replace(month=1)): Budget(cap=100, used=70),
            BudgetKey(rule_id, Unit.MONTH, first): Budget(cap=1000, used=960),
        }

        assert story.tells() == [30]
        assert [step["space"] for step in story.entry["steps"][1:]] == [40, 30]

    def test_points_that_cannot_be_spent_take_nothing_from_the_programmes_budget(self):
        rule = a_review_rule() | {"currency": "xp"}
        story = Story(rule)
        object.__setattr__(story.rules.currencies["xp"], "is_spendable", False)
        story.usage.budgets = {BudgetKey(None, Unit.EVER, date.min): Budget(cap=10)}

        assert story.tells() == [50]


class TestExclusive:
    def test_an_exclusive_rule_behind_a_closed_gate_excludes_nobody(self):
        """E-32, E-40: the gates come before stacking."""
        welcome = a_review_rule(times={"times": 1, "period": "ever"}) | {
            "slug": "welcome", "exclusive": True, "priority": 5,
        }  # fmt: skip
        story = Story(a_review_rule() | {"effect": {"kind": "fixed", "points": 7}}, welcome)

        assert [story.tells(), story.tells()] == [[50, 0], [0, 7]]

    def test_the_rule_that_stands_alone_is_named(self):
        story = Story(a_review_rule(), a_review_rule() | {"slug": "alone", "exclusive": True})
        story.tells()

        first, second = story.last.explanation["rules"]
        assert (first["why_not"], first["by_rule"]) == ("excluded_by", second["rule"])


class TestTerms:
    def test_points_that_would_have_expired_are_not_given(self):
        """E-56: nor do they use up a limit."""
        rule = a_review_rule(times={"times": 1, "period": "ever"}) | {
            "expiry": {"kind": "rolling", "period": "P30D"}
        }
        story = Story(rule)
        told = telling({}, of=story.member, at=NOON, kind="review.written")

        late = judged(story.rules, told, usage=story.usage, at=NOON + 60 * DAY)
        timely = judged(story.rules, told, usage=story.usage, at=NOON)

        assert late.why_nothing == "would_have_expired"
        assert points_of(timely) == [50]

    def test_the_rules_term_goes_before_the_tiers_and_that_before_the_currencys(self):
        """E-56, L-16."""
        month, year = {"kind": "rolling", "period": "P1M"}, {"kind": "rolling", "period": "P1Y"}
        told = telling({}, kind="review.written")
        tier = SimpleNamespace(slug="gold", rank=1, multiplier=1, expiry=year)

        ends = [
            judged(rule_set(rule), told, tier=tier).grants[0].terms.policy
            for rule in (a_review_rule() | {"expiry": month}, a_review_rule())
        ]
        plain = judged(rule_set(a_review_rule()), told).grants[0].terms.policy

        assert ends == [month, year]
        assert plain == {"kind": "never"}

    def test_a_suspended_member_earns_nothing(self):
        """E-6."""
        told = telling(an_order(1000), of=facts_of(status="suspended"))

        judgement = judged(rule_set(a_rule()), told)

        assert (judgement.grants, judgement.why_nothing) == ((), "member_suspended")
