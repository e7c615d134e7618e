"""Gifts of the apps above: given under their keys, each answered for itself, taken back as far as unused (W-26)."""

import pytest

from loyalty.rewards.afterwards.fulfilling import fulfil
from loyalty.rewards.afterwards.withdrawing import take_gifts_back
from loyalty.rewards.giving.gifts import Gift, give
from loyalty.rewards.kinds import Origin
from tests.world.ledger import TILL, in_unit
from tests.world.rewards import (
    NOON,
    a_cafe,
    a_gift_card,
    a_guest,
    a_perk,
    a_reward,
    left_of,
    redemptions_of,
    reward_facts_about,
)
from tests.world.vouchers import redeemed, state_of

pytestmark = pytest.mark.django_db


def a_prize(member, key, *, reward="coffee", **rest):
    return Gift(member_id=member.pk, reward=reward, origin=Origin.PLAY, origin_key=key, **rest)


def gave(member, *gifts, partial=True):
    told = {"gifts": gifts, "actor": TILL, "at": NOON, "partial": partial}
    return in_unit(give, program=member.program, **told)


def took_back(cafe, *keys):
    told = {"origin": Origin.PLAY, "origin_keys": keys, "reason": "reversed"}
    return in_unit(take_gifts_back, program=cafe, actor=TILL, at=NOON, **told)


class TestGiving:
    def test_answers_each_gift_with_its_own_refusal(self):
        """W-26: an unknown reward, or one that is out of stock, does not take the others along."""
        ada = a_guest(a_cafe(a_reward(stock=1)), 0)

        answers = gave(ada, a_prize(ada, "1"), a_prize(ada, "2", reward="tea"), a_prize(ada, "3"))

        told = [each.refusal and each.refusal.code for each in answers]
        assert told == [None, "reward_unknown", "reward_out_of_stock"]
        assert redemptions_of(ada) == ["issued"]


class TestTakingBack:
    def test_cancels_what_nobody_used_and_says_how_many_pieces(self):
        """W-26: one of three was used; told again, the same."""
        cafe = a_cafe(a_reward(stock=9, on_origin_refund="keep"))
        ada = a_guest(cafe, 0)
        used, whole = gave(ada, a_prize(ada, "used", quantity=3), a_prize(ada, "whole", quantity=2))
        redeemed(cafe, used.vouchers[0], by=ada, at=NOON)

        first = took_back(cafe, "used", "whole", "never")
        again = took_back(cafe, "used", "whole", "never")

        assert first == again == {"used": 2, "whole": 2}
        assert [state_of(each) for each in used.vouchers] == ["redeemed", "cancelled", "cancelled"]
        assert [state_of(each) for each in whole.vouchers] == ["cancelled"] * 2
        assert redemptions_of(ada) == ["fulfilled", "cancelled"]
        assert left_of(cafe) == 6
        assert reward_facts_about(ada).count("voucher.cancelled") == 4

    def test_knows_gifts_without_vouchers(self):
        """W-26: what waits to be handed over goes; what was handed over, or used at once, stays."""
        cafe = a_cafe(a_reward("mug", kind="custom", terms={"data": {}}, fulfilment="by_hand"), a_perk(), a_gift_card())  # fmt: skip
        ada = a_guest(cafe, 0)
        told = [("waits", "mug"), ("handed", "mug"), ("perk", "lounge"), ("card", "card")]
        answers = gave(ada, *[a_prize(ada, key, reward=reward) for key, reward in told])
        fulfil(program=cafe, redemption_id=answers[1].redemption.pk, actor=TILL, at=NOON)

        assert took_back(cafe, "waits", "handed", "perk", "card") == {
            "waits": 1,
            "handed": 0,
            "perk": 0,
            "card": 1,
        }
        assert redemptions_of(ada) == ["cancelled", "fulfilled", "fulfilled", "cancelled"]

    def test_leaves_the_key_spent(self):
        """W-26: whoever gives again does so under another key."""
        ada = a_guest(a_cafe(), 0)
        gave(ada, a_prize(ada, "1"))
        took_back(ada.program, "1")

        (again,) = gave(ada, a_prize(ada, "1"))
        (fresh,) = gave(ada, a_prize(ada, "1/2"))

        assert (again.repeated, again.redemption.state, again.vouchers) == (True, "cancelled", ())
        assert (fresh.repeated, fresh.redemption.state) == (False, "issued")

    def test_asks_the_same_number_of_times_for_any_size(self, django_assert_num_queries):
        """W-20: 1 or 20."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        ada = a_guest(a_cafe(), 0)
        gave(ada, *[a_prize(ada, f"{number}") for number in range(21)])

        with CaptureQueriesContext(connection) as one:
            took_back(ada.program, "0")
        with django_assert_num_queries(len(one)):
            took_back(ada.program, *[f"{number}" for number in range(1, 21)])
