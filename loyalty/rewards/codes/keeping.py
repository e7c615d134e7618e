"""Keeping: a code at rest is a keyed digest for finding it and a sealed copy for its owner, never clear text (W-34)."""

import hashlib
import hmac
import unicodedata
from functools import lru_cache
from typing import Final

from django.conf import settings

from loyalty.foundation import sealing
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program

OWN: Final = b"\x00"
FOREIGN: Final = b"\x01"
TELLS_LENGTH_MIN: Final = 8
_BETWEEN: Final = "\x1f"  # parts code and PIN in a sealed copy; neither can hold it


def digest_of(code: str, *, program: str, pepper: bytes, space: bytes = OWN) -> bytes:
    """HMAC-SHA256(pepper, programme id, 0, code): one look-up, and nothing to read for whoever takes the database."""
    return hmac.digest(pepper, program.encode() + space + code.encode(), "sha256")


def own_digest(code: str, *, program: Program) -> bytes:
    """The digest of a code of ours, as it was read."""
    return digest_of(code, program=program.shown_id, pepper=settings.WAFA_PEPPER.encode())


def foreign_digest(text: str, *, program: Program) -> bytes:
    """The digest of an imported code, spelling and all; it never meets one of ours."""
    return digest_of(
        unicodedata.normalize("NFC", text),
        program=program.shown_id,
        pepper=settings.WAFA_PEPPER.encode(),
        space=FOREIGN,
    )


def pepper_version() -> int:
    """Which pepper digests are made with now: two bytes of its own digest, so that nobody has to count."""
    return _version_of(settings.WAFA_PEPPER)


def seal_code(code: str, *, about: Id, pin: str = "") -> bytes:
    """The sealed copy of a code, perhaps with its PIN, bound to its row."""
    return sealing.seal(f"{code}{_BETWEEN}{pin}".encode(), about=about.bytes)


def unseal_code(sealed: bytes, *, about: Id) -> tuple[str, str]:
    """Code and PIN (or nothing) behind a sealed copy."""
    code, _, pin = sealing.unseal(sealed, about=about.bytes).decode().partition(_BETWEEN)
    return code, pin


def last_four(code: str) -> str:
    """What may be seen of a code; nothing of one so short that this would tell it."""
    return code[-4:] if len(code) >= TELLS_LENGTH_MIN else ""


def pin_digest(pin: str, *, card_id: Id) -> bytes:
    """A PIN at rest; equal PINs of two cards look different."""
    return sealing.short_digest(pin, purpose=f"gift-card-pin:{card_id}")


def key_digest(text: str, *, program: Program, purpose: str) -> str:
    """A caller's own key or number, which may tell about a person and is not kept in clear (S-56)."""
    return sealing.short_digest(text, purpose=f"{purpose}:{program.pk}").hex()


@lru_cache(maxsize=4)
def _version_of(pepper: str) -> int:
    return int.from_bytes(hashlib.sha256(b"wafa.pepper.id:" + pepper.encode()).digest()[:2], "big")
