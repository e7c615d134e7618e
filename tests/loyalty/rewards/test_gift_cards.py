"""Gift cards: money on accounts of their own (W-50 to W-53, S-30)."""

import pytest

from loyalty.foundation.ids import new_id
from loyalty.ledger.models import Account, Entry
from loyalty.rewards.gift_cards.selling import Sale, sell
from loyalty.rewards.guesses.guessing import KEY, Guesser, begin, note_bad
from loyalty.rewards.models import GiftCard, VoucherUse
from loyalty.rewards.vouchers.refusals import (
    ReferenceReused,
    ValueExceedsRemaining,
    VoucherNotRedeemable,
)
from tests.world.ledger import TILL, a_member
from tests.world.programs import a_program
from tests.world.vouchers import (
    ISSUED_AT,
    a_card,
    facts_of,
    minutes,
    redeemed,
    reinstated,
    released,
    reserved,
    validated,
)

pytestmark = pytest.mark.django_db


def parts_of(card):
    """Free and held."""
    account = Account.objects.get(voucher_id=card.id)
    return account.available, account.held


def moved(card):
    entries = Entry.objects.filter(account__voucher_id=card.id).order_by("number")
    return [(entry.kind, entry.points) for entry in entries]


class TestDrawing:
    def test_holds_draws_and_frees_the_rest(self):
        """W-G12, W-52: card 50.00; 20.00 held by k1; 18.50 drawn for an order of 37.00."""
        card = a_card(cafe := a_program())
        reserved(cafe, card, "k1", amount=2000)
        assert parts_of(card) == (3000, 2000)

        told = redeemed(cafe, card, "order-1", key="k1", pin="", amount=1850)

        assert (told["amount"], told["remaining"]["amount"]) == (
            {"amount": 1850, "currency": "EUR"},
            3150,
        )
        assert parts_of(card) == (3150, 0)
        assert moved(card) == [("opening", 5000), ("spend", -1850)]

    def test_several_baskets_hold_parts_of_one_card(self):
        """W-52"""
        card = a_card(cafe := a_program())
        reserved(cafe, card, "k1", amount=2000)
        reserved(cafe, card, "k2", amount=3000)

        with pytest.raises(ValueExceedsRemaining) as refusal:
            reserved(cafe, card, "k3", amount=1)

        assert refusal.value.values == {"asked": 1, "currency": "EUR", "remaining": 0}
        assert released(cafe, card, "k2")["remaining"]["amount"] == 3000
        assert parts_of(card) == (3000, 2000)

    def test_the_same_basket_holds_another_sum_instead(self):
        """W-30: new value and end replace the old."""
        card = a_card(cafe := a_program())
        reserved(cafe, card, "k1", amount=4000)

        told = reserved(cafe, card, "k1", amount=4500, at=ISSUED_AT + minutes(5))

        assert told["reserved_until"] == ISSUED_AT + minutes(20)
        assert parts_of(card) == (500, 4500)

    def test_draws_at_once_what_is_asked_or_all_there_is(self):
        """W-52"""
        card = a_card(cafe := a_program())

        assert redeemed(cafe, card, "order-1", amount=4000)["amount"]["amount"] == 4000
        assert redeemed(cafe, card, "order-2")["amount"]["amount"] == 1000
        with pytest.raises(ValueExceedsRemaining):
            redeemed(cafe, card, "order-3", amount=1)
        assert parts_of(card) == (0, 0)

    def test_pays_for_an_order_once(self):
        """W-37: the same order again is the same answer."""
        card = a_card(cafe := a_program())

        told = [redeemed(cafe, card, "order-1", amount=1000) for _ in range(2)]

        assert told[0] == told[1]
        assert moved(card) == [("opening", 5000), ("spend", -1000)]
        assert VoucherUse.objects.count() == 1

    def test_a_basket_holds_it_no_longer_than_told(self):
        """W-31, L-31"""
        card = a_card(cafe := a_program())
        reserved(cafe, card, "k1", amount=2000)
        late = ISSUED_AT + minutes(15)

        with pytest.raises(VoucherNotRedeemable):
            redeemed(cafe, card, "order-1", key="k1", pin="", at=late)

        assert (
            redeemed(cafe, card, "order-1", key="k1", amount=5000, at=late)["amount"]["amount"]
            == 5000
        )

    def test_tells_the_first_drawing_apart(self):
        """W-23"""
        card = a_card(cafe := a_program())
        redeemed(cafe, card, "order-1", amount=1000)
        redeemed(cafe, card, "order-2", amount=1000)

        drawn = [fact.body for fact in facts_of(cafe, "gift_card.drawn")]

        assert [(each["amount"], each["left"], each["is_first"]) for each in drawn] == [
            (1000, 4000, True),
            (1000, 3000, False),
        ]


class TestPin:
    def test_is_needed_unless_the_call_names_the_owner(self):
        """W-52"""
        cafe = a_program()
        ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
        card = a_card(cafe, to=ada)

        for by, pin in [(None, ""), (grace, ""), (None, "000000" if card.pin != "000000" else "1")]:
            with pytest.raises(VoucherNotRedeemable):
                validated(cafe, card, by=by, pin=pin)

        assert validated(cafe, card, by=ada, pin="")["remaining"]["amount"] == 5000
        assert validated(cafe, card, pin=card.pin)["remaining"]["amount"] == 5000

    def test_is_void_after_five_wrong_ones(self):
        """S-36: the owner still pays with the card."""
        cafe = a_program()
        ada = a_member(cafe, "ada")
        card = a_card(cafe, to=ada)
        shop = [Guesser(kind="key", id=new_id(), limits=KEY)]
        for _try in range(5):
            with pytest.raises(VoucherNotRedeemable) as refusal:
                validated(cafe, card, pin="wrong", inspects=True)
            mark = begin(shop, at=ISSUED_AT)
            note_bad(shop, program=cafe, mark=mark, card_id=refusal.value.card_id, at=ISSUED_AT)

        with pytest.raises(VoucherNotRedeemable) as refusal:
            validated(cafe, card, pin=card.pin, inspects=True)

        assert refusal.value.values == {"reason": "pin_void"}
        assert validated(cafe, card, by=ada, pin="")["status"] == "issued"

    def test_rests_as_a_digest(self):
        """S-31"""
        card = a_card(a_program())

        assert (len(card.pin), len(card.code)) == (6, 16 + 1 + 3)
        assert card.pin.encode() not in bytes(GiftCard.objects.get().pin_digest)


class TestSelling:
    def test_makes_a_card_once_per_reference(self):
        """W-51"""
        cafe = a_program()
        sale = Sale(amount=5000, currency="EUR", reference="till-7/42", order_id="o", line_id="1")

        first, again = (sell(program=cafe, sale=sale, actor=TILL, at=ISSUED_AT) for _ in range(2))

        assert (first.is_new, again.is_new) == (True, False)
        assert (first.card.code, first.card.pin) == (again.card.code, again.card.pin)
        assert GiftCard.objects.get().paid_with == "money"

    def test_refuses_another_sale_under_the_same_reference(self):
        """W-51"""
        cafe = a_program()
        sell(
            program=cafe,
            sale=Sale(amount=5000, currency="EUR", reference="r"),
            actor=TILL,
            at=ISSUED_AT,
        )

        with pytest.raises(ReferenceReused):
            sell(
                program=cafe,
                sale=Sale(amount=5001, currency="EUR", reference="r"),
                actor=TILL,
                at=ISSUED_AT,
            )

        assert GiftCard.objects.count() == 1

    def test_has_no_end_unless_told(self):
        """W-53"""
        cafe = a_program()
        sale = Sale(amount=1, currency="EUR", reference="r", valid_for="P12M")

        told = sell(program=cafe, sale=sale, actor=TILL, at=ISSUED_AT)

        assert a_card(cafe).ends_at is None
        assert told.card.ends_at.isoformat() == "2027-11-21T22:00:00+00:00"


class TestReinstating:
    def test_gives_back_what_the_order_drew(self):
        """W-60: the shop says that nothing of the order is left; again, it changes nothing."""
        card = a_card(cafe := a_program())
        redeemed(cafe, card, "order-1", amount=1850)

        for _again in range(2):
            assert reinstated(cafe, card, "order-1")["remaining"]["amount"] == 5000

        assert moved(card) == [("opening", 5000), ("spend", -1850), ("return_spent", 1850)]


def test_a_card_is_no_members_points():
    """W-50: no fact of points tells of it."""
    cafe = a_program()
    redeemed(cafe, a_card(cafe, to=a_member(cafe)), "order-1", amount=1000)

    assert not [fact for fact in facts_of(cafe) if fact.name.startswith("points.")]
