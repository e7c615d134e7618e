"""A hundred approvals of one advocate at once: exactly the cap, and never more than the budget (R-31 to R-33, R-X4)."""

import pytest

from referrals.attribution.models import Referral
from referrals.qualification.deciding import approve_by_hand
from referrals.qualification.joining import Arrival, join
from referrals.qualification.qualifying import follow
from referrals.rewards import capping
from referrals.rewards.models import CapUse, PlanBudget, ReferralGrant
from tests.world.events import an_order, taken
from tests.world.members import some_members
from tests.world.racing import at_once
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_staff_actor,
    at,
    code_of,
    in_a_unit,
    points_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 100
HANDS = 25


def a_crowd(size, **terms):
    """Friends whose orders wait for the end of their hold."""
    cafe = a_cafe(**terms)
    code = code_of(cafe)
    friends = some_members(cafe, size, at=at("11-10 08:00"))
    arrivals = [
        Arrival(friend_id=friend.pk, joined_at=friend.joined_at, text=code.text)
        for friend in friends
    ]
    in_a_unit(lambda: join(arrivals, program=cafe, actor=KEY, at=at("11-10 08:00")))
    orders = [
        an_order(f"order-{friend.external_id}", member=friend, total=4500, at=at("11-20 09:00"))
        for friend in friends
    ]
    taken(cafe, *orders, at=at("11-20 09:01"))
    in_a_unit(
        lambda: follow(
            program=cafe, friend_ids=[friend.pk for friend in friends], at=at("11-20 09:01")
        )
    )
    return cafe


def approving(program, rows):
    """Somebody at the desk who ends the holds of these, one after the other."""

    def work():
        for row in rows:
            approve_by_hand(
                program=program,
                referral_id=row.pk,
                reason="goods cannot be returned",
                actor=a_staff_actor(),
                at=at("12-02 12:00"),
            )

    return work


def approved_at_once(program, hands=HANDS):
    rows = list(Referral.objects.filter(program=program, state="pending").order_by("pk"))
    works = [approving(program, rows[place::hands]) for place in range(hands)]
    return at_once(*works)


def states(side):
    rows = ReferralGrant.objects.filter(side=side).values_list("state", "why")
    return {told: list(rows).count(told) for told in set(rows)}


class TestCaps:
    def test_give_exactly_the_cap(self):
        """R-X4: 12 granted, 88 capped by the month, all 100 friends rewarded, and the budget of just that spent to the cent."""
        cafe = a_crowd(CROWD, advocate_cap={"times": 12, "period": "month"}, budget=36_000)

        outcomes = approved_at_once(cafe)

        assert set(outcomes) == {"done"}
        assert states("advocate") == {("granted", ""): 12, ("capped", "month"): 88}
        assert states("friend") == {("granted", ""): 100}
        assert points_of(cafe, "ada") == 12 * 500
        assert CapUse.objects.get().used == 12
        assert (PlanBudget.objects.get().spent, PlanBudget.objects.get().limit) == (36_000, 36_000)

    def test_are_overrun_when_nobody_holds_them(self, monkeypatch):
        """Control: two approvals that both look before either writes."""
        cafe = a_crowd(2, advocate_cap={"times": 1, "period": "month"})
        monkeypatch.setattr(capping, "_held_caps", _looking_only)

        outcomes = approved_at_once(cafe, hands=2)

        assert outcomes == ["done", "done"]
        assert states("advocate") == {("granted", ""): 2}

    def test_never_spend_more_than_the_budget(self):
        """R-33: 800 a referral, 3,500 in all: friends first, then what fits."""
        cafe = a_crowd(8, budget=3_500)

        outcomes = approved_at_once(cafe, hands=4)

        budget = PlanBudget.objects.get()
        granted = ReferralGrant.objects.filter(state="granted")
        assert set(outcomes) == {"done"}
        assert budget.spent <= budget.limit
        assert budget.spent == sum(granted.values_list("cost", flat=True))
        assert {why for state, why in states("advocate") if state == "capped"} == {
            "referral_budget_spent"
        }


def _looking_only(wanted):
    """What is used, as of before both; kept by nobody."""
    plan_id, advocate_id, period = next(iter(wanted))
    CapUse.objects.bulk_create(
        [CapUse(plan_id=plan_id, advocate_id=advocate_id, period_key=period, cap=1)],
        ignore_conflicts=True,
    )
    row = CapUse.objects.get()
    row.used = 0
    return {next(iter(wanted)): row}
