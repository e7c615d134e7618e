"""Nicknames: one that nobody can mistake for another, or for the house (G-84).

A skeleton folds letters that look alike into one, as Unicode Technical Standard 39 does, with the letters of our
languages: Latin, Cyrillic, Greek, Arabic and Persian.
"""
# ruff: noqa: RUF001 (letters that look alike are what this page is about)

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from gamification.leaderboards.kinds import NICKNAME_LENGTH_MAX
from gamification.leaderboards.refusals import NicknameRefused
from loyalty.foundation.refusals import Text

LENGTH_MIN: Final = 2

# Each letter with those that are read as it.
_ALIKE: Final = {
    "a": "аαɑ4@",
    "b": "вβь8",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еεєэ3",
    "h": "нһ",
    "j": "ј",
    "k": "кκ",
    "l": "iіιӏ1|!ı",
    "m": "м",
    "n": "пη",
    "o": "оοσ0",
    "ه": "ةە",
    "p": "рρ",
    "q": "ԛ",
    "r": "гᴦ",
    "s": "ѕ5$",
    "t": "тτ7",
    "u": "υц",
    "v": "νѵ",
    "w": "ԝωш",
    "x": "хχ",
    "y": "уγ",
    "ی": "يىئ",
    "ک": "ك",
    "ا": "أإآٱ",
    "و": "ؤ",
}
_FOLDED: Final = str.maketrans(
    {other: letter for letter, others in _ALIKE.items() for other in others}
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
# The house, and words that nobody should read on a board; whole words, since names contain many things.
_HOUSE: Final = ("admin", "administrator", "moderator", "support", "official", "staff", "team", "адмін", "адміністратор", "підтримка", "модератор", "مدیر", "پشتیبانی", "مدير", "إدارة", "الإدارة", "دعم", "الدعم")  # fmt: skip
_OFFENDING: Final = ("fuck", "fucker", "shit", "cunt", "nigger", "faggot", "hitler", "nazi", "rapist", "хуй", "пизда", "блядь", "сука", "کیر", "کص", "کس", "شرموطة", "زبي", "كلب")  # fmt: skip
_WORDS: Final = re.compile(r"[ .'’\-‌_]+")
_LETTERS: Final = re.compile(r"^[\w .'’\-‌]+$")  # with the joiner that Persian words need
_NUMBER: Final = re.compile(r"\d(?:[ .\-]?\d){5,}")  # six digits in a row may be a phone number
_ADDRESS: Final = re.compile(r"@|www|https?|\w\.\w{2,}", re.IGNORECASE)


def skeleton_of(nickname: str) -> str:
    """What two nicknames that look alike have in common."""
    plain = unicodedata.normalize("NFKD", nickname).casefold()
    digits = "".join(_as_digit(each) for each in plain)
    folded = digits.translate(_FOLDED)
    kept = "".join(each for each in folded if each.isalnum())
    for pair, letter in _PAIRS:
        kept = kept.replace(pair, letter)
    return kept


def demand_nickname(told: str, *, known: tuple[str, ...] = ()) -> str:
    """The nickname as it is shown, or NicknameRefused. `known` are names and addresses that it must not give away."""
    nickname = " ".join(unicodedata.normalize("NFC", told).split())
    skeleton = skeleton_of(nickname)
    if not LENGTH_MIN <= len(nickname) <= NICKNAME_LENGTH_MAX or len(skeleton) < LENGTH_MIN:
        raise _refused(_("it has 2 to 30 letters or digits"))
    if not _LETTERS.match(nickname) or not any(each.isalpha() for each in nickname):
        raise _refused(_("it has letters, digits, spaces, dots and hyphens"))
    if _NUMBER.search(nickname) or _ADDRESS.search(nickname):
        raise _refused(_("it looks like an address or a number"))
    if any(skeleton == skeleton_of(each.split("@")[0]) for each in known if each):
        raise _refused(_("it gives away who you are"))
    words = {skeleton, *(skeleton_of(word) for word in _WORDS.split(nickname))}
    if not words.isdisjoint(map(skeleton_of, _HOUSE)):
        raise _refused(_("it sounds like one of the staff"))
    if not words.isdisjoint(map(skeleton_of, _OFFENDING)):
        raise _refused(_("others may take offence"))
    return nickname


def _as_digit(letter: str) -> str:
    """Every script's digits are one."""
    value = unicodedata.digit(letter, None)
    return letter if value is None else str(value)


def _refused(why: Text) -> NicknameRefused:
    return NicknameRefused(why=why, pointer="/nickname")
