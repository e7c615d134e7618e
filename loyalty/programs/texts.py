"""Texts in several languages: one JSON field `{language: text}` per translated text."""

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language, pgettext


def in_words(texts: Mapping[str, str], *, language: str | None = None) -> str:
    """The text in this language (default: the active one), else in English, else the first there is."""
    wanted = language or (get_language() or "en").split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


def in_a_row(parts: Iterable[str]) -> str:
    """`a, b, c`, with the comma of the active language: Arabic and Persian have one of their own."""
    return pgettext("between the parts of a sentence, with its space", ", ").join(parts)
