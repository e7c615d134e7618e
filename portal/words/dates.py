"""Dates: written out in the reader's language, and for Persian readers in their calendar (U-66)."""

from datetime import date, datetime
from typing import Final

from babel.dates import get_month_names

from loyalty.programs.calendar import zone_named
from loyalty.programs.times.jalali import jalali
from portal.words.styles import NO_BREAK, Style

YEAR_MARK: Final = {"uk": f"{NO_BREAK}р."}  # noqa: RUF001


def day(value: date, *, style: Style) -> str:
    """A local day, such as 31 December 2026."""
    if style.jalali:
        there = jalali(value)
        told = f"{there.day} {there.month} {there.year}"
    else:
        month = get_month_names("wide", locale=style.language)[value.month]
        told = f"{value.day} {month} {value.year}{YEAR_MARK.get(style.language, '')}"
    return style.turned(told)


def month(value: date, *, style: Style) -> str:
    """The month of a local day, as it heads what happened in it, such as December 2026."""
    if style.jalali:
        there = jalali(value)
        told = f"{there.month} {there.year}"
    else:
        names = get_month_names("wide", context="stand-alone", locale=style.language)
        told = f"{names[value.month]} {value.year}{YEAR_MARK.get(style.language, '')}"
    return style.turned(told)


def moment(value: datetime, *, zone: str, style: Style) -> str:
    """An instant as the programme's clocks show it: the day and the time."""
    local = value.astimezone(zone_named(zone))
    return f"{day(local.date(), style=style)}, {style.turned(f'{local:%H:%M}')}"
