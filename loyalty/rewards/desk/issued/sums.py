"""Sums of money and instants as staff read them."""

from datetime import datetime, timedelta
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


def last_day_told(ends_at: datetime | None) -> str:
    """The last good day of what ends at this midnight (W-40); a dash for what has no end."""
    if ends_at is None:
        return "-"
    return date_format(localtime(ends_at - timedelta(microseconds=1)), "DATE_FORMAT")
