"""Returns of one order end alike in any sequence and any split, and never take back more than was given (E-62, E-64)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.test_earning_batches import effects, picks
from tests.world.earning import GOLD, a_rule, an_order
from tests.world.returns import CANCELLED, Purchase

SKUS = ("A", "B", "C")


@st.composite
def rules(draw):
    """One to three rules; some look at the order's worth again when it shrinks."""
    told = []
    for number in range(draw(st.integers(1, 3))):
        rule = a_rule(f"rule-{number}", effect=draw(effects))
        pick = draw(picks)
        if pick:
            rule["lines"] = pick
        if draw(st.booleans()):
            rule["conditions"] = {"all": [{"order": {"at_least": draw(st.integers(0, 20_000))}}]}
        told.append(rule)
    return told


@st.composite
def purchases(draw):
    """What was bought, and returns of it in some sequence: pieces, money on a line, money on all, shipping."""
    lines = [(sku, draw(st.integers(1, 9_999)), draw(st.integers(1, 4)), "coffee") for sku in SKUS]
    goods = sum(amount for _sku, amount, *_rest in lines)
    shipping, tax = draw(st.integers(0, 900)), draw(st.integers(0, goods // 5))
    data = an_order(goods + shipping + tax, lines=lines, shipping=shipping, tax=tax)
    paid = draw(st.integers(0, data["total"]))
    returns = []
    for sku, _amount, quantity, _category in lines:
        pieces = [{"lines": [{"sku": sku, "quantity": 1}]} for _piece in range(quantity)]
        returns += pieces[: draw(st.integers(0, quantity))]
    returns += [{"amount": 0, "shipping": shipping}] if shipping and draw(st.booleans()) else []
    return data, paid, draw(st.permutations(returns))


@settings(deadline=None)
@given(definitions=rules(), bought=purchases(), seed=st.randoms(use_true_random=False))
def test_any_sequence_ends_alike(definitions, bought, seed):
    """E-64: points and money add up to the same, whatever came first; no step takes anything from the buyer."""
    data, paid, returns = bought
    shuffled = list(returns)
    seed.shuffle(shuffled)
    one = Purchase(data, *definitions, tier=GOLD, paid=paid)
    other = Purchase(data, *definitions, tier=GOLD, paid=paid)

    steps = [one.returned(told) for told in returns]
    others = [other.returned(told) for told in shuffled]

    assert one.granted == other.granted
    assert all(part >= 0 for step in steps for part in step)
    (_claims, points, money), (_others, other_points, other_money) = _sums(steps), _sums(others)
    assert (one.claimed, points) == (other.claimed, other_points)
    assert abs(money - other_money) <= 1  # of minor units, while C is no whole number


@settings(deadline=None)
@given(definitions=rules(), bought=purchases())
def test_a_cancellation_takes_and_gives_back_exactly_all(definitions, bought):
    """E-62, E-64: after whatever was returned before."""
    data, paid, returns = bought
    purchase = Purchase(data, *definitions, tier=GOLD, paid=paid)

    steps = [purchase.returned(told) for told in [*returns, CANCELLED]]

    assert _sums(steps) == (purchase.granted, paid, data["total"] - paid)


def _sums(steps):
    return tuple(sum(part) for part in zip((0, 0, 0), *steps, strict=True))
