"""Spoken: what staff wrote, in the reader's language or visibly in another (U-68)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """A text and the language in which it stands; `is_other` where that is not the reader's."""

    text: str
    language: str
    is_other: bool

    def __str__(self) -> str:
        return self.text


def spoken(texts: Mapping[str, str], *, language: str) -> Spoken:
    """In this language, else in English, else in the first there is; empty where there is none."""
    found = next((each for each in (language, "en", *texts) if texts.get(each)), language)
    return Spoken(text=texts.get(found, ""), language=found, is_other=found != language)
