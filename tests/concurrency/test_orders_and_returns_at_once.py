"""Fifty orders and returns at once: limits and budgets exact, no deadlock, and the balance is what its entries say."""

from functools import partial

import pytest

from loyalty.earning.models import BudgetUse, Earning
from loyalty.events.models import Event, Order
from loyalty.ledger.models import Account, Entry
from tests.loyalty.events.test_returns import a_return
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken
from tests.world.members import a_member
from tests.world.racing import at_once
from tests.world.tiers import days_of

pytestmark = pytest.mark.django_db(transaction=True)

TILLS = 50
# The control stands beside: tests/concurrency/test_orders_share_a_budget.py takes the lock away and sees the collision.
LIMITS = {
    "points_per_member": {"points": 1_000, "period": "month"},
    "budget": {"points": 700, "period": "month"},
}


def test_fifty_orders_share_a_limit_and_a_budget_to_the_point():
    """E-44, E-46: 50 orders of 30 points, 700 to give; told by 50 tills at once through the front door."""
    cafe = a_cafe(a_rule(limits=LIMITS))
    for name in ("ada", "grace"):
        a_member(cafe, name)
    orders = [
        an_order(f"order-{n}", member=f"ext:{'ada' if n % 2 else 'grace'}", total=3000)
        for n in range(TILLS)
    ]

    assert at_once(*(partial(taken, cafe, order) for order in orders)) == ["done"] * TILLS

    points = sorted(Earning.objects.values_list("points", flat=True))
    assert points == [10, *[30] * 23]
    assert BudgetUse.objects.get().used == 700
    assert (Event.objects.count(), Order.objects.count()) == (TILLS, TILLS)


def test_fifty_orders_and_returns_of_one_member_explain_their_balance():
    """E-62, L-1: 25 orders, each with a return told at the same moment by another till."""
    cafe = a_cafe(a_rule(counts_for_tier=True))
    ada = a_member(cafe)
    told = []
    for n in range(TILLS // 2):
        told.append(an_order(f"order-{n}", total=3000))
        told.append(a_return(f"return-{n}", order_id=f"order-{n}", amount=1000))

    assert at_once(*(partial(taken, cafe, each) for each in told)) == ["done"] * TILLS

    account = Account.objects.get(member=ada, currency__slug="stars")
    entries = list(Entry.objects.filter(account=account).values_list("points", flat=True))
    assert (len(entries), sum(entries), account.available) == (TILLS, 500, 500)
    assert set(Earning.objects.values_list("points", "claimed")) == {(30, 10)}
    assert days_of(ada) == {f"{NOON:%Y-%m-%d}": (500, 50_000, 25)}
    assert set(Event.objects.values_list("status", flat=True)) == {"recorded"}
