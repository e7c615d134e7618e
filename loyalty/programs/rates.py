"""Exchange rates: what an order in another currency is worth in the programme's (E-70, E-71)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind
from loyalty.programs.models import ExchangeRate, Program

# ISO 4217, where the minor unit is not a hundredth.
EXPONENTS: Final[Mapping[str, int]] = (
    dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    )
    | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
    | dict.fromkeys(["CLF", "UYW"], 4)
)


class CurrencyNotAccepted(DomainError):
    """The programme has no rate for this currency at that instant."""

    code = "currency_not_accepted"
    kind = Kind.REFUSED
    title = _("Currency not accepted")
    detail = _("Orders in {currency} are not accepted.")


class Rates:
    """All rates of a programme, read at once when foreign money is first asked for; asked for many orders."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._own = program.currency

    @cached_property
    def _rates(self) -> dict[str, list[tuple[datetime, Decimal]]]:
        rates: dict[str, list[tuple[datetime, Decimal]]] = {}
        for rate in ExchangeRate.objects.filter(program=self._program).order_by("valid_from"):
            rates.setdefault(rate.currency, []).append((rate.valid_from, rate.rate))
        return rates

    def at(self, *, currency: str, at: datetime) -> Decimal:
        """The rate in force; raises CurrencyNotAccepted where there is none."""
        if currency == self._own:
            return Decimal(1)
        found = [rate for valid_from, rate in self._rates.get(currency, ()) if valid_from <= at]
        if not found:
            raise CurrencyNotAccepted(currency=currency)
        return found[-1]


def exponent_of(currency: str) -> int:
    """How many decimals the currency's minor unit stands for."""
    return EXPONENTS.get(currency, 2)


@lru_cache(maxsize=1_024)  # a few currencies, at the rates of a few years
def minor_units_factor(*, rate: Decimal, theirs: str, ours: str) -> Fraction:
    """What one of their minor units is in ours, exactly (E-71): the rate times ten to the
    power of our exponent less theirs.
    """
    return Fraction(rate) * Fraction(10) ** (exponent_of(ours) - exponent_of(theirs))
