"""What is quoted is what the order brings, whatever it buys and whatever pays for it (E-75)."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.checkout.paying import PayTerms, Room, most_usable, trimmed
from loyalty.events.purchases.capturing import For, capture_for_order
from loyalty.members.models import Member
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
lines = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(1, 9000), st.booleans()),
    min_size=1,
    max_size=4,
)


@pytest.mark.django_db
@settings(max_examples=15)
@given(
    bought=lines, shipping=st.integers(0, 700), wanted=st.integers(0, 6000), late=st.integers(0, 14)
)
def test_quote_then_order_brings_the_same_points(bought, shipping, wanted, late):
    """E-75: quote, hold, capture, order."""
    cafe = a_cafe(*RULES, slug=f"cafe-{len(bought)}-{Member.objects.count()}")
    ada = a_member(cafe, points=5000)
    basket = _basket(bought, shipping)
    quote = quoted(ada, basket, use=wanted)
    promised = told_of(quote)
    use = promised["pay_with_points"]["use"]
    if use:
        row = held_by(quote, use)
        what_for = For(order_id="order-1001")
        capture_for_order(program=cafe, hold_id=row.pk, what_for=what_for, actor=TILL, at=NOON)

    at = NOON + timedelta(minutes=late)
    (outcome,) = taken(cafe, an_event("order.paid", at=at, data=paying_order(quote)), at=at)

    results = outcome.answer["results"]
    assert results["quote"]["used"] is True
    assert results["quote"]["lowered"] == []
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


def _basket(bought, shipping):
    told = [
        {"sku": sku, "quantity": 1, "amount": amount}
        | ({"categories": ["coffee"]} if coffee else {})
        for sku, amount, coffee in bought
    ]
    total = sum(each["amount"] for each in told) + shipping
    return {"currency": "EUR", "total": total, "shipping": shipping, "lines": told}
