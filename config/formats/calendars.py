"""Calendars: Django writes every date in the Gregorian one; Persian readers get theirs (U-66)."""

from datetime import date
from typing import Any, Final

from django.utils import dateformat, formats
from django.utils.translation import get_language

from loyalty.programs.times.jalali import jalali

# Formats by name. A pattern that is spelled out, such as Y-m-d, is for machines, and a day without a year has no other one.
NAMED: Final = {"DATE_FORMAT", "DATETIME_FORMAT", "YEAR_MONTH_FORMAT", None}
_gregorian: Final = formats.date_format


def date_format(value: Any, format: Any = None, use_l10n: Any = None) -> str:  # noqa: A002 (Django's name)
    """As Django's, in the reader's calendar."""
    is_jalali = (get_language() or "").startswith("fa") and isinstance(value, date)
    if not is_jalali or format not in NAMED:
        return _gregorian(value, format, use_l10n)
    year, month, day = jalali(value)
    there = {"j": str(day), "F": month, "Y": str(year)}
    pattern = formats.get_format(format or "DATE_FORMAT")
    return "".join(there.get(sign) or dateformat.format(value, sign) for sign in pattern)


def install() -> None:
    """Put it in place, before anything imports Django's: pages, lists and our own sentences all come here."""
    formats.date_format = date_format
