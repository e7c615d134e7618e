"""Jalali: the calendar of Persian readers (U-66). What is kept and what machines hear stays Gregorian."""

from datetime import date
from typing import Final, NamedTuple

import jdatetime

MONTHS: Final = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip


class JalaliDay(NamedTuple):
    """A day as that calendar tells it; the month by its name."""

    year: int
    month: str
    day: int


def jalali(value: date) -> JalaliDay:
    """The same day in the Jalali calendar."""
    there = jdatetime.date.fromgregorian(date=value)
    return JalaliDay(there.year, MONTHS[there.month - 1], there.day)
