"""Sums of money as staff read them."""

from decimal import Decimal

from babel.numbers import get_currency_precision


def sum_told(amount: int, currency: str) -> str:
    """Minor units as a plain number with its currency: `31.50 EUR`."""
    digits = get_currency_precision(currency)
    return f"{Decimal(amount).scaleb(-digits):,.{digits}f} {currency}"
