"""Keys: how an API key is made, written, and told from a typing error (S-7)."""

import hashlib
import secrets
import zlib
from dataclasses import dataclass
from typing import Final

from loyalty.access.kinds import KeyKind
from loyalty.foundation.ids import ALPHABET

RANDOM_LENGTH: Final = 32  # 160 random bits
CHECK_LENGTH: Final = (
    6  # CRC-32 in Crockford's alphabet needs 6.4 characters; its top two bits are left out
)

PREFIXES: Final = {
    (KeyKind.SECRET, False): "wafa_sk_live_",
    (KeyKind.SECRET, True): "wafa_sk_test_",
    (KeyKind.PUBLISHABLE, False): "wafa_pk_",
    (KeyKind.PUBLISHABLE, True): "wafa_pk_",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A fresh key. It exists in clear here and in the answer that shows it, nowhere else."""

    text: str
    prefix: str

    @property
    def last_four(self) -> str:
        return self.text[-4:]

    @property
    def digest(self) -> str:
        return digest_of(self.text)

    def __repr__(self) -> str:
        return f"Secret({self.prefix}…)"


def fresh(*, kind: KeyKind, is_test: bool) -> Secret:
    """A new key from the system's random source."""
    prefix = PREFIXES[kind, is_test]
    body = prefix + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return Secret(text=body + _check_of(body), prefix=prefix)


def is_spelled_right(text: str) -> bool:
    """Whether prefix, length, alphabet and checksum fit: a typing error costs no query."""
    prefix = next((p for p in PREFIXES.values() if text.startswith(p)), None)
    if prefix is None or len(text) != len(prefix) + RANDOM_LENGTH + CHECK_LENGTH:
        return False
    body, check = text[:-CHECK_LENGTH], text[-CHECK_LENGTH:]
    return set(text[len(prefix) :]) <= set(ALPHABET) and secrets.compare_digest(
        _check_of(body), check
    )


def digest_of(text: str) -> str:
    """SHA-256 in hexadecimal. 160 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check_of(body: str) -> str:
    rest = zlib.crc32(body.encode())
    characters = []
    for _ in range(CHECK_LENGTH):
        rest, value = divmod(rest, 32)
        characters.append(ALPHABET[value])
    return "".join(reversed(characters))
