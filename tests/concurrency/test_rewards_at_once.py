"""Races of rewards, each with its control: last piece, exact balance, a member's limit, one budget (W-75, W-76)."""

from functools import partial

import pytest
from django.db.models import Sum

from loyalty.access.approvals import budgets
from loyalty.access.approvals.models import StaffBudget
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming import redeeming
from loyalty.rewards.redeeming.redeeming import redeem
from tests.world.access import a_staff
from tests.world.ledger import TILL, parts_of, some_members
from tests.world.racing import at_once
from tests.world.rewards import NOON, a_cafe, a_guest, a_reward, goodwill, got, left_of, wish

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 32


def test_the_last_piece_goes_to_one_of_many():
    """W-76: exactly one success; the others keep their points."""
    cafe = a_cafe(a_reward(stock=1))
    guests = some_members(cafe, MANY, points=100, at=NOON)

    outcomes = at_once(*[partial(got, guest) for guest in guests])

    assert sorted(outcomes) == ["done"] + ["reward_out_of_stock"] * (MANY - 1)
    assert left_of(cafe) == 0
    assert sorted(parts_of(guest)[0] for guest in guests) == [0] + [100] * (MANY - 1)
    assert Redemption.objects.count() == 1


def test_without_the_conditional_update_they_collide(monkeypatch):
    """Control: looking and then writing sells more than there is, but for the database."""
    cafe = a_cafe(a_reward(stock=1))
    guests = some_members(cafe, 2, points=100, at=NOON)
    monkeypatch.setattr(redeeming, "take_pieces", _looking_only)

    assert at_once(*[partial(got, guest) for guest in guests]) == ["done"] * 2

    assert Redemption.objects.aggregate(sum=Sum("stock_taken"))["sum"] == 2  # of one piece


def _looking_only(*, pieces):
    return dict.fromkeys(pieces, 1), dict.fromkeys(pieces, 0)


def test_an_exact_balance_is_spent_once():
    """W-76: one of many succeeds and leaves nothing."""
    ada = a_guest(a_cafe(), 100)

    outcomes = at_once(*[partial(got, ada)] * MANY)

    assert sorted(outcomes) == ["done"] + ["insufficient_points"] * (MANY - 1)
    assert parts_of(ada)[0] == 0


def test_a_members_limit_holds_at_once():
    """W-12: read under the member's lock."""
    cafe = a_cafe(a_reward(limits=[{"times": 3, "period": "day"}]))
    ada = a_guest(cafe, 10_000)

    outcomes = at_once(*[partial(got, ada)] * 8)

    assert sorted(outcomes) == ["done"] * 3 + ["limit_reached"] * 5
    assert parts_of(ada)[0] == 10_000 - 300


def test_without_the_members_lock_the_limit_is_passed(monkeypatch):
    """Control: whoever reads what was used without the lock reads too early."""
    from threading import Barrier

    cafe = a_cafe(a_reward(price=None, limits=[{"times": 1, "period": "day"}], prices=[{"currency": "stars", "points": 1}]))  # fmt: skip
    ada = a_guest(cafe, 10)
    gate = Barrier(2)
    read = redeeming.read_scene

    def reading_together(**told):
        scene = read(**told)
        gate.wait(timeout=30)
        return scene

    monkeypatch.setattr(redeeming, "lock_accounts", lambda **told: {})
    monkeypatch.setattr(redeeming, "read_scene", reading_together)
    monkeypatch.setattr(redeeming, "hand_out", _handing_out)

    assert at_once(*[partial(_redeeming, ada)] * 2) == ["done"] * 2


def _handing_out(*, scene, accepted, accounts, actor, partial):
    from loyalty.rewards.redeeming.handing_out import hand_out

    return hand_out(scene=scene, accepted=accepted, accounts=None, actor=actor, partial=partial)


def _redeeming(member):
    return redeem(program=member.program, wishes=[wish(member)], actor=TILL, at=NOON)


def test_one_budget_pays_as_much_as_it_has():
    """W-72, S-25: 32 gifts worth 500 against 2,000."""
    cafe = a_cafe(a_reward(price=500))
    support = a_staff(cafe, "support")
    guests = some_members(cafe, MANY, at=NOON)

    outcomes = at_once(*[partial(goodwill, guest, by=support) for guest in guests])

    assert sorted(outcomes) == ["budget_exhausted"] * (MANY - 4) + ["done"] * 4
    assert StaffBudget.objects.get().used == 2000
    assert Redemption.objects.count() == 4


def test_without_the_condition_the_database_refuses(monkeypatch):
    """Control: a blind update is stopped by the constraint (staff_budget_used_up_to_its_limit)."""
    blind = budgets._DRAW.replace(
        'WHERE EXCLUDED."limit" IS NULL OR b.used + EXCLUDED.used <= EXCLUDED."limit"', ""
    )
    monkeypatch.setattr(budgets, "_DRAW", blind)
    cafe = a_cafe(a_reward(price=1500))
    support = a_staff(cafe, "support")
    guests = some_members(cafe, 2, at=NOON)

    outcomes = at_once(*[partial(goodwill, guest, by=support) for guest in guests])

    assert sorted(outcomes) == ["done", "staff_budget_used_up_to_its_limit"]
