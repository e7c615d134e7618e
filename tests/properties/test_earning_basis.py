"""The basis, against a slow reference that follows E-12 word by word, under every combination of switches."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.earning.basis import Switches, basis_of, read_order
from tests.world.earning import an_order

NAMES = (
    "prices_include_tax",
    "count_tax",
    "count_shipping",
    "count_gift_card_lines",
    "count_paid_with_points",
)
SWITCHES = [
    dict(zip(NAMES, values, strict=True)) for values in product([False, True], repeat=len(NAMES))
]

amounts = st.integers(min_value=1, max_value=100_000)


@st.composite
def orders(draw):
    """An order whose tax, shipping, discount and payment stay within what it is worth."""
    lines = [
        {
            "sku": sku,
            "quantity": draw(st.integers(1, 5)),
            "amount": draw(amounts),
            "gift_card": card,
        }
        for sku, card in (("A", False), ("B", draw(st.booleans())), ("C", False))
    ]
    goods = sum(line["amount"] for line in lines)
    discount, shipping = draw(st.integers(0, goods)), draw(st.integers(0, 5_000))
    tax = draw(st.integers(0, (goods - discount + shipping) // 4))
    total = goods - discount + shipping
    data = an_order(total, tax=tax, shipping=shipping, discount=discount) | {"lines": lines}
    return data | {"paid_with_points": draw(st.integers(0, total))}


def slow(data, switches):
    """Points (1) to (4) of E-12, line by line."""
    goods = sum(line["amount"] for line in data["lines"])
    taxable = goods - data["discount"] + data["shipping"]
    paid = 0 if switches["count_paid_with_points"] else data["paid_with_points"]
    told = []
    for line in data["lines"]:
        counts = Fraction(line["amount"]) - Fraction(data["discount"] * line["amount"], goods)
        told.append(_less_tax(counts, data["tax"], taxable, switches))
        if line["gift_card"] and not switches["count_gift_card_lines"]:
            told[-1] = Fraction(0)
    if switches["count_shipping"] and data["shipping"]:
        told.append(_less_tax(Fraction(data["shipping"]), data["tax"], taxable, switches))
    share = Fraction(data["total"] - paid, data["total"]) if data["total"] else Fraction(not paid)
    return [counts * share for counts in told]


def _less_tax(counts, tax, taxable, switches):
    share = counts * Fraction(tax, taxable) if taxable else Fraction(0)
    if switches["prices_include_tax"] and not switches["count_tax"]:
        return counts - share
    if switches["count_tax"] and not switches["prices_include_tax"]:
        return counts + share
    return counts


@pytest.mark.parametrize(
    "switches", SWITCHES, ids=lambda told: "".join(str(int(value)) for value in told.values())
)
@given(data=orders())
def test_is_what_the_page_says(switches, data):
    """E-12, E-13: every switch, every order."""
    order = read_order(data, prices_include_tax=switches["prices_include_tax"])

    basis = basis_of(order, switches=Switches(**switches))

    assert [line.counts for line in basis.lines] == slow(data, switches)
    assert basis.counts == sum(slow(data, switches))
