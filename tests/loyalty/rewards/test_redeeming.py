"""Redeeming: what comes out for points, and what each refusal leaves as it was."""

import pytest

from loyalty.foundation.refusals import DomainError
from loyalty.rewards.models import Redemption, Voucher
from tests.world.ledger import entries_of, movements_of, parts_of
from tests.world.rewards import (
    a_cafe,
    a_gift_card,
    a_guest,
    a_perk,
    a_reward,
    an_exchange,
    at,
    got,
    got_all,
    left_of,
    reward_facts_about,
    wish,
)

pytestmark = pytest.mark.django_db


def test_a_reward_costs_its_price_and_brings_a_voucher():
    """W-20, W-23: points drawn, one voucher, and the facts of both."""
    cafe = a_cafe(a_reward(stock=5))
    ada = a_guest(cafe, 250)

    handed = got(ada)

    row = Redemption.objects.get()
    assert (row.state, row.points, row.origin, row.stock_taken) == ("issued", 100, "redemption", 1)
    assert (handed.balance_after, parts_of(ada)[0], left_of(cafe)) == (150, 150, 4)
    (voucher,) = handed.vouchers
    assert voucher.ends_at == at("2027-02-20T00:00")
    assert Voucher.objects.get().redemption_id == row.pk
    assert entries_of(ada)[-1].kind == "redeem"
    assert reward_facts_about(ada) == ["reward.redeemed", "voucher.issued"]


def test_several_pieces_cost_so_many_times_the_price():
    """W-21: all or nothing, one voucher each."""
    cafe = a_cafe(a_reward(stock=5))
    ada = a_guest(cafe, 350)

    handed = got(ada, quantity=3)

    assert [voucher.number for voucher in handed.vouchers] == [1, 2, 3]
    assert (movements_of(ada), left_of(cafe)) == ([350, -300], 2)


def test_a_perk_is_done_at_once():
    """W-2, W-23: nothing is handed out but a fact."""
    ada = a_guest(a_cafe(a_perk()))

    handed = got(ada, "lounge")

    assert (handed.redemption.state, handed.vouchers) == ("fulfilled", ())
    assert reward_facts_about(ada) == ["reward.redeemed", "reward.fulfilled"]


def test_an_exchange_brings_a_lot_of_the_other_points():
    """W-2: points of another currency, by its own terms."""
    ada = a_guest(a_cafe(an_exchange(10)), 300)

    handed = got(ada, "exchange", quantity=2)

    assert handed.redemption.state == "fulfilled"
    assert (movements_of(ada), movements_of(ada, "xp")) == ([300, -200], [20])


def test_a_gift_card_holds_money():
    """W-2, W-51: a card paid for with points, with code and PIN."""
    ada = a_guest(a_cafe(a_gift_card(5000)))

    handed = got(ada, "card")

    (card,) = handed.vouchers
    assert (handed.redemption.state, card.ends_at) == ("issued", None)
    assert card.code
    assert card.pin
    assert reward_facts_about(ada) == ["reward.redeemed", "voucher.issued"]


@pytest.mark.parametrize("size", [1, 30])
def test_many_cost_as_many_statements_as_one(size, django_assert_max_num_queries):
    """W-20: constant statements, at most 30."""
    cafe = a_cafe(a_reward(stock=100, limits=[{"times": 5, "period": "day"}]))
    guests = [a_guest(cafe, 500, name=f"guest-{n}") for n in range(size)]
    got(guests[0])

    with django_assert_max_num_queries(30) as seen:
        got_all([wish(guest) for guest in guests], of=cafe)

    COUNTS.append(len(seen))
    assert len(set(COUNTS)) == 1, COUNTS


COUNTS: list[int] = []


def refusal_of(work):
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value


def test_a_refusal_changes_nothing_and_names_every_reason():
    """W-20: the first in order is the code, all stand in `problems`."""
    windows = [{"weekdays": ["mon"]}]
    audience = {"days_since_joined": {"at_least": 30}}
    cafe = a_cafe(a_reward(stock=0, windows=windows, audience=audience, limits=[{"times": 1, "period": "ever"}]))  # fmt: skip
    ada = a_guest(cafe, 60)

    refusal = refusal_of(lambda: got(ada, quantity=2, currency="stars"))

    assert refusal.code == "outside_window"
    assert [problem.code for problem in refusal.problems] == [
        "outside_window",
        "not_in_audience",
        "limit_reached",
        "reward_out_of_stock",
        "insufficient_points",
    ]
    assert (movements_of(ada), left_of(cafe), reward_facts_about(ada)) == ([60], 0, [])
    assert not Redemption.objects.exists()
