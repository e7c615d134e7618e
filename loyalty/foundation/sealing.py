"""Sealing: encryption at rest and keyed digests, with keys that live outside the database (S-31, S-54)."""

import base64
import hashlib
import hmac
import os
import unicodedata
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES: Final = 12  # what AES-GCM is specified for (NIST SP 800-38D)
KEY_ID_BYTES: Final = 4


@lru_cache(maxsize=16)
def _cipher(key: str) -> tuple[bytes, AESGCM]:
    raw = hashlib.sha256(b"wafa.seal:" + key.encode()).digest()
    return hashlib.sha256(b"wafa.seal.id:" + raw).digest()[:KEY_ID_BYTES], AESGCM(raw)


def seal(plain: bytes, *, about: bytes = b"") -> bytes:
    """AES-256-GCM under the first key of `WAFA_ENCRYPTION_KEYS`: key id, nonce, ciphertext.

    `about` is bound to it: what was sealed about one row does not open as another's.
    """
    key_id, cipher = _cipher(settings.WAFA_ENCRYPTION_KEYS[0])
    nonce = os.urandom(NONCE_BYTES)
    return key_id + nonce + cipher.encrypt(nonce, plain, about)


def unseal(sealed: bytes, *, about: bytes = b"") -> bytes:
    """What was sealed, under whichever known key; raises KeyError if that key is gone."""
    sealed = bytes(sealed)
    ciphers = dict(_cipher(key) for key in settings.WAFA_ENCRYPTION_KEYS)
    cipher = ciphers[sealed[:KEY_ID_BYTES]]
    start = KEY_ID_BYTES + NONCE_BYTES
    return cipher.decrypt(sealed[KEY_ID_BYTES:start], sealed[start:], about)


def is_sealed_with_first_key(sealed: bytes) -> bool:
    """Whether a rotation has already reached this value."""
    return bytes(sealed)[:KEY_ID_BYTES] == _cipher(settings.WAFA_ENCRYPTION_KEYS[0])[0]


def digest(text: str, *, purpose: str) -> bytes:
    """HMAC-SHA256 under the pepper, for exact look-up without keeping the text (32 bytes)."""
    message = f"{purpose}\x00{unicodedata.normalize('NFC', text)}".encode()
    return hmac.digest(settings.WAFA_PEPPER.encode(), message, "sha256")


def short_digest(text: str, *, purpose: str) -> bytes:
    """The first 16 bytes of `digest`: narrow enough for the unique keys of hot tables."""
    return digest(text, purpose=purpose)[:16]


def token(data: bytes) -> str:
    """URL-safe text of these bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
