"""Exchange rates, as the document's part `exchange_rates` tells and shows them; a leap must be confirmed (E-71)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.shapes import CURRENCY, DECIMAL, below, closed
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.models import ExchangeRate, Program

LEAP_MAX: Final = Decimal("0.2")  # more is a slip of the hand more often than a market
RATES: Final = {
    "type": "array",
    "maxItems": 2000,
    "items": closed(
        {
            "currency": CURRENCY,
            "rate": DECIMAL,
            "valid_from": {"type": "string", "format": "date-time"},
            "confirm": {"type": "boolean"},
        },
        required=["currency", "rate", "valid_from"],
    ),
}


class RateUnconfirmed(DomainError):
    """The rate is more than 20 % off the last one; whoever means it says `confirm`."""

    code = "rate_unconfirmed"
    kind = Kind.REFUSED
    title = _("Is this rate right?")
    detail = _("{rate} is more than 20 % off the last rate of {currency}, {last}. Confirm it.")


@inside_unit_of_work
def change(*, program: Program, told: Sequence[Mapping[str, Any]]) -> None:
    """Add or change the rates told; others stay. Refusal: RateUnconfirmed, and then none is kept.

    Told in any order, each is compared with the one before it in time; what is there already needs no second yes.
    """
    places = sorted(range(len(told)), key=lambda place: _starts(told[place]))
    for place in places:
        each = told[place]
        wanted = Decimal(each["rate"])
        if not each.get("confirm", False):
            refuse_leap(
                program=program,
                currency=each["currency"],
                rate=wanted,
                valid_from=_starts(each),
                pointer=below("/exchange_rates", place, "rate"),
            )
        ExchangeRate.objects.update_or_create(
            program=program,
            currency=each["currency"],
            valid_from=_starts(each),
            defaults={"rate": wanted},
        )


def refuse_leap(
    *, program: Program, currency: str, rate: Decimal, valid_from: datetime, pointer: str = ""
) -> None:
    """Refuse a new rate more than 20 % off the last one before it: RateUnconfirmed."""
    known = ExchangeRate.objects.filter(program=program, currency=currency)
    last = known.filter(valid_from__lte=valid_from).order_by("-valid_from").first()
    if last is not None and abs(rate - last.rate) > LEAP_MAX * last.rate:
        was = f"{last.rate.normalize():f}"
        raise RateUnconfirmed(rate=f"{rate:f}", currency=currency, last=was, pointer=pointer)


def exported(program: Program) -> list[dict[str, Any]] | None:
    """Every rate as the document shows it."""
    return [
        {
            "currency": rate.currency,
            "rate": f"{rate.rate.normalize():f}",
            "valid_from": rate.valid_from.isoformat(),
            **({"confirm": True} if leaps else {}),
        }
        for rate, leaps in _with_leaps(program)
    ] or None


def _with_leaps(program: Program) -> list[tuple[ExchangeRate, bool]]:
    """Each rate, and whether it leapt: then the document says so, and can be applied elsewhere."""
    found: list[tuple[ExchangeRate, bool]] = []
    last: dict[str, Decimal] = {}
    for rate in ExchangeRate.objects.filter(program=program):  # by currency, then time
        before = last.get(rate.currency)
        leaps = before is not None and abs(rate.rate - before) > LEAP_MAX * before
        found.append((rate, leaps))
        last[rate.currency] = rate.rate
    return found


def _starts(told: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(told["valid_from"])
