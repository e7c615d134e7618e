"""Quoting: what an order would bring and what may pay for it, before it is paid (E-75 to E-77)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.checkout.models import Quote
from loyalty.earning.basis import OrderDoesNotAddUp
from loyalty.programs.rates import CurrencyNotAccepted
from tests.world.checkout import a_basket, quoted, told_of
from tests.world.earning import NOON, ORDER_5990, a_cafe, a_rule
from tests.world.ledger import a_member, movements_of, parts_of
from tests.world.programs import STARS, XP, a_program
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db


def test_a_quote_tells_what_the_order_would_bring():
    """E-75"""
    ada = a_member(a_cafe(), points=3250)

    told = told_of(quoted(ada, a_basket(4000)))

    assert [(each["currency"], each["points"]) for each in told["earns"]["points"]] == [
        ("stars", 40)
    ]
    assert told["earns"]["explanation"]["quote"] is None
    assert (told["status"], told["expires_at"]) == ("open", NOON + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("balance", "goods", "most"),
    [(3250, 4000, 2000), (730, 4000, 700), (3250, 990, 0), (3250, 1000, 500), (499, 9900, 0)],
)
def test_the_most_usable_is_told_with_its_worth(balance, goods, most):
    """E-G16"""
    ada = a_member(a_cafe(), points=balance)

    paying = told_of(quoted(ada, a_basket(goods)))["pay_with_points"]

    assert (paying["currency"], paying["available"], paying["most"]) == ("stars", balance, most)
    assert paying["most_value"] == {"amount": most, "currency": "EUR"}


def test_points_used_lower_what_is_earned_and_what_is_to_pay():
    """E-G2 by a quote: 10.00 of 59.90 by 1,000 points."""
    ada = a_member(a_cafe(), points=3250)

    told = told_of(quoted(ada, ORDER_5990, use=1000))

    assert told["pay_with_points"]["use"] == 1000
    assert told["pay_with_points"]["trims"] == []
    assert told["to_pay"] == {"amount": 4990, "currency": "EUR"}
    assert [each["points"] for each in told["earns"]["points"]] == [37]


def test_too_many_points_are_trimmed_and_each_reason_is_said():
    """E-77"""
    ada = a_member(a_cafe(), points=3250)

    paying = told_of(quoted(ada, a_basket(4000), use=5000))["pay_with_points"]

    assert (paying["wanted"], paying["use"]) == (5000, 2000)
    assert [(trim["code"], trim["sentence"]) for trim in paying["trims"]] == [
        ("available", "Only 3250 points are available: 3250 points."),
        ("share", "Points may pay at most 50 % of the goods: 2000 points."),
    ]


def test_the_share_is_one_of_the_gross_goods():
    """E-76: goods of 45.00 with 8.91 of the tax are 53.91, half of it 26.95."""
    ada = a_member(a_cafe(), points=9000)

    paying = told_of(quoted(ada, ORDER_5990))["pay_with_points"]

    assert paying["most"] == 2600


def test_in_another_currency_the_sum_is_converted_once_and_down():
    """E-76, E-70: 4,500.00 UAH at 0.0222 are 99.90 EUR; half of it 49 blocks, 49.00 EUR, 2,207.20 UAH."""
    cafe = a_program(
        parts={
            "rules": [a_rule()],
            "exchange_rates": [
                {"currency": "UAH", "rate": "0.0222", "valid_from": "2026-01-01T00:00:00Z"}
            ],
        }
    )
    ada = a_member(cafe, points=9000)

    told = told_of(quoted(ada, a_basket(450000, currency="UAH"), use=4900))

    paying = told["pay_with_points"]
    assert (paying["most"], paying["most_value"]) == (4900, {"amount": 220720, "currency": "UAH"})
    assert told["to_pay"] == {"amount": 450000 - 220720, "currency": "UAH"}


def test_a_programme_whose_points_cannot_pay_says_so():
    """E-77"""
    stars = {key: value for key, value in STARS.items() if key != "pay"}
    ada = a_member(a_program(currencies=[stars, XP], parts={"rules": [a_rule()]}), points=3250)

    told = told_of(quoted(ada, a_basket(4000), use=500))

    assert told["pay_with_points"] is None
    assert told["to_pay"] == {"amount": 4000, "currency": "EUR"}
    assert [each["code"] for each in told["refusals"]] == ["points_cannot_pay"]


def test_the_tier_s_benefits_are_told():
    """T-30: free shipping from 20.00, half as many points again, and a perk."""
    brings = {"multiplier": "1.5", "free_shipping": {"from": 2000}}
    brings["perks"] = [{"slug": "queue", "text": {"en": "No queue"}}]
    bronze = {"slug": "bronze", "name": {"en": "Bronze"}, "reach": 0, "benefits": brings}
    ladder = a_ladder(tiers=[bronze])
    ada = a_member(a_program(parts={"rules": [a_rule()], "tiers": ladder}))

    large, small = (told_of(quoted(ada, a_basket(total))) for total in (2000, 1999))

    assert large["benefits"] == {
        "tier": {"slug": "bronze", "name": "Bronze"},
        "multiplier": "1.5",
        "free_shipping": {"from": 2000, "applies": True},
        "perks": [{"slug": "queue", "text": "No queue"}],
    }
    assert small["benefits"]["free_shipping"]["applies"] is False
    assert [each["points"] for each in large["earns"]["points"]] == [30]


def test_nothing_is_reserved():
    """E-75"""
    ada = a_member(a_cafe(), points=3250)

    quoted(ada, a_basket(4000), use=2000)

    assert parts_of(ada) == (3250, 0, 0, 0)
    assert movements_of(ada) == [3250]


class TestRefusals:
    def test_an_order_that_does_not_add_up_gets_no_quote(self):
        """E-11"""
        ada = a_member(a_cafe(), points=3250)

        with pytest.raises(OrderDoesNotAddUp):
            quoted(ada, a_basket(4000, lines=[("ESP-1", 3000)]))

        assert not Quote.objects.exists()

    def test_money_that_is_not_taken_gets_no_quote(self):
        """E-70"""
        ada = a_member(a_cafe(), points=3250)

        with pytest.raises(CurrencyNotAccepted):
            quoted(ada, a_basket(4000, currency="CHF"))

        assert not Quote.objects.exists()


def test_asks_the_database_as_often_for_a_full_basket_as_for_an_empty_one():
    """V-64, page section 16: neither lines nor rules make statements."""
    asked = {}
    for lines, rules in ((1, 1), (60, 20)):
        told = [
            a_rule(f"rule-{n}", limits={"times": {"times": 5, "period": "day"}})
            for n in range(rules)
        ]
        cafe = a_cafe(*told, slug=f"cafe-{lines}")
        ada = a_member(cafe, "ada", points=3_000)
        basket = a_basket(100 * lines, lines=[(f"S{n}", 100) for n in range(lines)])
        quoted(ada, basket)

        with CaptureQueriesContext(connection) as queries:
            quoted(ada, basket, use=500)

        asked[lines] = len(queries)

    assert asked[60] == asked[1]
    assert asked[1] <= 40
