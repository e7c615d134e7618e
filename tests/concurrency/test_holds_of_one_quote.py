"""Two tills hold points at the price of one quote: together they stay within what it offered (E-77)."""

import threading
from functools import partial

import pytest

from loyalty.checkout import setting_aside
from loyalty.ledger.models import Account, Hold
from tests.world.checkout import a_basket, held_by, quoted
from tests.world.earning import a_cafe
from tests.world.ledger import a_member
from tests.world.racing import PATIENCE_SECONDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def hold_at_two_tills():
    """600 and 600 of the 1,000 points that may pay for a basket of 20.00; the member has 5,000."""
    ada = a_member(a_cafe(), "ada", points=5_000)
    quote = quoted(ada, a_basket(2_000))
    return at_once(*[partial(held_by, quote, 600)] * 2)


def test_one_holds_and_the_other_is_above_the_share():
    assert sorted(hold_at_two_tills()) == ["above_share", "done"]
    assert list(Hold.objects.values_list("points", flat=True)) == [600]


def test_they_collide_when_nobody_locks(monkeypatch):
    """Control: the race is real. Both look at what is set aside before either sets anything aside."""
    both, look = threading.Barrier(2), setting_aside.set_aside_in
    monkeypatch.setattr(setting_aside, "lock_accounts_of", _look_without_locking)
    monkeypatch.setattr(setting_aside, "set_aside_in", partial(_meet, both, look))

    assert hold_at_two_tills() == ["done", "done"]
    assert list(Hold.objects.values_list("points", flat=True)) == [600, 600]


def _look_without_locking(*, owner_ids):
    accounts = Account.objects.filter(member_id__in=owner_ids)
    return {(each.member_id, each.currency_id): each for each in accounts}


def _meet(both, look, *asked):
    found = look(*asked)
    both.wait(timeout=PATIENCE_SECONDS)
    return found
