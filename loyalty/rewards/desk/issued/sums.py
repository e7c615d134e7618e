"""Sums of money and instants as staff read them."""

from datetime import datetime
from decimal import Decimal

from babel.numbers import get_currency_precision
from django.utils.formats import date_format
from django.utils.timezone import localtime


def sum_told(amount: int, currency: str) -> str:
    """Minor units as a plain number with its currency: `31.50 EUR`."""
    digits = get_currency_precision(currency)
    return f"{Decimal(amount).scaleb(-digits):,.{digits}f} {currency}"


def moment_told(at: datetime | None) -> str:
    """An instant in the staff's language and zone; a dash for none."""
    return date_format(localtime(at), "DATETIME_FORMAT") if at else "-"
