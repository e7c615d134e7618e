"""What vouchers take off is one sum, whoever is asked: a till, a quote, a reservation, a use (W-38, W-39)."""

from random import Random
from typing import Any

import pytest

from loyalty.foundation.refusals import DomainError
from loyalty.rewards.using.presenting import coupons_behind
from tests.world.checkout import quoted, told_of
from tests.world.earning import NOON
from tests.world.ledger import a_member
from tests.world.vouchers import (  # fmt: skip
    AMOUNT,
    COFFEE,
    PERCENT,
    SHIPPING,
    a_basket,
    a_cafe,
    issued,
    redeemed,
    showing,
    validated,
)

pytestmark = pytest.mark.django_db
FIVE: Any = AMOUNT["terms"]
COFFEES: dict[str, Any] = {"skus": ["COF-1"]}
OFFERS = [
    (PERCENT, {"percent": "15"}),
    (PERCENT, {"percent": "33.3", "max_discount": 700}),
    (PERCENT, {"percent": "50", "lines": {"exclude": {"skus": ["COF-1"]}}}),
    (AMOUNT, FIVE),
    (COFFEE, COFFEES | {"quantity": 2}),
    (COFFEE, COFFEES | {"max_value": 199}),
    (SHIPPING, {}),
    (SHIPPING, {"max_value": 300}),
    (PERCENT, {"percent": "12.5", "from": 3000}),
    (AMOUNT, FIVE | {"from": 2500}),
]
REWARDS = [
    kind | {"slug": f"reward-{place}", "combinable": True, "terms": terms}
    for place, (kind, terms) in enumerate(OFFERS)
]
EVERY = [each["slug"] for each in REWARDS]
WITHOUT_A_LEAST = EVERY[:8]
VERBS = {"validate": validated, "redeem": redeemed}


def some_goods(chance):
    """Lines by chance, as (sku, quantity, amount), and the shipping."""
    skus = ["COF-1", "MUG-1", "BAG-1"]
    several = range(chance.randint(1, 4))
    goods = [(chance.choice(skus), chance.randint(1, 4), chance.randint(0, 4000)) for _ in several]
    return goods, chance.choice([0, 290, 700])


def at_a_quote(member, goods, *vouchers, shipping=0, discount=0):
    """What a quote says about these vouchers, all at once."""
    shown = [showing(each) for each in vouchers]
    coupons = coupons_behind(program=member.program, shown=shown, at=NOON)
    lines = [dict(zip(("sku", "quantity", "amount"), each, strict=True)) for each in goods]
    total = sum(amount for _sku, _quantity, amount in goods) + shipping - discount
    order = {"currency": "EUR", "total": total, "shipping": shipping, "discount": discount}
    return told_of(quoted(member, order | {"lines": lines}, vouchers=coupons))


def at_a_till(verb, cafe, voucher, goods, *, order=None, **more):
    """The sums of each line, of the shipping, and the whole; or why the voucher does not fit."""
    wish = a_basket(*goods, **more) | ({"order": order} if verb == "redeem" else {})
    try:
        told = VERBS[verb](cafe, voucher, at=NOON, **wish)["discount"]
    except DomainError as refusal:
        return refusal.code, refusal.values["reasons"]
    return sums_of(told, [str(place) for place in range(1, len(goods) + 1)])


def sums_of(discount, line_ids):
    by_line = {each["line_id"]: each["amount"] for each in discount["lines"]}
    return [by_line.get(each, 0) for each in line_ids], discount["shipping"], discount["amount"]


def quoted_sums(quote):
    """The same of each voucher of a quote, by its id."""
    line_ids = [each["line_id"] for each in quote["order"]["lines"]]
    return {each["voucher"]: sums_of(each, line_ids) for each in quote["discounts"]["vouchers"]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_voucher_takes_off_the_same_wherever_it_is_shown(seed):
    """W-39: percents, sums, free products and shipping; with and without caps, least orders and discounts of the shop."""
    chance, cafe = Random(seed), a_cafe(*REWARDS)
    ada, fitted = a_member(cafe), 0
    for slug in EVERY * 2:
        voucher, (goods, shipping) = issued(cafe, slug, at=NOON), some_goods(chance)
        off = min(chance.choice([0, 0, 133]), sum(amount for _sku, _quantity, amount in goods))
        more = {"shipping": shipping, "discount": off}

        quote = at_a_quote(ada, goods, voucher, **more)
        heard = {verb: at_a_till(verb, cafe, voucher, goods, **more) for verb in VERBS}

        ((_id, said),) = quoted_sums(quote).items() or [
            ("", (each["code"], each["reasons"])) for each in quote["refusals"]
        ]
        assert heard == dict.fromkeys(VERBS, said)
        if not quote["refusals"]:
            lines, of_shipping, whole = said
            assert sum(lines) + of_shipping == whole == quote["discounts"]["amount"]["amount"]
            assert quote["order"]["total"] == quote["to_pay"]["amount"]
            fitted += 1
    assert fitted > 10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_several_vouchers_take_off_at_tills_what_their_quote_said(seed):
    """W-38, decision 0174: each is told the order as the ones before it left it; in the end it is the quoted one."""
    chance, cafe = Random(seed), a_cafe(*REWARDS)
    ada = a_member(cafe)
    for number in range(6):
        goods, shipping = some_goods(chance)
        slugs = chance.sample(WITHOUT_A_LEAST, chance.randint(2, 5))
        vouchers = {each.shown_id: each for each in (issued(cafe, s, at=NOON) for s in slugs)}
        quote = at_a_quote(ada, goods, *vouchers.values(), shipping=shipping)

        for shown_id, said in quoted_sums(quote).items():
            voucher, (lines, of_shipping, _whole) = vouchers[shown_id], said
            how = {"shipping": shipping, "order": f"order-{seed}-{number}"}
            assert at_a_till("redeem", cafe, voucher, goods, **how) == said
            goods = [
                (sku, quantity, amount - less)
                for (sku, quantity, amount), less in zip(goods, lines, strict=True)
            ]
            shipping -= of_shipping

        left = [amount for _sku, _quantity, amount in goods]
        assert [each["amount"] for each in quote["order"]["lines"]] == left
        assert quote["order"]["total"] == sum(left) + shipping
