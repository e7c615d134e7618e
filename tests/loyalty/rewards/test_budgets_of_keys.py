"""Keys with a budget: gifts and points by hand of one local day together (S-25, W-72, W-73)."""

from datetime import timedelta
from functools import partial

import pytest

from loyalty.access.approvals.models import KeyBudget
from loyalty.access.models import ApiKey
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import new_id
from loyalty.foundation.refusals import DomainError
from loyalty.ledger.adjusting import Adjustment, adjust
from loyalty.rewards.giving.goodwill import Goodwill, give_by_hand
from loyalty.rewards.models import Redemption
from tests.world.access import a_shop
from tests.world.ledger import parts_of
from tests.world.programs import currency_of
from tests.world.racing import at_once
from tests.world.rewards import NOON, a_cafe, a_guest, a_reward, cancelled
from tests.world.vouchers import refused_by_database

pytestmark = pytest.mark.django_db(transaction=True)


def a_key(cafe, points_a_day):
    key = a_shop(cafe).key
    ApiKey.objects.filter(pk=key.pk).update(points_a_day=points_a_day)
    return Actor(kind=ActorKind.KEY, id=key.pk)


def given_by(key, member, *, when=NOON):
    told = Goodwill(member_id=member.pk, reward="coffee", reason="goodwill", note="Sorry.")
    asked = {"program": member.program, "goodwill": told, "key": new_id()}
    return give_by_hand(actor=key, at=when, **asked).handed.redemption


def added_by(key, member, points):
    currency = currency_of(member.program).pk
    told = Adjustment(points=points, reason="goodwill", note="Sorry.", currency_id=currency)
    asked = {"program": member.program, "member_ids": [member.pk], "adjustment": told}
    return adjust(key=new_id(), actor=key, at=NOON, **asked)


def test_pays_for_gifts_and_points_until_the_next_local_day():
    """S-25, W-72: 700 a day; a gift worth 500, then 201 points, then 200."""
    ada = a_guest(a_cafe(a_reward(price=500)), 0)
    key = a_key(ada.program, 700)
    given_by(key, ada)

    with pytest.raises(DomainError) as refusal:
        added_by(key, ada, 201)
    added_by(key, ada, 200)

    assert refusal.value.code == "budget_exhausted"
    assert (refusal.value.values["limit"], refusal.value.values["used"]) == (700, 500)
    assert refusal.value.plain_values()["resets_at"] == "2026-11-22T00:00:00+02:00"
    assert (parts_of(ada)[0], KeyBudget.objects.get().used) == (200, 700)
    given_by(key, ada, when=NOON + timedelta(days=1))
    assert KeyBudget.objects.count() == 2


def test_comes_back_when_the_gift_is_cancelled_on_its_day():
    """W-73."""
    ada = a_guest(a_cafe(a_reward(price=500)), 0)
    key = a_key(ada.program, 500)

    cancelled(given_by(key, ada))

    assert KeyBudget.objects.get().used == 0
    given_by(key, ada)


def test_is_not_asked_of_keys_without_one():
    """S-25: a key if given one."""
    ada = a_guest(a_cafe(a_reward(price=500)), 0)

    given_by(a_key(ada.program, None), ada)

    assert not KeyBudget.objects.exists()


def test_pays_as_much_as_it_has_at_once():
    """S-25: eight gifts worth 100 against 300; and the database refuses alone."""
    cafe = a_cafe()
    ada, key = a_guest(cafe, 0), a_key(cafe, 300)

    outcomes = at_once(*[partial(given_by, key, ada)] * 8)

    assert sorted(outcomes) == ["budget_exhausted"] * 5 + ["done"] * 3
    assert (KeyBudget.objects.get().used, Redemption.objects.count()) == (300, 3)
    more = "UPDATE loyalty_keybudget SET used = 301"
    again = (
        'INSERT INTO loyalty_keybudget (id, key_id, day, used, "limit")'
        " SELECT gen_random_uuid(), key_id, day, 0, 1 FROM loyalty_keybudget"
    )
    assert refused_by_database(more) == "key_budget_used_up_to_its_limit"
    assert refused_by_database(again) == "key_budget_is_one_a_day"
