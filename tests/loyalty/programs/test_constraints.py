"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from loyalty.programs.models import ExchangeRate, PointCurrency, Program, ReasonCode
from tests.world.programs import a_program, currency_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("program_live_has_no_clock_of_its_own", {"test_now": NOON}),
        ("program_week_starts_on_a_weekday", {"week_starts_on": 7}),
        ("program_currency_is_iso_4217", {"currency": "eur"}),
        ("program_max_multiplier_keeps_points", {"max_multiplier": Decimal("0.9")}),
    ],
)
def test_a_programme_is_refused(constraint, fields):
    """V-25 for the clock."""
    cafe = a_program()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Program.objects.filter(pk=cafe.pk).update(**fields)

    assert Program.objects.filter(pk=cafe.pk, **fields).count() == 0


def test_a_currency_of_a_programme_has_a_slug_of_its_own():
    cafe = a_program()

    with pytest.raises(IntegrityError, match="currency_slug_is_its_own"), transaction.atomic():
        PointCurrency.objects.create(program=cafe, slug="stars", name={}, expiry={})

    assert currency_of(cafe, "stars").name == {"en": "Stars"}


def test_a_reason_of_a_programme_has_a_slug_of_its_own():
    cafe = a_program()

    with pytest.raises(IntegrityError, match="reason_slug_is_its_own"), transaction.atomic():
        ReasonCode.objects.create(program=cafe, slug="goodwill", name={})

    assert ReasonCode.objects.get(program=cafe).name == {"en": "Goodwill"}


@pytest.mark.parametrize(
    ("constraint", "rate"), [("rate_starts_once", "1.1"), ("rate_is_positive", "0")]
)
def test_a_rate_is_refused(constraint, rate):
    """E-70: one rate from an instant on, and it is worth something."""
    cafe = a_program()
    ExchangeRate.objects.create(program=cafe, currency="USD", rate=Decimal("0.9"), valid_from=NOON)
    starts = NOON if constraint == "rate_starts_once" else NOON.replace(hour=13)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ExchangeRate.objects.create(
            program=cafe, currency="USD", rate=Decimal(rate), valid_from=starts
        )

    assert ExchangeRate.objects.get(program=cafe).rate == Decimal("0.9")
