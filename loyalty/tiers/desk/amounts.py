"""Amounts as staff read them: points and orders as they are, money with its currency."""

from decimal import Decimal

from loyalty.programs.models import Program
from loyalty.programs.rates import exponent_of


def amount(units: int, money_of: Program | None) -> str:
    """A whole number, or money of this programme from its minor units."""
    if money_of is None:
        return str(units)
    digits = exponent_of(money_of.currency)
    return f"{Decimal(units).scaleb(-digits):.{digits}f} {money_of.currency}"
