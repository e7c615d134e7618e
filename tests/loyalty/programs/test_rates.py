"""A rate that leaps is a slip of the hand more often than a market (E-71)."""

from decimal import Decimal

import pytest

from loyalty.programs.definition.rates_of import RateUnconfirmed
from loyalty.programs.documents import export_program
from loyalty.programs.models import ExchangeRate
from tests.world.access import a_staff
from tests.world.programs import a_program, applied

pytestmark = pytest.mark.django_db(transaction=True)

LAST = {"currency": "UAH", "rate": "0.02", "valid_from": "2026-01-01T00:00:00+02:00"}
NEXT = LAST | {"valid_from": "2026-07-01T00:00:00+03:00"}


def told(cafe, *rates):
    applied({"program": {"slug": cafe.slug}, "exchange_rates": list(rates)})


def rates_of(cafe):
    return [str(each.rate.normalize()) for each in ExchangeRate.objects.filter(program=cafe)]


@pytest.mark.parametrize("rate", ["0.024", "0.016"], ids=["up", "down"])
def test_twenty_percent_pass(rate):
    cafe = a_program(parts={"exchange_rates": [LAST]})

    told(cafe, NEXT | {"rate": rate})

    assert rates_of(cafe) == ["0.02", rate]


@pytest.mark.parametrize("rate", ["0.024001", "0.015999"], ids=["up", "down"])
def test_more_must_be_confirmed(rate):
    """422 `rate_unconfirmed`, at its place in the document; nothing is kept."""
    cafe = a_program(parts={"exchange_rates": [LAST]})

    with pytest.raises(RateUnconfirmed) as refusal:
        told(cafe, NEXT | {"rate": rate})

    assert refusal.value.problems[0].pointer == "/exchange_rates/0/rate"
    assert refusal.value.values["last"] == "0.02"
    assert rates_of(cafe) == ["0.02"]


def test_who_means_it_says_so_and_the_document_can_be_applied_elsewhere():
    cafe = a_program(parts={"exchange_rates": [LAST]})
    told(cafe, NEXT | {"rate": "0.03", "confirm": True})

    exported = export_program(cafe)["exchange_rates"]
    other = a_program("other", parts={"exchange_rates": exported})

    assert rates_of(cafe) == rates_of(other) == ["0.02", "0.03"]
    assert [each.get("confirm", False) for each in exported] == [False, True]
    told(cafe, *exported)


def test_rates_are_compared_in_the_order_of_time_whatever_the_order_of_the_list():
    cafe = a_program()

    with pytest.raises(RateUnconfirmed):
        told(cafe, NEXT | {"rate": "0.2"}, LAST)

    assert ExchangeRate.objects.count() == 0


def test_the_first_rate_of_a_currency_has_nothing_to_leap_from():
    cafe = a_program(parts={"exchange_rates": [LAST, LAST | {"currency": "JPY", "rate": "6.2"}]})

    assert rates_of(cafe) == ["6.2", "0.02"]


@pytest.mark.parametrize(
    ("confirm", "kept"), [({}, ["0.02"]), ({"confirm": "on"}, ["0.02", "0.05"])], ids=["no", "yes"]
)
def test_the_form_asks_for_a_second_yes(confirm, kept):
    cafe = a_program(parts={"exchange_rates": [LAST]})
    form = {"currency": "UAH", "rate": "0.05", "valid_from_0": "2026-07-01", "valid_from_1": "10:00"}  # fmt: skip

    page = a_staff(cafe, "owner").post("/admin/loyalty/exchangerate/add/", form | confirm)

    assert rates_of(cafe) == kept
    assert page.status_code == (302 if confirm else 200)
    assert ExchangeRate.objects.filter(rate=Decimal("0.02")).exists()
