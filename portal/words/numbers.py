"""Numbers: whole ones, decimals, shares and money, grouped and in the reader's digits (U-65)."""

from decimal import Decimal
from typing import Final

from babel.numbers import get_currency_precision, get_currency_symbol

from portal.words.styles import NO_BREAK, Style

MINUS: Final = "\N{MINUS SIGN}"


def number(value: int | Decimal, *, style: Style, decimals: int | None = None) -> str:
    """A number with its thousands told apart; `decimals` fixes how many places are written."""
    told = Decimal(value)
    text = f"{abs(told):,f}" if decimals is None else f"{abs(told):,.{decimals}f}"
    whole, _point, rest = text.partition(".")
    text = whole.replace(",", style.group) + (style.point + rest if rest else "")
    return style.turned((MINUS if told < 0 else "") + text)


def signed(value: int, *, style: Style) -> str:
    """A change of points: its sign always stands before it."""
    return number(value, style=style) if value < 0 else f"+{number(value, style=style)}"


def percent(value: int | Decimal, *, style: Style) -> str:
    """A share in hundredths."""
    return number(value, style=style) + style.percent


def money(amount: int, currency: str, *, style: Style) -> str:
    """Minor units of an ISO 4217 currency with its sign: before the number in English, behind it elsewhere."""
    places = get_currency_precision(currency)
    value = Decimal(amount).scaleb(-places)
    sign = get_currency_symbol(currency, locale=style.language)
    if sign == currency:  # no sign of its own there; the one that everybody knows
        sign = get_currency_symbol(currency, locale="en")
    told = number(abs(value), style=style, decimals=places)
    minus = MINUS if amount < 0 else ""
    return f"{minus}{sign}{told}" if style.currency_first else f"{minus}{told}{NO_BREAK}{sign}"
