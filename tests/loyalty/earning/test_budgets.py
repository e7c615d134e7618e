"""Budgets and previews: counted once, looked at without being taken (E-44)."""

import pytest
from django.db import IntegrityError

from loyalty.earning.models import BudgetUse
from loyalty.earning.rewarding import preview
from tests.world.earning import NOON, ORDER_5990, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.members import a_member

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
