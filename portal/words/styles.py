"""Styles: how a language writes numbers and dates; only the reader's country may change the digits."""

from dataclasses import dataclass, replace
from typing import Final

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from portal.words.kinds import Calendar, Digits

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
FIRST_STRONG: Final = "\N{FIRST STRONG ISOLATE}"
POP: Final = "\N{POP DIRECTIONAL ISOLATE}"
ASCII_DIGITS: Final = "0123456789"
ARABIC_DIGITS: Final = "٠١٢٣٤٥٦٧٨٩"
PERSIAN_DIGITS: Final = "۰۱۲۳۴۵۶۷۸۹"


@dataclass(frozen=True, kw_only=True, slots=True)
class Style:
    """How one language writes: its digits, its marks, where a currency stands, and its calendar."""

    language: str
    digits: str = ASCII_DIGITS
    group: str = ","
    point: str = "."
    percent: str = "%"
    currency_first: bool = False
    is_mirrored: bool = False
    jalali: bool = False
    repeats_unit: bool = False  # a second number in a sentence has its unit again

    def turned(self, text: str) -> str:
        """This text with the digits of the language."""
        return text.translate(_TURNING[self.digits])


_TURNING: Final = {
    digits: str.maketrans(ASCII_DIGITS, digits)
    for digits in (ASCII_DIGITS, ARABIC_DIGITS, PERSIAN_DIGITS)
}
_ARABIC: Final = Style(
    language="ar",
    digits=ARABIC_DIGITS,
    group="\N{ARABIC THOUSANDS SEPARATOR}",
    point="\N{ARABIC DECIMAL SEPARATOR}",
    percent="\N{ARABIC PERCENT SIGN}",
    is_mirrored=True,
    repeats_unit=True,
)
STYLES: Final = {
    "en": Style(language="en", currency_first=True),
    "ar": Style(language="ar", is_mirrored=True, repeats_unit=True),
    "ar-arab": _ARABIC,
    "fa": replace(_ARABIC, language="fa", digits=PERSIAN_DIGITS, jalali=True),
    "uk": Style(language="uk", group=NO_BREAK, point=","),
}


def style_of(locale: str | None = None) -> Style:
    """The style of this locale, such as `ar-EG`; by default of the language that is active. Unknown ones read English."""
    told = (locale or get_language() or "en").replace("_", "-")
    language = told.split("-")[0].lower()
    if language == "ar" and "-" in told and _numbers_of(told) == "arab":
        return STYLES["ar-arab"]
    return STYLES.get(language, STYLES["en"])


def isolated(text: str, *, style: Style) -> str:
    """This text in one piece where writing runs from right to left and no mark-up may stand (U-63)."""
    return f"{FIRST_STRONG}{text}{POP}" if style.is_mirrored else text


def chosen(style: Style, *, digits: str = "", calendar: str = "") -> Style:
    """This style with the digits and the calendar that the reader prefers (U-65, U-66)."""
    if digits == Digits.LATIN:
        plain = STYLES["en"] if style.is_mirrored else style
        style = replace(
            style,
            digits=ASCII_DIGITS,
            group=plain.group,
            point=plain.point,
            percent=plain.percent,
        )
    if digits == Digits.NATIVE and style.language == "ar":
        style = _ARABIC
    return replace(style, jalali=False) if calendar == Calendar.GREGORIAN else style


def _numbers_of(locale: str) -> str:
    try:
        return str(Locale.parse(locale, sep="-").default_numbering_system)
    except (UnknownLocaleError, ValueError):
        return "latn"
