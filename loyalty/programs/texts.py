"""Texts in several languages: one JSON field `{language: text}` per translated text."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, pgettext

FORMS: Final = ("zero", "one", "two", "few", "many", "other")  # as the CLDR names them


def in_words(texts: Mapping[str, str], *, language: str | None = None) -> str:
    """The text in this language (default: the active one), else in English, else the first there is."""
    wanted = language or (get_language() or "en").split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


def counted(
    forms: Mapping[str, Mapping[str, str]], count: int, *, language: str | None = None
) -> str:
    """The form for this many in this language (default: the active one); empty where it has none (U-3, U-64)."""
    wanted = language or (get_language() or "en").split("-")[0]
    mine = forms.get(wanted, {})
    return mine.get(_form_of(wanted, abs(count))) or mine.get("other", "")


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


def _form_of(language: str, count: int) -> str:
    locale = _locale(language)
    return str(locale.plural_form(count)) if locale else "other"


def as_typed(text: str) -> str:
    """What somebody typed or pasted, whatever the keyboard (U-65): digits of every script as ASCII ones, full width as
    plain, and without what nobody sees: joiners, marks of direction, outer blanks."""
    plain = unicodedata.normalize("NFKC", text)
    seen = (each for each in plain if unicodedata.category(each) != "Cf")
    return "".join(
        str(unicodedata.decimal(each)) if each.isdecimal() else each for each in seen
    ).strip()


def in_a_row(parts: Iterable[str]) -> str:
    """`a, b, c`, with the comma of the active language: Arabic and Persian have one of their own."""
    return pgettext("between the parts of a sentence, with its space", ", ").join(parts)
