"""Numbers, money and dates, exactly as the reader's language writes them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import jdatetime
import pytest

from portal.words.dates import day, moment, month
from portal.words.numbers import money, number, percent, signed
from portal.words.styles import style_of

NB = "\N{NO-BREAK SPACE}"
TABLE = {
    "en": ["1,234,567", "−5", "1,234.5", "25%", "€1,234.50", "31 December 2026"],
    "ar": ["1,234,567", "−5", "1,234.5", "25%", f"1,234.50{NB}€", "31 ديسمبر 2026"],
    "ar-EG": ["١٬٢٣٤٬٥٦٧", "−٥", "١٬٢٣٤٫٥", "٢٥٪", f"١٬٢٣٤٫٥٠{NB}€", "٣١ ديسمبر ٢٠٢٦"],
    "fa": ["۱٬۲۳۴٬۵۶۷", "−۵", "۱٬۲۳۴٫۵", "۲۵٪", f"۱٬۲۳۴٫۵۰{NB}€", "۱۰ دی ۱۴۰۵"],
    "uk": [f"1{NB}234{NB}567", "−5", f"1{NB}234,5", "25%", f"1{NB}234,50{NB}€", f"31 грудня 2026{NB}р."],
}  # fmt: skip


@pytest.mark.parametrize("locale", TABLE)
def test_writes_as_the_language_does(locale):
    """U-65: the table, value by value."""
    style = style_of(locale)

    assert [
        number(1234567, style=style),
        number(-5, style=style),
        number(Decimal("1234.5"), style=style),
        percent(25, style=style),
        money(123450, "EUR", style=style),
        day(date(2026, 12, 31), style=style),
    ] == TABLE[locale]


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        (0, "EUR", "€0.00"),
        (-5, "EUR", "−€0.05"),
        (1234, "JPY", "¥1,234"),
        (1234, "KWD", "KWD1.234"),
    ],
)
def test_money_has_the_places_of_its_currency(amount, currency, told):
    """U-65: minor units, two, none or three."""
    assert money(amount, currency, style=style_of("en")) == told


def test_a_change_always_bears_its_sign():
    """U-60."""
    style = style_of("fa")

    assert [signed(each, style=style) for each in (50, -50)] == ["+۵۰", "−۵۰"]


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ((1403, 12, 30), (2025, 3, 20)),
        ((1405, 1, 1), (2026, 3, 21)),
        ((1408, 12, 30), (2030, 3, 20)),
    ],
)
def test_persian_dates_meet_the_others(there, here):
    """U-66: the days on which leap years are told apart."""
    assert jdatetime.date.fromgregorian(date=date(*here)) == jdatetime.date(*there)


def test_a_hundred_years_there_and_back():
    """U-66."""
    first = date(1976, 1, 1)
    days = [first + timedelta(days=n) for n in range(36_525)]

    assert [jdatetime.date.fromgregorian(date=each).togregorian() for each in days] == days


def test_a_moment_is_told_by_the_clocks_of_the_programme():
    at = datetime.fromisoformat("2026-12-31T22:30:00+00:00")

    assert moment(at, zone="Europe/Kyiv", style=style_of("en")) == "1 January 2027, 00:30"


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "December 2026"), ("ar", "ديسمبر 2026"), ("fa", "دی ۱۴۰۵"), ("uk", "грудень 2026\N{NO-BREAK SPACE}р.")],
)  # fmt: skip
def test_a_month_is_named_as_it_stands_alone(language, told):
    """U-66: what heads a month of the statement; in Ukrainian not the form that follows a day."""
    assert month(date(2026, 12, 31), style=style_of(language)) == told


def test_an_unknown_language_reads_english():
    assert style_of("xx-YY") == style_of("en")
