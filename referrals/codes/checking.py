"""Checking codes: how they are written, their check character, and what looks alike (R-5, R-6)."""

import re
import secrets
from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.programs.texts import as_typed
from referrals.codes.refusals import CodeRefused

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 letters: no 0 O 1 I L
RANDOM_LENGTH: Final = 7
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015]")
_VANITY: Final = re.compile(r"^[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){3,19}$")
_FOLD: Final = str.maketrans({"0": "O", "1": "I", "L": "I", "5": "S", "8": "B", "2": "Z"})
# Nobody speaks in the shop's or our name, and nobody is insulted.
REFUSED_WORDS: Final = frozenset(
    {"ADMIN", "OFFICIAL", "STAFF", "SUPPORT", "WAFA", "FUCK", "SHIT", "CUNT", "NAZI", "HITLER", "RAPE", "PORN"}
)  # fmt: skip


def new_text() -> str:
    """Seven random characters and their check character."""
    body = "".join(secrets.choice(ALPHABET) for _place in range(RANDOM_LENGTH))
    return body + check_character(body)


def check_character(body: str) -> str:
    """alphabet[(Σ i · index of character i) mod 31]: one wrong character or two swapped neighbours never fit."""
    total = sum(place * ALPHABET.index(letter) for place, letter in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def is_spelled_right(canonical: str) -> bool:
    """Whether this could be a code that we made."""
    body, check = canonical[:RANDOM_LENGTH], canonical[RANDOM_LENGTH:]
    is_ours = len(canonical) == RANDOM_LENGTH + 1 and set(canonical) <= set(ALPHABET)
    return is_ours and check_character(body) == check


def canonical(text: str) -> str:
    """As codes are compared: any script's digits, capitals, without blanks and hyphens."""
    return _SEPARATORS.sub("", as_typed(text)).upper()


def fold(text: str) -> str:
    """What looks alike is alike: 0 and O, 1, L and I, 5 and S, 8 and B, 2 and Z."""
    return canonical(text).translate(_FOLD)


def refuse_vanity(text: str, *, refused_words: Collection[str]) -> None:
    """Raise CodeRefused for a code that nobody may choose."""
    if not _VANITY.match(text):
        raise CodeRefused(why=_("it takes 4 to 20 letters A to Z, digits and hyphens"))
    looks = fold(text)
    if any(fold(word) in looks for word in (*REFUSED_WORDS, *refused_words)):
        raise CodeRefused(why=_("it holds a word that is not allowed"))
