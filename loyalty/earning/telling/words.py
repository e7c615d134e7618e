"""Words that sentences are put together from: numbers, money, periods, days, windows, names."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from loyalty.foundation.refusals import Text
from loyalty.programs.calendar import Period
from loyalty.programs.rates import exponent_of
from loyalty.programs.texts import in_a_row

DECIMALS_MAX: Final = 4  # of a number that does not end, two are told and the rest is hinted at
_TOLD: Final = 2
_LEAP_YEAR: Final = 2000  # it has every day of every year
_OF_A_PART: Final = 102  # `67.5 points`: many in English, few in Ukrainian, and not the dual of Arabic, which tells no number

PERIODS: Final[Mapping[str, Text]] = {
    "day": gettext_lazy("a day"),
    "week": gettext_lazy("a week"),
    "month": gettext_lazy("a month"),
    "quarter": gettext_lazy("a quarter"),
    "year": gettext_lazy("a year"),
    "ever": gettext_lazy("in all"),
}
WEEKDAYS: Final[Mapping[str, Text]] = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}


def number(exact: str | int | Fraction) -> str:
    """A number as people read it: `67.5`, and `37.48…` for one that does not end."""
    value = Fraction(exact)
    scaled = value * 10**DECIMALS_MAX
    if scaled.denominator == 1:
        return _decimal(int(scaled), DECIMALS_MAX).rstrip("0").rstrip(".")
    return f"{_decimal(int(value * 10**_TOLD), _TOLD)}…"


def money(minor_units: str | int | Fraction, currency: str) -> str:
    """An amount with its currency: `45.00 EUR`, `37.48… EUR` if a part of a minor unit is left."""
    value = Fraction(minor_units)
    hint = "" if value.denominator == 1 else "…"
    return f"{_decimal(int(value), exponent_of(currency))}{hint} {currency}"


def points(count: str | int | Fraction) -> str:
    """`1 point`, `45 points`, `67.5 points`."""
    value = Fraction(count)
    plural = int(value) if value.denominator == 1 else _OF_A_PART
    return ngettext("{count} point", "{count} points", plural).format(count=number(count))


def period(unit: str) -> str:
    return str(PERIODS[unit])


def duration(told: str) -> str:
    """An ISO 8601 duration in words: `14 days`, `1 month and 2 days`."""
    read = Period.read(told)
    parts = []
    if read.months:
        parts.append(
            ngettext("{count} month", "{count} months", read.months).format(count=read.months)
        )
    if read.days:
        parts.append(ngettext("{count} day", "{count} days", read.days).format(count=read.days))
    hours, rest = divmod(read.seconds, 3600)
    if hours:
        parts.append(ngettext("{count} hour", "{count} hours", hours).format(count=hours))
    if rest:
        minutes = -(-rest // 60)
        parts.append(ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes))
    return listed(parts) if parts else _("at once")


def day(told: str) -> str:
    """An ISO 8601 date as the reader writes it: `20 November 2026`."""
    return date_format(date.fromisoformat(told), "DATE_FORMAT")


def day_of_the_year(told: str) -> str:
    """`06-30` as the reader writes it: `30 June`."""
    return date_format(date.fromisoformat(f"{_LEAP_YEAR}-{told}"), "MONTH_DAY_FORMAT")


def instant(told: str, zone: str) -> str:
    """An ISO 8601 instant as the reader writes it, by the clocks of this zone: `20 November 2026, 15:00`."""
    return date_format(localtime(datetime.fromisoformat(told), ZoneInfo(zone)), "DATETIME_FORMAT")


def ended(sentence: str) -> str:
    """A sentence with one full stop, though a date may end it that has one of its own."""
    return f"{sentence.removesuffix('.').removesuffix('.')}."


def code(text: str) -> str:
    """What is read from left to right as one piece, also in a sentence from right to left."""
    return f"\u2066{text}\u2069" if get_language_bidi() else text


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return _("{some} and {last}").format(some=in_a_row(parts[:-1]), last=parts[-1])


def either(parts: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(parts) < 2:
        return "".join(parts)
    return _("{some} or {last}").format(some=in_a_row(parts[:-1]), last=parts[-1])


def window(told: Mapping[str, Any]) -> str:
    """`on Monday and Tuesday from 15:00 to 18:00`."""
    parts = []
    if "weekdays" in told:
        days = listed([str(WEEKDAYS[day]) for day in told["weekdays"]])
        parts.append(_("on {days}").format(days=days))
    if "from" in told:
        parts.append(_("from {start} to {end}").format(start=told["from"], end=told["to"]))
    if "dates" in told:
        first, after = day(told["dates"]["from"]), day(told["dates"]["to"])
        parts.append(_("from {start} until before {end}").format(start=first, end=after))
    return " ".join(parts)


def windows(told: Sequence[Mapping[str, Any]]) -> str:
    return either([window(each) for each in told])


def _decimal(scaled: int, places: int) -> str:
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(places + 1, "0")
    if not places:
        return f"{sign}{digits}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
