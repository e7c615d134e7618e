"""Honouring: an order that names a quote is judged as of it (E-75)."""

from datetime import timedelta

import pytest

from loyalty.checkout.models import QuoteUse
from loyalty.earning.models import Earning
from loyalty.events.models import Order
from tests.world.checkout import a_basket, paying_order, quoted, told_of
from tests.world.earning import NOON, ORDER_5990, a_cafe, a_rule
from tests.world.events import an_event, taken
from tests.world.ledger import a_member, parts_of
from tests.world.programs import STARS, XP, a_program, applied
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HAPPY_HOUR = a_rule(
    "happy", effect={"kind": "multiplier", "by": "2"}, windows=[{"from": "11:00", "to": "12:05"}]
)


def told(program, data, *, at=NOON, source_id="order-1001", **more):
    """What the order brought: its results."""
    event = an_event("order.paid", source_id=source_id, at=at, data=data, **more)
    (outcome,) = taken(program, event, at=at)
    assert outcome.refusal is None, outcome.refusal
    return outcome.answer["results"]


def points_in(results):
    return [each["points"] for each in results["points"]]


class TestHonouring:
    def test_the_order_brings_what_was_quoted(self):
        """E-75: happy hour is over by now."""
        cafe = a_cafe(a_rule(), HAPPY_HOUR)
        ada = a_member(cafe)
        quote = quoted(ada, ORDER_5990)

        results = told(cafe, paying_order(quote), at=NOON + 14 * MINUTE)

        assert points_in(results) == [90]
        assert points_in(told_of(quote)["earns"]) == [90]
        assert results["quote"] == {
            "id": quote.shown_id,
            "used": True,
            "why_not": None,
            "lowered": [],
        }

    def test_rules_published_meanwhile_do_not_matter(self):
        """E-75"""
        cafe = a_cafe()
        ada = a_member(cafe)
        quote = quoted(ada, a_basket(4000))
        half = a_rule(effect={"kind": "per_amount", "points": 1, "per": 200})
        applied({"program": {"slug": cafe.slug}, "rules": [half]}, at=NOON + MINUTE)

        results = told(cafe, paying_order(quote), at=NOON + 2 * MINUTE)
        plain = told(cafe, a_basket(4000, order_id="b"), at=NOON + 2 * MINUTE, source_id="b")

        assert (points_in(results), points_in(plain)) == ([40], [20])

    def test_settings_changed_meanwhile_do_not_matter(self):
        """E-75: the way of rounding and what counts are frozen too."""
        cafe = a_cafe()
        ada = a_member(cafe)
        quote = quoted(ada, a_basket(4050, shipping=0))
        up = STARS | {"rounding": "up"}
        applied({"program": {"slug": cafe.slug}, "currencies": [up, XP]}, at=NOON + MINUTE)
        cafe.refresh_from_db()

        results = told(cafe, paying_order(quote), at=NOON + 2 * MINUTE)
        plain = told(cafe, a_basket(4050, order_id="b"), at=NOON + 2 * MINUTE, source_id="b")

        assert (points_in(results), points_in(plain)) == ([40], [41])

    def test_the_rate_is_frozen(self):
        """E-75, E-70"""
        rates = [
            {"currency": "UAH", "rate": "0.0222", "valid_from": "2026-01-01T00:00:00Z"},
            {"currency": "UAH", "rate": "0.0225", "valid_from": "2026-11-20T10:01:00Z"},
        ]
        cafe = a_program(parts={"rules": [a_rule()], "exchange_rates": rates})
        ada = a_member(cafe)
        quote = quoted(ada, a_basket(450_000, currency="UAH"))

        results = told(cafe, paying_order(quote), at=NOON + 2 * MINUTE)

        assert points_in(results) == [99]
        assert f"{Order.objects.get().rate.normalize():f}" == "0.0222"

    def test_the_tier_is_frozen(self):
        """E-75, T-12: a first order lifts to Silver meanwhile; the quoted one is rewarded as it was quoted."""
        silver = {"slug": "silver", "name": {"en": "Silver"}, "reach": 50}
        silver["benefits"] = {"multiplier": "2"}
        bronze = {"slug": "bronze", "name": {"en": "Bronze"}, "reach": 0}
        ladder = a_ladder(tiers=[bronze, silver])
        cafe = a_program(parts={"rules": [a_rule(counts_for_tier=True)], "tiers": ladder})
        ada = a_member(cafe)
        quote = quoted(ada, a_basket(4000))
        told(cafe, a_basket(9000, order_id="a"), source_id="a")

        results = told(cafe, paying_order(quote), at=NOON + MINUTE)

        assert results["tier"]["before"] == "silver"
        assert points_in(results) == [40]

    def test_only_space_that_was_used_up_lowers_it_and_it_says_so(self):
        """E-75"""
        limits = {"points_per_member": {"points": 100, "period": "month"}}
        cafe = a_cafe(a_rule(limits=limits))
        ada = a_member(cafe)
        quote = quoted(ada, a_basket(9000))
        told(cafe, a_basket(3000, order_id="a"), source_id="a")

        results = told(cafe, paying_order(quote), at=NOON + MINUTE)

        assert points_in(results) == [70]
        (lowered,) = results["quote"]["lowered"]
        assert (lowered["quoted"], lowered["points"]) == (90, 70)

    def test_a_first_order_is_first_once(self):
        """E-26: what another order used up since is no promise; its rule is named."""
        first = a_rule(
            "first",
            effect={"kind": "fixed", "points": 50},
            conditions={"all": [{"order_number": "first"}]},
        )
        cafe = a_cafe(first)
        ada = a_member(cafe)
        quote = quoted(ada, a_basket(4000))
        told(cafe, a_basket(3000, order_id="a"), source_id="a")

        results = told(cafe, paying_order(quote), at=NOON + MINUTE)

        assert points_in(results) == []
        (lowered,) = results["quote"]["lowered"]
        assert (lowered["quoted"], lowered["points"]) == (50, 0)

    def test_limits_and_tiers_count_on_the_order_s_own_day(self):
        """E-45, T-7: quoted before midnight, paid after it."""
        cafe = a_cafe()
        ada = a_member(cafe)
        late = NOON.replace(hour=21, minute=58)
        quote = quoted(ada, a_basket(4000), at=late)

        told(cafe, paying_order(quote), at=late + 5 * MINUTE)

        assert str(Earning.objects.get().day) == "2026-11-21"


class TestMissing:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"total": 4001, "lines": [{"sku": "A", "quantity": 1, "amount": 4001}]}, "lines"),
            ({"total": 4500, "shipping": 500}, "amounts"),
            ({"lines": [{"sku": "B", "quantity": 1, "amount": 4000}]}, "lines"),
            ({"quote": "quo_00000000000000000000000000"}, "unknown"),
            ({"quote": "nonsense"}, "unknown"),
        ],
    )
    def test_another_order_is_judged_as_usual(self, change, why):
        """E-75: `quote_not_used`"""
        cafe = a_cafe(a_rule(), HAPPY_HOUR)
        ada = a_member(cafe)
        quote = quoted(ada, a_basket(4000, lines=[("A", 4000)]))
        data = paying_order(quote) | change

        results = told(cafe, data, at=NOON + 10 * MINUTE)

        assert (results["quote"]["used"], results["quote"]["why_not"]) == (False, why)
        assert points_in(results) == [int(data["total"] - data.get("shipping", 0)) // 100]

    def test_another_currency_is_another_order(self):
        """E-75"""
        rates = [{"currency": "UAH", "rate": "0.5", "valid_from": "2026-01-01T00:00:00Z"}]
        cafe = a_program(parts={"rules": [a_rule()], "exchange_rates": rates})
        quote = quoted(a_member(cafe), a_basket(4000))

        results = told(cafe, paying_order(quote) | {"currency": "UAH"})

        assert results["quote"]["why_not"] == "currency"

    @pytest.mark.parametrize(
        ("seconds", "why"), [(899, None), (900, "expired"), (-300, None), (-301, "too_early")]
    )
    def test_a_quote_holds_a_quarter_of_an_hour(self, seconds, why):
        """E-75: `occurred_at` before `expires_at`; a shop's clock may be five minutes behind."""
        cafe = a_cafe()
        quote = quoted(a_member(cafe), a_basket(4000))

        results = told(cafe, paying_order(quote), at=NOON + timedelta(seconds=seconds))

        assert results["quote"]["why_not"] == why

    def test_another_member_s_quote_is_not_used(self):
        """E-75"""
        cafe = a_cafe()
        a_member(cafe)
        quote = quoted(a_member(cafe, "grace"), a_basket(4000))

        results = told(cafe, paying_order(quote))

        assert results["quote"]["why_not"] == "member"
        assert QuoteUse.objects.get().missed == "member"

    def test_another_programme_s_quote_does_not_exist(self):
        """E-75"""
        cafe, other = a_cafe(), a_cafe(slug="other-cafe")
        a_member(cafe)
        quote = quoted(a_member(other), a_basket(4000))

        results = told(cafe, paying_order(quote))

        assert results["quote"]["why_not"] == "unknown"
        assert parts_of(a_member(cafe, "grace")) == (0, 0, 0, 0)


def test_an_order_told_again_is_the_first_answer():
    """E-3"""
    cafe = a_cafe()
    quote = quoted(a_member(cafe), a_basket(4000))
    first = told(cafe, paying_order(quote))

    again = told(cafe, paying_order(quote))

    assert again == first
    assert QuoteUse.objects.count() == 1


def test_an_order_that_names_no_quote_tells_of_none():
    """E-75"""
    cafe = a_cafe()
    a_member(cafe)

    assert "quote" not in told(cafe, a_basket(4000, order_id="a"))
