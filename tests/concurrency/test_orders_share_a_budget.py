"""Many tills at once against one budget and one member's limit: exact to the point (E-44, E-46)."""

from functools import partial

import pytest

from loyalty.earning.keeping import usage
from loyalty.earning.limits.counters import Budget
from loyalty.earning.models import BudgetUse, Earning
from loyalty.earning.rewarding import reward
from loyalty.foundation.units import run
from loyalty.ledger.locks import lock_accounts
from tests.world.earning import NOON, TILL, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.ledger import movements_of
from tests.world.members import a_member, some_members
from tests.world.programs import currency_of
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TILLS = 8


def orders_of(cafe, members):
    return [partial(rewarded, cafe, telling(an_order(3000), of=member)) for member in members]


def test_a_budget_gives_exactly_what_it_has():
    """E-44: 8 orders of 30 points, 100 points to give."""
    cafe = a_cafe(a_rule(limits={"budget": {"points": 100, "period": "month"}}))
    guests = some_members(cafe, TILLS)

    assert at_once(*orders_of(cafe, guests)) == ["done"] * TILLS

    given = sorted(points for guest in guests for points in movements_of(guest))
    assert given == [10, 30, 30, 30]
    assert BudgetUse.objects.get().used == 100


def test_a_limit_of_one_member_is_kept_by_all_tills():
    """E-46: the accounts are locked before usage is read."""
    limits = {"points_per_member": {"points": 100, "period": "month"}}
    cafe = a_cafe(a_rule(limits=limits))
    ada = a_member(cafe)

    works = [partial(_locked, cafe, ada, telling(an_order(3000), of=ada)) for _ in range(TILLS)]
    assert at_once(*works) == ["done"] * TILLS

    assert sorted(movements_of(ada)) == [10, 30, 30, 30]
    assert sum(Earning.objects.values_list("points", flat=True)) == 100


def test_they_collide_when_nobody_locks_the_budget(monkeypatch):
    """Control: the race is real, and behind the lock the database refuses as well."""
    cafe = a_cafe(a_rule(limits={"budget": {"points": 40, "period": "month"}}))
    guests = some_members(cafe, 2)
    rewarded(cafe, telling(an_order(100), of=guests[0]))
    monkeypatch.setattr(usage, "lock_budgets", _looking_only)

    outcomes = at_once(*orders_of(cafe, guests))

    assert sorted(outcomes) == ["budget_used_up_to_its_cap", "done"]
    assert BudgetUse.objects.get().used == 31


def _looking_only(*, program, wanted):
    """What is used, as of before both."""
    return {key: Budget(cap=cap, used=1) for key, cap in wanted.items()}


def _locked(cafe, member, told):
    """As `events` does it: the member's accounts first, then the rules."""

    def work():
        book = lock_accounts(
            program=cafe, member_ids={member.pk}, currency_ids={currency_of(cafe).pk}, at=NOON
        )
        return reward(program=cafe, told=[told], at=NOON, actor=TILL, accounts=book)

    return run(work)
