"""Spelling: how codes are drawn, shown and read, and the symbol that tells a typing error (W-32, W-33). Pure."""

import secrets
import unicodedata
from typing import Final

from loyalty.programs.texts import as_typed

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS: Final = 12  # 60 random bits
SYMBOLS_BOUND: Final = 8  # enough where the member's id is needed as well
SYMBOLS_CARD: Final = 16
PIN_DIGITS: Final = 6
CODE_LENGTH_MAX: Final = 64  # longest text that is looked at as a code
GROUP: Final = 4

_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
# 2·v in GF(32), for each v.
_DOUBLED: Final = [2 * v if 2 * v < 32 else 2 * v ^ _POLYNOMIAL for v in range(32)]
_FORGIVEN: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DROPPED: Final = frozenset({"Pd", "Zs"})  # dashes and spaces of any script


def draw_code(symbols: int) -> str:
    """A fresh code with its check symbol, from the system's random source."""
    bits = secrets.randbits(5 * symbols)
    body = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(symbols))
    return body + check_symbol(body)


def draw_pin() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def check_symbol(body: str) -> str:
    """The symbol that closes these: it finds every single wrong symbol and every swapped pair of neighbours.

    Horner's rule in GF(32), after Damm's and Verhoeff's demand that both kinds of error be found.
    """
    return ALPHABET[_folded(body)]


def is_spelled_right(code: str) -> bool:
    """Whether a code that was read has one of our lengths, our symbols, and folds to nothing."""
    return (
        len(code) - 1 in {SYMBOLS, SYMBOLS_BOUND, SYMBOLS_CARD}
        and all(symbol in _VALUES for symbol in code)
        and _folded(code) == 0
    )


def read_code(told: str) -> str:
    """What people write, as we keep it: any script's digits, capitals, no spaces and dashes, O as 0, I and L as 1."""
    text = as_typed(told).upper()
    kept = "".join(each for each in text if unicodedata.category(each) not in _DROPPED)
    return kept.translate(_FORGIVEN)


def show_code(code: str) -> str:
    """The code in groups of four, the check symbol closing the last: 7K3M-9QX2-WB4FK."""
    body, check = code[:-1], code[-1]
    groups = [body[place : place + GROUP] for place in range(0, len(body), GROUP)]
    return "-".join(groups) + check


def _folded(symbols: str) -> int:
    rest = 0
    for symbol in symbols:
        rest = _DOUBLED[rest ^ _VALUES[symbol]]
    return rest
