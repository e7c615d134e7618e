"""When a purchase is returned: what was used in it, what was sold by it (W-60, W-61, W-63)."""

from datetime import timedelta

import pytest

from loyalty.ledger.models import Account
from loyalty.rewards.gift_cards.selling import Sale, sell
from loyalty.rewards.models import Voucher
from loyalty.rewards.vouchers.refusals import VoucherNotReinstatable
from tests.world.earning import NOON
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import TILL
from tests.world.members import a_member
from tests.world.vouchers import (
    PERCENT,
    a_cafe,
    a_card,
    facts_of,
    issued,
    redeemed,
    reinstated,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def told_of(outcome):
    allocation = outcome.answer["results"]["allocation"]
    return allocation["money"]["amount"], allocation["vouchers"]


def the_return(cafe, number, *, order="order-1", kind="order.returned", at=NOON + HOUR, **data):
    told = an_event(kind, source_id=f"return-{number}", at=at, data={"order_id": order, **data})
    (outcome,) = taken(cafe, told, at=at)
    return told_of(outcome)


def an_order_was_paid(cafe, total=6000, *, order="order-1", **data):
    (outcome,) = taken(cafe, an_order(order, total=total, **data))
    assert outcome.answer["results"]


def left_on(card):
    return Account.objects.get(voucher_id=card.id).available


class TestVouchers:
    def test_come_back_once_nothing_of_the_order_is_left(self):
        """W-G17, W-60: order of 60.00 with a 10 % voucher: 20.00 returned, then the rest."""
        cafe = a_cafe()
        a_member(cafe, "ada")
        voucher = issued(cafe, at=NOON)
        redeemed(cafe, voucher, "order-1", at=NOON)
        an_order_was_paid(cafe)

        first = the_return(cafe, 1, amount=2000)
        assert first[1] == [
            {"voucher": voucher.shown_id, "kind": "percent_off", "outcome": "kept_used"}
        ]
        assert state_of(voucher) == "redeemed"

        second = the_return(cafe, 2, amount=4000)
        assert second[1][0]["outcome"] == "reinstated"
        assert state_of(voucher) == "issued"
        assert len(facts_of(cafe, "voucher.reinstated")) == 1

    def test_past_their_end_are_good_through_the_30th_day_after(self):
        """W-30"""
        cafe = a_cafe(PERCENT | {"valid_for": "P1D"})
        a_member(cafe, "ada")
        voucher = issued(cafe, at=NOON)
        redeemed(cafe, voucher, "order-1", at=NOON)
        an_order_was_paid(cafe)
        late = NOON + timedelta(days=10)

        the_return(cafe, 1, kind="order.cancelled", at=late)

        row = Voucher.objects.get(pk=voucher.id)
        assert (row.state, row.ends_at.isoformat()) == ("issued", "2026-12-30T22:00:00+00:00")

    def test_never_come_back_if_their_reward_says_so(self):
        """W-60"""
        cafe = a_cafe(PERCENT | {"reinstate": "never"})
        a_member(cafe, "ada")
        voucher = issued(cafe, at=NOON)
        redeemed(cafe, voucher, "order-1", at=NOON)
        an_order_was_paid(cafe)

        the_return(cafe, 1, kind="order.cancelled")
        with pytest.raises(VoucherNotReinstatable):
            reinstated(cafe, voucher, "order-1", at=NOON)

        assert state_of(voucher) == "redeemed"

    def test_come_back_by_the_shops_word_once(self):
        """W-60: again it answers the same; for another order, nothing comes back."""
        cafe = a_cafe()
        voucher = issued(cafe, at=NOON)
        redeemed(cafe, voucher, "order-1", at=NOON)
        with pytest.raises(VoucherNotReinstatable):
            reinstated(cafe, voucher, "order-2", at=NOON)

        first, again = (reinstated(cafe, voucher, "order-1", at=NOON) for _ in range(2))

        assert first["status"] == again["status"] == "issued"
        assert len(facts_of(cafe, "voucher.reinstated")) == 1

    def test_that_served_another_order_since_stay_used(self):
        """W-60"""
        cafe = a_cafe()
        voucher = issued(cafe, at=NOON)
        redeemed(cafe, voucher, "order-1", at=NOON)
        reinstated(cafe, voucher, "order-1", at=NOON)
        redeemed(cafe, voucher, "order-2", at=NOON)

        assert reinstated(cafe, voucher, "order-1", at=NOON)["status"] == "redeemed"
        assert state_of(voucher) == "redeemed"


class TestGiftCards:
    def test_get_back_their_share_and_the_shop_refunds_the_rest(self):
        """W-G12, W-61: 18.50 drawn for an order of 37.00; half returned: card 40.75 and 9.25 other money."""
        cafe = a_cafe()
        a_member(cafe, "ada")
        card = a_card(cafe, at=NOON)
        redeemed(cafe, card, "order-1", amount=1850, at=NOON)
        an_order_was_paid(cafe, 3700)

        money, cards = the_return(cafe, 1, amount=1850)

        assert money == 925
        assert cards == [
            {
                "voucher": card.shown_id,
                "kind": "gift_card",
                "outcome": "given_back",
                "amount": {"amount": 925, "currency": "EUR"},
                "remaining": {"amount": 4075, "currency": "EUR"},
            }
        ]
        assert left_on(card) == 4075

    def test_end_alike_however_a_return_is_split(self):
        """W-61: cumulatively; the last cent comes with the last part."""
        cafe = a_cafe()
        a_member(cafe, "ada")
        card = a_card(cafe, at=NOON)
        redeemed(cafe, card, "order-1", amount=1000, at=NOON)
        an_order_was_paid(cafe, 3000)

        told = [the_return(cafe, number, amount=1000) for number in range(3)]

        assert [cards[0]["amount"]["amount"] for _money, cards in told] == [333, 333, 334]
        assert [money for money, _cards in told] == [667, 667, 666]
        assert left_on(card) == 5000

    def test_the_one_drawn_from_last_gets_it_first(self):
        """W-61"""
        cafe = a_cafe()
        a_member(cafe, "ada")
        first, last = a_card(cafe, at=NOON), a_card(cafe, at=NOON)
        redeemed(cafe, first, "order-1", amount=1000, at=NOON)
        redeemed(cafe, last, "order-1", amount=500, at=NOON + timedelta(minutes=1))
        an_order_was_paid(cafe, 3000)

        _money, cards = the_return(cafe, 1, amount=1400)

        assert [(each["voucher"], each["amount"]["amount"]) for each in cards] == [
            (last.shown_id, 500),
            (first.shown_id, 200),
        ]

    def test_sold_by_a_returned_line_are_cancelled_with_what_is_left(self):
        """W-G13, W-63: card of 50.00 sold, 18.50 spent, its line returned."""
        cafe = a_cafe()
        a_member(cafe, "ada")
        sale = Sale(amount=5000, currency="EUR", reference="r", order_id="order-1", line_id="card")
        card = sell(program=cafe, sale=sale, actor=TILL, at=NOON).card
        redeemed(cafe, card, "order-2", amount=1850, at=NOON)
        lines = [
            {"line_id": "card", "sku": "CARD", "quantity": 1, "amount": 5000, "gift_card": True},
            {"line_id": "mug", "sku": "MUG-1", "quantity": 1, "amount": 1000},
        ]
        an_order_was_paid(cafe, 6000, lines=lines)

        _money, cards = the_return(cafe, 1, lines=[{"line_id": "card", "quantity": 1}])

        assert cards == [
            {
                "voucher": card.shown_id,
                "kind": "gift_card",
                "outcome": "cancelled",
                "cancelled_value": {"amount": 3150, "currency": "EUR"},
                "spent_value": {"amount": 1850, "currency": "EUR"},
            }
        ]
        assert (left_on(card), state_of(card)) == (0, "cancelled")
