"""What is quoted is what the order brings, whatever it buys and whatever pays for it (E-75)."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.checkout.paying import PayTerms, Room, most_usable, trimmed
from loyalty.events.purchases.capturing import For, capture_for_order
from tests.world.checkout import TILL, held_by, paying_order, quoted, told_of
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, taken
from tests.world.ledger import a_member

RULES = [
    a_rule(),
    a_rule("coffee", effect={"kind": "multiplier", "by": "1.25"}, lines={"include": {"categories": ["coffee"]}}),
    a_rule("items", effect={"kind": "per_item", "points": 3}, limits={"points_per_event": 20}),
    a_rule("month", effect={"kind": "fixed", "points": 40}, limits={"points_per_member": {"points": 100, "period": "month"}}),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_quote_then_order_brings_the_same_points(seed):
    """E-75: quote, hold, capture, order; baskets, points and minutes by chance, from a seed."""
    chance, cafe = Random(seed), a_cafe(*RULES)
    for name in ("ada", "grace", "joan", "jean", "mary"):
        member = a_member(cafe, name, points=5000)
        quote = quoted(member, _a_basket(chance), use=chance.randrange(6000))
        promised, order_id = told_of(quote), f"order-of-{name}"
        use = promised["pay_with_points"]["use"]
        if use:
            row, what_for = held_by(quote, use), For(order_id=order_id)
            capture_for_order(program=cafe, hold_id=row.pk, what_for=what_for, actor=TILL, at=NOON)
        at, data = NOON + timedelta(minutes=chance.randrange(15)), paying_order(quote, order_id)

        event = an_event("order.paid", member=member, source_id=order_id, at=at, data=data)
        (outcome,) = taken(cafe, event, at=at)

        results = outcome.answer["results"]
        assert (results["quote"]["used"], results["quote"]["lowered"]) == (True, [])
        assert [(p["rule"], p["points"]) for p in results["points"]] == [
            (p["rule"], p["points"]) for p in promised["earns"]["points"]
        ]


@given(
    available=st.integers(0, 10_000),
    within=st.integers(0, 100),
    wanted=st.integers(0, 20_000),
    block=st.sampled_from([1, 7, 100]),
    least=st.integers(0, 700),
)
def test_what_is_trimmed_may_be_held_and_never_exceeds_the_most(
    available, within, wanted, block, least
):
    """E-76, E-77: the trims lead from what was asked to what may be used, one after another."""
    terms = PayTerms(points_per_block=block, money_per_block=100, min_points=least)
    room = Room(terms=terms, available=available, within_share=within * block)

    used, trims = trimmed(wanted, room=room)

    most, _held_by = most_usable(room=room)
    assert 0 <= used <= min(wanted, most)
    assert used % block == 0
    assert used == 0 or used >= least
    steps = [wanted, *(trim.after for trim in trims)]
    assert [trim.before for trim in trims] == steps[:-1]
    assert steps[-1] == used


def _a_basket(chance):
    lines = [
        {"sku": f"S-{number}", "quantity": chance.randint(1, 3), "amount": chance.randint(1, 9000)}
        | ({"categories": ["coffee"]} if chance.random() < 0.5 else {})
        for number in range(chance.randint(1, 4))
    ]
    shipping = chance.choice([0, 490, 700])
    total = sum(each["amount"] for each in lines) + shipping
    return {"currency": "EUR", "total": total, "shipping": shipping, "lines": lines}
