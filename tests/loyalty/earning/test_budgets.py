"""Budgets and previews: counted once, looked at without being taken (E-44)."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from loyalty.earning.models import BudgetUse, Earning
from loyalty.earning.rewarding import preview
from loyalty.events.voids.voiding import void
from loyalty.foundation.units import run
from loyalty.ledger.timed.expiring import expire_due
from tests.loyalty.events.test_returns import a_return
from tests.world.earning import NOON, ORDER_5990, TILL, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.events import an_order as an_order_told
from tests.world.events import taken
from tests.world.members import a_member
from tests.world.programs import applied

pytestmark = pytest.mark.django_db(transaction=True)


class TestPreview:
    def test_says_what_would_come_and_writes_nothing(self):
        """The same judgement, budgets and limits looked at and not taken."""
        rule = a_rule(limits={"budget": {"points": 40, "period": "month"}})
        cafe = a_cafe(rule)
        told = telling(ORDER_5990, of=a_member(cafe))

        (seen,) = preview(program=cafe, told=[told], at=NOON)
        (real,) = rewarded(cafe, told)

        assert seen == real
        assert seen.points[0]["points"] == 40
        assert BudgetUse.objects.get().used == 40


class TestTheDatabase:
    def test_refuses_a_second_counter_and_more_than_the_cap(self):
        """E-44."""
        cafe = a_cafe(a_rule(limits={"budget": {"points": 100, "period": "month"}}))
        rewarded(cafe, telling(an_order(7000), of=a_member(cafe)))
        use = BudgetUse.objects.get()

        with pytest.raises(IntegrityError, match="budget_counts_once_per_period"):
            BudgetUse.objects.create(
                program=cafe, rule=use.rule, unit=use.unit, starts_on=use.starts_on, cap=100
            )
        with pytest.raises(IntegrityError, match="budget_used_up_to_its_cap"):
            BudgetUse.objects.update(used=101)

        use.refresh_from_db()
        assert use.used == 70


@pytest.mark.parametrize("batches", [1, 2])
def test_each_event_draws_on_the_budget_of_its_own_revision(batches):
    """E-2, E-44: a batch over a publication takes from the counters, and up to the caps, that single events do."""
    cafe = a_cafe(a_rule(limits={"budget": {"points": 70, "period": "month"}}))
    ada = a_member(cafe)
    daily = a_rule(limits={"budget": {"points": 100, "period": "day"}})
    higher = a_rule(limits={"budget": {"points": 90, "period": "month"}})
    told = []
    for days, rule in enumerate((None, daily, higher), start=1):
        if rule is not None:
            applied(
                {"program": {"slug": cafe.slug}, "rules": [rule]}, at=NOON + timedelta(days=days)
            )
        told.append(telling(an_order(8000), of=ada, at=NOON + timedelta(days=days, hours=1)))
    at = NOON + timedelta(days=9)

    rounds = [told] if batches == 1 else [[each] for each in told]
    points = [
        each.points[0]["points"] for batch in rounds for each in rewarded(cafe, *batch, at=at)
    ]

    assert points == [70, 80, 20]
    assert sorted(BudgetUse.objects.values_list("unit", "used")) == [("day", 80), ("month", 90)]


class TestClaims:
    """E-46: a claim returns space to the period of origin; nothing earlier is judged again."""

    def cafe(self, **more):
        rule = a_rule(limits={"budget": {"points": 100, "period": "month"}}, **more)
        return a_cafe(rule, points_budget={"points": 500, "period": "ever"})

    def used(self):
        rows = BudgetUse.objects.order_by("cap", "starts_on")
        return [(row.cap, row.starts_on.isoformat(), row.used) for row in rows]

    def test_a_return_gives_space_back_to_the_month_of_the_purchase(self):
        cafe = self.cafe()
        a_member(cafe)
        taken(cafe, an_order_told(total=9000), an_order_told("second", total=5000))
        assert self.used() == [(100, "2026-11-01", 100), (500, "0001-01-01", 100)]

        later = NOON + timedelta(days=20)
        taken(cafe, a_return("r", amount=4000, at=later), at=later)

        assert self.used() == [(100, "2026-11-01", 60), (500, "0001-01-01", 60)]
        assert list(Earning.objects.order_by("id").values_list("points", "claimed")) == [
            (90, 40),
            (10, 0),
        ]

    def test_so_do_voided_events(self):
        """E-68."""
        cafe = self.cafe()
        a_member(cafe)
        (order,) = taken(cafe, an_order_told(total=9000))

        void(program=cafe, event_id=order.event_id, reason="A mistake.", actor=TILL, at=NOON)

        assert self.used() == [(100, "2026-11-01", 0), (500, "0001-01-01", 0)]

    def test_and_points_that_never_opened(self):
        """E-55."""
        cafe = self.cafe(unlock={"after": "P0D", "from": "order.fulfilled"})
        a_member(cafe)
        taken(cafe, an_order_told(total=9000))

        run(partial(expire_due, program=cafe, actor=TILL, at=NOON + timedelta(days=90)))

        assert self.used() == [(100, "2026-11-01", 0), (500, "0001-01-01", 0)]
