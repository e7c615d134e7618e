"""Returns of one order end alike in any sequence and any split, and as a plain model says (E-61, E-62, E-64)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.plain_orders import PlainOrder, worth_of
from tests.world.earning import GOLD, a_rule, an_order
from tests.world.returns import CANCELLED, Purchase

SKUS = ("A", "B", "C")
STEPS = {"kind": "per_amount", "points": 2, "per": 700, "whole_steps": True}
effects = st.sampled_from(
    [
        {"kind": "fixed", "points": 7},
        {"kind": "per_amount", "points": 3, "per": 200},
        STEPS,
        {"kind": "per_item", "points": 2},
        {"kind": "per_line", "points": 5},
        {"kind": "multiplier", "by": "1.25"},
        {"kind": "multiplier", "by": "4"},
    ]
)
picks = st.sampled_from([None, {"include": {"categories": ["coffee"]}}, {"exclude": {"skus": ["A"]}}])  # fmt: skip


@st.composite
def rules(draw):
    """Full steps and one to three rules more; some look at the order's worth again when it shrinks, some are capped."""
    told = [a_rule("steps", effect=STEPS)]
    for number in range(draw(st.integers(1, 3))):
        currency = draw(st.sampled_from(["stars", "stars", "xp"]))
        rule = a_rule(f"rule-{number}", effect=draw(effects), currency=currency)
        if rule["effect"]["kind"] != "multiplier" and draw(st.booleans()):
            rule["limits"] = {"points_per_event": draw(st.integers(1, 40))}
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
    amounts, kinds = st.integers(0, 9_999), st.sampled_from(["coffee", "tea"])
    lines = [(sku, draw(amounts), draw(st.integers(1, 4)), draw(kinds)) for sku in SKUS]
    goods = sum(amount for _sku, amount, *_rest in lines)
    shipping, tax = draw(st.integers(0, 900)), draw(st.integers(0, goods // 5))
    data = an_order(goods + shipping + tax, lines=lines, shipping=shipping, tax=tax)
    paid = draw(st.integers(0, data["total"]))
    refunds = draw(st.lists(st.integers(1, 2_000), max_size=2))
    comes_back = lines if sum(refunds) > lines[-1][1] or not refunds else lines[:-1]
    returns = [{"amount": each} for each in refunds] if comes_back != lines else []
    for sku, _amount, quantity, _category in comes_back:
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


@settings(deadline=None)
@given(definitions=rules(), bought=purchases(), split=st.randoms(use_true_random=False))
def test_the_net_is_the_less_of_what_was_given_and_what_is_left(definitions, bought, split):
    """E-61, E-62: after each return, by a model that knows nothing of claims; also where money stands for pieces."""
    data, paid, returns = bought
    purchase = Purchase(data, *definitions, tier=GOLD, paid=paid)
    order = PlainOrder(data, paid=paid)
    granted = [
        min(worth, cap)
        for worth, cap in zip(_worths(order, definitions), _caps(definitions), strict=True)
    ]
    assert purchase.granted == sum(granted)

    for told in returns:
        step = _as_money(told, order) if split.random() < 0.3 else told
        purchase.returned(step)
        order.told(step)
        left = _worths(order, definitions)
        net = sum(min(pair) for pair in zip(granted, left, strict=True))
        assert purchase.granted - purchase.claimed == net


def _worths(order, definitions):
    """What each base rule gives for what is left of the order, by the plain model."""
    multipliers = [rule for rule in definitions if rule["effect"]["kind"] == "multiplier"]
    return [
        worth_of(order, rule, multipliers, tier=GOLD.multiplier)
        for rule in definitions
        if rule not in multipliers
    ]


def _caps(definitions):
    return [
        rule.get("limits", {}).get("points_per_event", 10**9)
        for rule in definitions
        if rule["effect"]["kind"] != "multiplier"
    ]


def _as_money(told, order):
    """A refund on the line in place of a piece of it: a whole number, so never more than the piece was worth."""
    for line in told.get("lines", ()):
        place = next(p for p, each in enumerate(order.lines) if each["sku"] == line["sku"])
        worth = order.gross()[place] // order.lines[place]["quantity"]
        if worth:
            return {"lines": [{"sku": line["sku"], "amount": worth}]}
    return told


def _sums(steps):
    return tuple(sum(part) for part in zip((0, 0, 0), *steps, strict=True))
