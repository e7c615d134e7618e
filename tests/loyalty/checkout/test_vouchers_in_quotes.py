"""Vouchers in quotes: they come first, then points, then gift cards (E-75, W-38, W-39)."""

import pytest

from loyalty.checkout.models import Quote
from tests.world.access import a_shop
from tests.world.checkout import a_basket, paying_order, quoted, told_of
from tests.world.earning import NOON, a_rule
from tests.world.events import an_event, taken
from tests.world.ledger import a_hold, a_member, captured
from tests.world.programs import a_program
from tests.world.vouchers import AMOUNT, COFFEE, PERCENT, SHIPPING, issued

pytestmark = pytest.mark.django_db
FORTY = a_basket(4500, lines=[("A", 2500), ("B", 1500)], shipping=500)


def a_cafe(*rewards, **settings):
    return a_program(parts={"rules": [a_rule()], "rewards": list(rewards or [PERCENT])}, **settings)


def asked(cafe, *codes, order=FORTY, **more):
    """The quote, as a storefront asks for it."""
    question = {"member": "ext:ada", "order": order, "vouchers": list(codes), **more}
    answer = a_shop(cafe).post("/v1/quotes", question)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_the_golden_example():
    """E-G17: 10 % of 25.00 and 15.00, 18.00 by points, 20 points earned."""
    cafe = a_cafe()
    a_member(cafe, points=3250)

    told = asked(cafe, issued(cafe).code, use_points=1800)

    assert [each["amount"] for each in told["discounts"]["lines"]] == [250, 150]
    assert told["pay_with_points"]["most"] == 1800
    assert told["pay_with_points"]["use"] == 1800
    assert told["order"]["total"] == 4100
    assert told["to_pay"] == {"amount": 2300, "currency": "EUR"}
    assert [each["points"] for each in told["earns"]["points"]] == [20]


def test_the_order_is_told_net_of_its_vouchers():
    """E-G17, E-75: the amounts that the quote names, its points captured."""
    cafe = a_cafe()
    ada = a_member(cafe, points=3250)
    told = asked(cafe, issued(cafe).code, use_points=1800)
    row = Quote.objects.get()
    from loyalty.ledger.reports.holds import order_key_of

    key = order_key_of(program=cafe, order_id="order-1001")
    captured(a_hold(ada, 1800, at=row.as_of), key, at=row.as_of)

    event = an_event("order.paid", source_id="1", at=row.as_of, data=paying_order(row))
    (outcome,) = taken(cafe, event, at=row.as_of)

    results = outcome.answer["results"]
    assert (results["quote"]["used"], results["quote"]["id"]) == (True, told["id"])
    assert [each["points"] for each in results["points"]] == [20]


def test_a_shop_may_round_taxes_otherwise():
    """E-75, E-11: one minor unit per line plus one."""
    cafe = a_cafe()
    ada = a_member(cafe)
    taxed = a_basket(5333, lines=[("A", 2500), ("B", 1333)], shipping=500, tax=1000)
    asked(cafe, issued(cafe, at=NOON).code, order=taxed)
    row = Quote.objects.get()
    data = paying_order(row)
    data |= {"tax": data["tax"] + 3, "total": data["total"] + 3}

    (close,) = taken(cafe, an_event("order.paid", at=row.as_of, data=data), at=row.as_of)
    data |= {"order_id": "b", "tax": data["tax"] + 1, "total": data["total"] + 1}
    far_event = an_event("order.paid", source_id="b", at=row.as_of, data=data)
    (far,) = taken(cafe, far_event, at=row.as_of)

    assert close.answer["results"]["quote"]["used"] is True
    assert far.answer["results"]["quote"]["why_not"] == "amounts"
    assert ada.external_id == "ada"


def test_vouchers_take_effect_in_their_order_whatever_the_order_of_codes():
    """W-38: a free coffee, then 5.00 off, then free shipping; all may be combined."""
    offers = [each | {"combinable": True} for each in (COFFEE, AMOUNT, SHIPPING)]
    cafe = a_cafe(*offers)
    a_member(cafe)
    codes = [issued(cafe, each["slug"]).code for each in reversed(offers)]
    basket = a_basket(4500, lines=[("COF-1", 300), ("B", 3700)], shipping=500)

    told = asked(cafe, *codes, order=basket)

    kinds = [each["kind"] for each in told["discounts"]["vouchers"]]
    assert kinds == ["free_product", "amount_off", "free_shipping"]
    assert told["order"]["shipping"] == 0
    assert [each["amount"] for each in told["order"]["lines"]] == [0, 3200]
    assert told["order"]["total"] == 3200


@pytest.mark.parametrize(
    ("change", "code"),
    [("bad", "voucher_not_redeemable"), ("twice", "order_not_eligible")],
)
def test_what_cannot_be_used_stands_in_the_answer(change, code):
    """W-36: the quote is given all the same."""
    cafe = a_cafe()
    a_member(cafe)
    good = issued(cafe).code

    told = asked(cafe, good, "7K3M-9QX2-WB4FK" if change == "bad" else good)

    (refusal,) = told["refusals"]
    assert (refusal["code"], refusal["pointer"]) == (code, "/vouchers/1")
    assert refusal["sentence"]
    assert told["discounts"]["amount"] == {"amount": 400, "currency": "EUR"}


def test_codes_that_are_guessed_at_quotes_are_counted():
    """S-33: the door closes as it does at a till."""
    cafe = a_cafe()
    a_member(cafe)
    question = {"member": "ext:ada", "order": FORTY, "vouchers": ["7K3M-9QX2-WB4FK"]}
    shop = a_shop(cafe)

    answers = [shop.post("/v1/quotes?dry_run=true", question).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


def test_no_code_is_kept():
    """W-34"""
    cafe = a_cafe()
    a_member(cafe)
    voucher = issued(cafe)

    asked(cafe, voucher.code)

    row = Quote.objects.get()
    assert voucher.code not in f"{row.body} {row.order} {row.terms}"


def test_validate_quote_and_redeem_give_the_same_sums():
    """W-39"""
    cafe = a_cafe()
    a_member(cafe)
    code = issued(cafe).code
    basket = a_basket(3498, lines=[("A", 999), ("B", 1000), ("C", 1499)])
    shop = a_shop(cafe)
    shown = {"code": code, "member": "ext:ada", "order": basket}

    validated = shop.post("/v1/vouchers/validate", shown, key="v").json()
    quoted_lines = asked(cafe, code, order=basket)["discounts"]
    redeemed = shop.post("/v1/vouchers/redeem", shown | {"order_id": "o-1"}, key="r").json()

    sums = [each["amount"] for each in quoted_lines["lines"]]
    assert sums == [100, 100, 149]
    assert [each["amount"] for each in validated["discount"]["lines"]] == sums
    assert [each["amount"] for each in redeemed["discount"]["lines"]] == sums
    assert validated["discount"]["amount"] == quoted_lines["amount"]["amount"]


def test_without_vouchers_nothing_is_taken_off():
    """E-75"""
    cafe = a_cafe()

    told = told_of(quoted(a_member(cafe), FORTY))

    assert told["discounts"]["vouchers"] == []
    assert told["order"]["total"] == 4500
